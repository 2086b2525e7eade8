// Reads the crew file for a command: finds it, loads it, and refuses it with every problem at once.
import { readFileSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type Canonical, findCrewFile, formatProblems, type Known, type Loaded, loadCrew } from "../config/load.ts";
import { CrewError } from "../errors.ts";
import type { Crew } from "../model/crew.ts";
import type { Invocation } from "./invocation.ts";

export interface LoadedFile {
  readonly crew: Crew;
  readonly canonical: Canonical;
  /** Follows the file from here on: each call gives the crew as it stands, or the last good one where it is missing or invalid by now. */
  readonly follow: (crew: Crew) => () => Promise<CurrentFile>;
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
}

/** Throws `invalid` for a file with problems; keys whose feature is not there yet are problems where work would begin. */
export function readCrewFile(invocation: Invocation, flags: FileFlags): LoadedFile {
  const file = crewFilePath(invocation, flags);
  const crew = accepted(load(invocation, flags, file), { invocation, file });
  return {
    ...crew,
    follow: (crew) => follow(crew, () => accepted(load(invocation, flags, file), { invocation, file }).crew, file),
  };
}

export function crewFilePath(invocation: Invocation, flags: FileFlags): string {
  return flags.file === undefined ? findCrewFile(invocation.cwd) : resolve(invocation.cwd, flags.file);
}

export function load(invocation: Invocation, flags: FileFlags, file: string): Loaded & { readonly text: string } {
  const text = readText(file);
  const inputs = Object.keys(flags.set).length > 0 ? flags.set : (flags.recordedInputs ?? {});
  return {
    ...loadCrew({ file, text, env: invocation.environment, inputs, ...(flags.known && { known: flags.known }) }),
    text,
  };
}

interface Source {
  readonly invocation: Invocation;
  readonly file: string;
}

function accepted(
  loaded: Loaded & { readonly text: string },
  { invocation, file }: Source,
): Omit<LoadedFile, "follow"> {
  const { crew, canonical, problems, unsupported, text } = loaded;
  const all = problems.length > 0 ? problems : unsupported;
  if (crew && canonical && all.length === 0) return { crew, canonical };
  const name = relative(invocation.cwd, file) || file;
  throw new CrewError("invalid", formatProblems(all, { text, file: name }), { hint: countOf(all.length) });
}

export function countOf(problems: number): string {
  return problems === 1 ? "1 problem. Nothing was done." : `${problems} problems. Nothing was done.`;
}

/** The file is read again only when its time or size changed. Name and place stay those of the project. */
function follow(crew: Crew, read: () => Crew, file: string): () => Promise<CurrentFile> {
  let state = stateOf(file);
  let last: CurrentFile = { crew, changedAtMs: 0 };
  return async () => {
    const now = stateOf(file);
    if (now.text === state.text) return last;
    state = now;
    try {
      last = { crew: { ...read(), name: crew.name, file: crew.file }, changedAtMs: now.changedAtMs };
    } catch (error) {
      last = { ...last, problem: error instanceof Error ? error.message : String(error) };
    }
    return last;
  };
}

function stateOf(file: string): { readonly text: string; readonly changedAtMs: number } {
  const found = statSync(file, { throwIfNoEntry: false });
  return { text: `${found?.mtimeMs} ${found?.size} ${found?.ino}`, changedAtMs: found?.mtimeMs ?? 0 };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CrewError("failed", `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
