// Opens what a command works on: the crew file, the repository and the adapters. Decides nothing about the work.
import { relative, resolve } from "node:path";
import { findCrewFile } from "../../config/load.ts";
import { nextTurn, systemClock } from "../../execute/clock.ts";
import type { Crew } from "../../model/crew.ts";
import type { ProjectFact } from "../../model/records.ts";
import { sealWith } from "../../model/seal.ts";
import { soonMs } from "../../ports/look.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import { type Adapters, openAdapters, type Place } from "./adapters.ts";
import { type FileFlags, type LoadedFile, lastGoodFile, problemOf, readCrewFile } from "./crew-file.ts";
import { hostOf } from "./host.ts";
import { projectOf, severalLive } from "./live.ts";
import type { OpenProject, Project, ViewedProject } from "./opened.ts";

/** A project with its crew file. Throws `invalid` with every problem of the file. */
export async function openProject(
  invocation: Invocation,
  flags: GlobalFlags & AdoptFlags,
  opening: Opening = {},
): Promise<Project> {
  const standing = await standingOf(invocation, flags, opening);
  const read = readOr(() => readCrewFile(invocation, standing.fileFlags));
  if (!("file" in read)) throw unread(read.error, standing, invocation);
  const project = named(adopting(read.file.crew, flags), standing, invocation);
  const driver = standing.drivers.get(project.crew.name);
  return { ...project, file: read.file, ...(driver && { driver }) };
}

export interface Opening {
  /** It is looked at as soon as it is open: what takes long in that is begun before the file is read. */
  readonly looks?: boolean;
  /** Where somebody drives it, that look leaves mailboxes unread. */
  readonly leavesMail?: boolean;
}

export interface AdoptFlags {
  /** A bead that is to be the epic, whatever the file says. */
  readonly epic?: string;
}

function adopting(crew: Crew, { epic: id }: AdoptFlags): Crew {
  return id === undefined ? crew : { ...crew, epic: { ...crew.epic, id } };
}

/** The same for whoever looks or says a word about what goes on: a file that is missing or invalid by now is no more to them than to the driver. */
export async function openLastGood(
  invocation: Invocation,
  flags: GlobalFlags,
  opening: Opening = {},
): Promise<ViewedProject> {
  const standing = await standingOf(invocation, flags, opening);
  const read = readOr(() => readCrewFile(invocation, { ...standing.fileFlags, looksOn: true }));
  if ("file" in read) return named(read.file.crew, standing, invocation);
  const { fact, fileFlags, adapters, place } = standing;
  const crew = fact && lastGoodFile(invocation, fileFlags, { ...fact, file: resolve(place.topLevel, fact.file) });
  if (!crew) throw unread(read.error, standing, invocation);
  return {
    ...adapters(fact.name, crew),
    crew: { ...crew, name: fact.name, file: relativeFile(place, crew.file) },
    fileProblem: problemOf(read.error),
  };
}

/** A project by what is recorded of it, without its file: named by `-p`, by the file, or the only one there is. */
export async function openRecorded(invocation: Invocation, flags: GlobalFlags): Promise<OpenProject> {
  const { place, adapters } = await openAdapters(invocation);
  return adapters(await projectName(invocation, flags, place));
}

interface Standing extends Pick<Adapters, "place" | "adapters">, Pick<Adapters["around"], "drivers"> {
  readonly flags: GlobalFlags & AdoptFlags;
  readonly live: readonly ProjectFact[];
  /** What is recorded of the project that is named, or of the only one there is. */
  readonly fact: ProjectFact | undefined;
  readonly fileFlags: FileFlags;
}

/** Inputs are given once, with the first `up`; later commands take them from the project. */
async function standingOf(
  invocation: Invocation,
  given: GlobalFlags & AdoptFlags,
  { looks = false, leavesMail = false }: Opening,
): Promise<Standing> {
  const { place, recorded: live, adapters, expectLook, around } = await openAdapters(invocation);
  const { drivers, branches } = around;
  const flags = flagsAt(place, given);
  const meant = live.filter((each) => flags.projectName === undefined || each.name === flags.projectName);
  const fact = meant.length === 1 ? meant[0] : undefined;
  if (looks && fact) {
    const begunMs = systemClock.nowMs();
    const leaves = leavesMail && drivers.has(fact.name);
    // Refs before mail would show neither what the driver takes out of it in between.
    if (leaves) place.repository.expectLook(() => systemClock.nowMs() - begunMs <= soonMs);
    expectLook(fact.name, leaves ? "lists" : "mail");
    // What was asked for goes out before the file is read, which lets nothing else have its turn.
    await nextTurn();
  }
  const recorded = Object.keys(flags.set).length > 0 ? undefined : fact;
  const base = recorded?.base ?? (await place.repository.defaultBranch());
  const known = { base, branches, host: hostOf(place, invocation) };
  const file = fileAt(place, flags, fact);
  const fileFlags = {
    ...flags,
    known,
    seal: sealWith(place.repository.sealKey()),
    ...(file !== undefined && { file }),
    ...(recorded && { recordedInputs: recorded.inputs }),
  };
  return { place, adapters, drivers, flags, live, fact, fileFlags };
}

/** What was given with the first `up` of one of several projects is missing as long as none of them is named. */
function unread(error: unknown, { flags, live }: Standing, { argv }: Invocation): unknown {
  const isChosen = flags.projectName !== undefined || Object.keys(flags.set).length > 0;
  return isChosen || live.length < 2
    ? error
    : severalLive(
        live.map(({ name }) => name),
        argv,
      );
}

/** Who stands in the work tree of a resolution means its project. */
function flagsAt<T extends GlobalFlags>({ repository }: Place, flags: T): T {
  const projectName = flags.projectName ?? repository.resolves;
  return projectName === undefined ? flags : { ...flags, projectName };
}

/** The crew file in the work tree of a resolution is an agent's: the person's own counts. */
function fileAt(
  { repository, topLevel }: Place,
  { file }: GlobalFlags,
  fact: ProjectFact | undefined,
): string | undefined {
  if (file !== undefined || repository.resolves === undefined) return file;
  return fact ? resolve(topLevel, fact.file) : findCrewFile(topLevel);
}

function named(read: Crew, { place, adapters, flags, live }: Standing, { argv }: Invocation) {
  const crew = { ...read, file: relativeFile(place, read.file) };
  const name = flags.projectName ?? projectOf(crew, live, argv);
  return { ...adapters(name, crew), crew: { ...crew, name } };
}

function readOr(read: () => LoadedFile): { readonly file: LoadedFile } | { readonly error: unknown } {
  try {
    return { file: read() };
  } catch (error) {
    return { error };
  }
}

async function projectName(invocation: Invocation, given: GlobalFlags, place: Place): Promise<string> {
  const { repository } = place;
  const flags = flagsAt(place, given);
  if (flags.projectName !== undefined) return flags.projectName;
  const names = await repository.projects();
  const [only] = names;
  if (only === undefined) return readCrewFile(invocation, flags).crew.name;
  if (names.length === 1) return only;
  // With several projects to choose from, a file that can't be read, or that names none of them, chooses none.
  const read = readOr(() => readCrewFile(invocation, flags));
  if ("file" in read && names.includes(read.file.crew.name)) return read.file.crew.name;
  throw severalLive(names, invocation.argv);
}

function relativeFile({ topLevel }: Place, file: string): string {
  const path = relative(topLevel, file);
  return path.startsWith("..") ? file : path;
}
