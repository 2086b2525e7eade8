// Opens what a command works on: the crew file, the repository and the adapters. Decides nothing about the work.
import { relative } from "node:path";
import { CrewError } from "../errors.ts";
import type { ProjectFact } from "../model/records.ts";
import { openAdapters, type Place } from "./adapters.ts";
import { type LoadedFile, readCrewFile } from "./crew-file.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { OpenProject, Project } from "./opened.ts";

/** A project with its crew file. Throws `invalid` with every problem of the file. */
export async function openProject(invocation: Invocation, flags: GlobalFlags): Promise<Project> {
  const { place, adapters } = await openAdapters(invocation);
  const fact = await recordedProject(place, flags);
  const known = { base: fact?.base ?? (await place.repository.defaultBranch()), branches: await branchesOf(place) };
  const file = readCrewFile(invocation, { ...flags, known, ...(fact && { recordedInputs: fact.inputs }) });
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
  const file = names.length > 1 ? fileIfAny(invocation, flags) : readCrewFile(invocation, flags);
  if (file) return file.crew.name;
  throw new CrewError("failed", `Several projects live in this repository: ${names.join(", ")}`, {
    hint: `crew -p ${only} ${invocation.argv.join(" ")}`,
  });
}

/** With several projects to choose from, a file that can't be read chooses none. */
function fileIfAny(invocation: Invocation, flags: GlobalFlags): LoadedFile | undefined {
  try {
    return readCrewFile(invocation, flags);
  } catch {
    return undefined;
  }
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

/** Short names of the branches that are there, for the rules about clashes. */
async function branchesOf({ repository }: Place): Promise<readonly string[]> {
  const { stdout } = await repository.runner.run(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"]);
  return stdout.split("\n").filter(Boolean);
}

function relativeFile({ topLevel }: Place, file: string): string {
  const path = relative(topLevel, file);
  return path.startsWith("..") ? file : path;
}
