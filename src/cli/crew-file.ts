// Reads the crew file for a command: finds it, loads it, and refuses it with every problem at once.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type Canonical, findCrewFile, formatProblems, type Known, type Loaded, loadCrew } from "../config/load.ts";
import { CrewError } from "../errors.ts";
import type { Crew } from "../model/crew.ts";
import type { Clock } from "../ports/clock.ts";
import type { Invocation } from "./invocation.ts";

export interface LoadedFile {
  readonly crew: Crew;
  readonly canonical: Canonical;
  /** Follows the file from when it was read on: each call gives the crew as it stands, or the last good one where it is missing or invalid by now. */
  readonly follow: (crew: Crew, clock: Clock) => () => Promise<CurrentFile>;
}

export interface CurrentFile {
  readonly crew: Crew;
  /** When it last changed since it was followed, epoch milliseconds; 0 for not at all. */
  readonly changedAtMs: number;
  /** Why the last good one is used. */
  readonly problem?: string;
}

export interface FileFlags {
  readonly file?: string;
  readonly set: Readonly<Record<string, string>>;
  /** Inputs of the recorded project, where none are given. */
  readonly recordedInputs?: Readonly<Record<string, string>>;
  /** What of the repository the rules need. */
  readonly known?: Known;
  /** Nothing is started: values that are not there, such as those of secrets, are not needed. */
  readonly looksOn?: boolean;
}

/** Throws `invalid` for a file with problems; keys whose feature is not there yet are problems where work would begin. */
export function readCrewFile(invocation: Invocation, flags: FileFlags): LoadedFile {
  const file = crewFilePath(invocation, flags);
  const read = () => accepted(load(invocation, flags, file), { invocation, file, flags });
  const state = stateOf(file);
  return { ...read(), follow: (crew, clock) => follow(crew, { file, state, read: () => read().crew, clock }) };
}

/** The file as it was good last, by the record of the project; undefined where that does not say, or says nothing good. */
export function lastGoodFile(
  invocation: Invocation,
  flags: FileFlags,
  recorded: { readonly file: string; readonly text: string },
): Crew | undefined {
  const { file, text } = recorded;
  const { crew, unsupported } = loadCrew({ ...sourceOf(invocation, flags), file, text });
  return unsupported.length === 0 ? crew : undefined;
}

export function crewFilePath(invocation: Invocation, flags: FileFlags): string {
  return flags.file === undefined ? findCrewFile(invocation.cwd) : resolve(invocation.cwd, flags.file);
}

export function load(invocation: Invocation, flags: FileFlags, file: string): Loaded & { readonly text: string } {
  const text = readText(file);
  return { ...loadCrew({ ...sourceOf(invocation, flags), file, text }), text };
}

function sourceOf(invocation: Invocation, flags: FileFlags) {
  const inputs = Object.keys(flags.set).length > 0 ? flags.set : (flags.recordedInputs ?? {});
  return {
    env: invocation.environment,
    inputs,
    readText: textOf,
    kindAt,
    namesIn,
    ...(flags.known && { known: flags.known }),
  };
}

interface Source {
  readonly invocation: Invocation;
  readonly file: string;
  readonly flags: FileFlags;
}

function accepted(
  loaded: Loaded & { readonly text: string },
  { invocation, file, flags }: Source,
): Omit<LoadedFile, "follow"> {
  const { crew, canonical, problems, unsupported, missing, text } = loaded;
  const all = problems.length > 0 ? problems : [...unsupported, ...(flags.looksOn === true ? [] : missing)];
  if (crew && canonical && all.length === 0) return { crew, canonical };
  const name = relative(invocation.cwd, file) || file;
  throw new CrewError("invalid", formatProblems(all, { text, file: name }), { hint: countOf(all.length) });
}

export function countOf(problems: number): string {
  return problems === 1 ? "1 problem. Nothing was done." : `${problems} problems. Nothing was done.`;
}

interface Following {
  readonly file: string;
  /** As it was when the crew was read. */
  readonly state: string;
  readonly read: () => Crew;
  readonly clock: Clock;
}

/** Why the file does not count, in one line: of an invalid one the first problem with its place; `crew config` shows all. */
export function problemOf(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return line.replace(/\s+/g, " ").replace(/\.$/, "");
}

/** The file is read again only when its time or size changed. Name, place and adopted epic stay those of the project. */
function follow(crew: Crew, { file, state: first, read, clock }: Following): () => Promise<CurrentFile> {
  let state = first;
  let last: CurrentFile = { crew, changedAtMs: 0 };
  return async () => {
    const now = stateOf(file);
    if (now === state) return last;
    state = now;
    try {
      const { name, declaredName, file, epic } = crew;
      const now = read();
      const adopted = epic.id === undefined ? now.epic : { ...now.epic, id: epic.id };
      last = { crew: { ...now, name, declaredName, file, epic: adopted }, changedAtMs: clock.nowMs() };
    } catch (error) {
      last = { ...last, problem: problemOf(error) };
    }
    return last;
  };
}

/** Whatever changes when the file is written, moved or copied over. */
function stateOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return `${found?.mtimeMs} ${found?.ctimeMs} ${found?.size} ${found?.ino}`;
}

function kindAt(path: string): "file" | "folder" | "absent" {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "absent" : found.isDirectory() ? "folder" : "file";
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Undefined for whatever cannot be read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      throw new CrewError("failed", `There is no ${file}.`, { cause });
    throw new CrewError("failed", `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
