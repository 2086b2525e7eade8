// Opens what a command works on: the crew file, the repository and the adapters. Decides nothing about the work.
import { join, relative } from "node:path";
import { CrewError } from "../errors.ts";
import type { Engine } from "../execute/engine.ts";
import type { Crew } from "../model/crew.ts";
import type { ProjectFact } from "../model/records.ts";
import type { Tracker } from "../ports/tracker.ts";
import { openAdapters, type Place } from "./adapters.ts";
import { type LoadedFile, readCrewFile } from "./crew-file.ts";
import type { Invocation } from "./invocation.ts";
import type { GlobalFlags } from "./program.ts";

export interface OpenProject {
  readonly engine: Engine & { readonly beads: Tracker };
  /** Folder for what may be deleted at any time: events and the driver's log. */
  readonly directory: string;
}

export interface Project extends OpenProject {
  readonly crew: Crew;
  readonly file: LoadedFile;
}

/** A project with its crew file. Throws `invalid` with every problem of the file. */
export async function openProject(invocation: Invocation, flags: GlobalFlags): Promise<Project> {
  const { place, adapters } = await openAdapters(invocation);
  const fact = await recordedProject(place, flags);
  const file = await readCrewFile(invocation, { ...flags, ...(fact && { recordedInputs: fact.inputs }) });
  const crew = { ...file.crew, name: flags.projectName ?? file.crew.name, file: relativeFile(place, file.crew.file) };
  return { ...adapters(crew.name), crew, file };
}

/** A project by what is recorded of it, without its file: named by `-p`, by the file, or the only one there is. */
export async function openRecorded(invocation: Invocation, flags: GlobalFlags): Promise<OpenProject> {
  const { place, adapters } = await openAdapters(invocation);
  return adapters(await projectName(invocation, flags, place));
}

async function projectName(invocation: Invocation, flags: GlobalFlags, place: Place): Promise<string> {
  if (flags.projectName !== undefined) return flags.projectName;
  const names = await place.repository.projects();
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  const file = await readCrewFile(invocation, flags).catch((error: unknown) =>
    names.length > 1 ? undefined : Promise.reject(error),
  );
  if (file) return file.crew.name;
  throw new CrewError("failed", `Several projects live in this repository: ${names.join(", ")}`, {
    hint: `crew -p ${only} ${invocation.argv.join(" ")}`,
  });
}

/** Inputs are given once, with the first `up`; later commands take them from the only project that has this file. */
async function recordedProject({ repository }: Place, flags: GlobalFlags): Promise<ProjectFact | undefined> {
  if (Object.keys(flags.set).length > 0) return undefined;
  const names = flags.projectName === undefined ? await repository.projects() : [flags.projectName];
  const [name] = names;
  if (name === undefined || names.length !== 1) return undefined;
  const { facts } = await repository.observe({ project: name, branches: new Map() });
  return facts.project;
}

function relativeFile({ topLevel }: Place, file: string): string {
  const path = relative(topLevel, file);
  return path.startsWith("..") ? file : path;
}

export function eventsFile(project: OpenProject): string {
  return join(project.directory, "events.jsonl");
}
