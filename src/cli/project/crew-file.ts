// Reads the crew file for a command: finds it, loads it, and refuses it with every problem at once.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { missingWords, withCredentials } from "../../agents/credentials.ts";
import { withPrograms } from "../../agents/programs.ts";
import { type Canonical, findCrewFile, formatProblems, type Known, type Loaded, loadCrew } from "../../config/load.ts";
import { CrewError } from "../../errors.ts";
import type { Crew } from "../../model/crew.ts";
import { type Seal, sealedCrew } from "../../model/seal.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Invocation } from "../invocation.ts";
import { protectingOwnFiles } from "./own-files.ts";
import { type Specialties, specialtiesBeside, specialtyListing, withSpecialties } from "./specialties.ts";
import { fileState, type State, type States, seen } from "./states.ts";
import { type VariableFlags, variablesOf } from "./variables.ts";

export interface LoadedFile {
  readonly crew: Crew;
  readonly canonical: Canonical;
  /** Follows the file, and those that it names, from when it was read on: each call gives the crew as it stands, or the last good one where it is missing or invalid by now. */
  readonly follow: (crew: Crew, clock: Clock) => () => Promise<CurrentFile>;
}

export interface CurrentFile {
  readonly crew: Crew;
  /** When it last changed since it was followed, epoch milliseconds; 0 for not at all. */
  readonly changedAtMs: number;
  /** Why the last good one is used. */
  readonly problem?: string;
}

export interface FileFlags extends VariableFlags {
  readonly file?: string;
  readonly set: Readonly<Record<string, string>>;
  /** Inputs of the recorded project, where none are given. */
  readonly recordedInputs?: Readonly<Record<string, string>>;
  /** What of the repository the rules need. */
  readonly known?: Known;
  /** Under which values are told apart; absent where nothing of them is compared. */
  readonly seal?: Seal;
  /** Nothing is started: values that are not there, such as those of secrets, are not needed. */
  readonly looksOn?: boolean;
}

/** Throws `invalid` for a file with problems; keys whose feature is not there yet are problems where work would begin. */
export function readCrewFile(invocation: Invocation, flags: FileFlags): LoadedFile {
  const file = crewFilePath(invocation, flags);
  const read = () => {
    const { states, ...found } = load(invocation, flags, file);
    return { states, accepted: () => accepted(found, { invocation, file, flags }) };
  };
  const first = read();
  return { ...first.accepted(), follow: (crew, clock) => follow(crew, { states: first.states, read, clock }) };
}

/** The file as it was good last, by the record of the project; undefined where that does not say, or says nothing good. Specialties that are gone by now are left out: the file was good with them. */
export function lastGoodFile(
  invocation: Invocation,
  flags: FileFlags,
  recorded: { readonly file: string; readonly text: string },
): Crew | undefined {
  const { file, text } = recorded;
  const { crew, unsupported, variables } = loaded(invocation, flags, { file, text, isRecorded: true });
  if (!crew || unsupported.length > 0) return undefined;
  return completed(withCredentials(crew, [invocation.environment, variables]).crew, flags);
}

function completed(crew: Crew, { seal }: FileFlags): Crew {
  const whole = withPrograms(crew);
  return seal ? sealedCrew(whole, seal) : whole;
}

export function crewFilePath(invocation: Invocation, flags: FileFlags): string {
  return flags.file === undefined ? findCrewFile(invocation.cwd) : resolve(invocation.cwd, flags.file);
}

export function load(invocation: Invocation, flags: FileFlags, file: string): Loaded & Read {
  const state = fileState(file);
  const text = readText(file);
  const { states, ...found } = loaded(invocation, flags, { file, text });
  return { ...found, text, states: new Map([...states, [file, state]]) };
}

interface Read {
  readonly text: string;
  readonly states: States;
  readonly variables: Invocation["environment"];
}

/** The state of what lies where specialties are looked for. */
const listing = "specialties";

interface Written {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  readonly isRecorded?: boolean;
}

function loaded(invocation: Invocation, flags: FileFlags, { isRecorded = false, ...source }: Written) {
  const read = new Set<string>();
  const states = new Map<string, State>();
  const readText = (path: string) => {
    states.set(path, fileState(path));
    // What is not there yet may come by an agent's work.
    read.add(resolve(path));
    return textOf(path);
  };
  const specialties = specialtiesBeside(source);
  if (specialties) states.set(listing, { was: specialties.listing, look: () => specialtyListing(source.file) });
  const known = { ...flags.known, ...(specialties && !isRecorded && { specialties: knownOf(specialties) }) };
  const variables = variablesOf(invocation, flags, { ...source, readText, isLenient: isRecorded });
  read.add(join(dirname(source.file), ".env"));
  const found = loadCrew({ ...sourceOf(flags), env: variables, known, ...source, readText });
  const { crew, canonical } = found;
  const skilled =
    crew && canonical && specialties ? withSpecialties(crew, canonical, { ...specialties, readText }) : crew;
  return { ...found, states, variables, ...(skilled && { crew: protectingOwnFiles(skilled, read) }) };
}

function knownOf({ paths, lookedIn }: Specialties): NonNullable<Known["specialties"]> {
  return { names: [...paths.keys()], lookedIn };
}

function sourceOf(flags: FileFlags) {
  const inputs = Object.keys(flags.set).length > 0 ? flags.set : (flags.recordedInputs ?? {});
  return {
    inputs,
    kindAt,
    namesIn,
  };
}

interface Source {
  readonly invocation: Invocation;
  readonly file: string;
  readonly flags: FileFlags;
}

function accepted(
  loaded: Loaded & Pick<Read, "text" | "variables">,
  { invocation, file, flags }: Source,
): Omit<LoadedFile, "follow"> {
  const { crew, canonical, problems, unsupported, presets, missing, text, variables } = loaded;
  const all =
    problems.length > 0 ? problems : [...unsupported, ...(flags.looksOn === true ? [] : [...presets, ...missing])];
  if (crew && canonical && all.length === 0)
    return { crew: completed(signedIn(crew, { invocation, flags, variables }), flags), canonical };
  const name = relative(invocation.cwd, file) || file;
  throw new CrewError("invalid", formatProblems(all, { text, file: name }), { hint: countOf(all.length) });
}

/** Without a credential nothing is begun: each of its turns would fail. */
function signedIn(crew: Crew, { invocation, flags, variables }: Omit<Source, "file"> & Pick<Read, "variables">): Crew {
  const given = withCredentials(crew, [invocation.environment, variables]);
  const [first] = given.missing;
  if (!first || flags.looksOn === true) return given.crew;
  const { message, hint } = missingWords(first);
  throw new CrewError("needs-you", message, { hint });
}

export function countOf(problems: number): string {
  return problems === 1 ? "1 problem. Nothing was done." : `${problems} problems. Nothing was done.`;
}

interface Following {
  readonly states: States;
  /** `accepted` throws for a file with problems, whose states count all the same: what it lacks may come. */
  readonly read: () => { readonly states: States; readonly accepted: () => Pick<LoadedFile, "crew"> };
  readonly clock: Clock;
}

/** Why the file does not count, in one line: of an invalid one the first problem with its place; `crew config` shows all. */
export function problemOf(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return line.replace(/\s+/g, " ").replace(/\.$/, "");
}

/**
 * Read again only when time or size of a file changed, of those that it names too (of variables or a secret, say), or when there are
 * other specialties, which alone are no change to what failed before. Name, place and adopted epic stay those of the project.
 */
function follow(crew: Crew, { states: first, read, clock }: Following): () => Promise<CurrentFile> {
  let states = first;
  let last: CurrentFile = { crew, changedAtMs: 0 };
  return async () => {
    const changed = [...states].filter(([, { was, look }]) => look() !== was).map(([path]) => path);
    if (changed.length === 0) return last;
    states = new Map([...states].map(([path, { look }]) => [path, seen(look)]));
    const isChange = last.problem !== undefined || changed.some((path) => path !== listing);
    try {
      const { name, declaredName, file, epic } = crew;
      const found = read();
      states = found.states;
      const { crew: now } = found.accepted();
      const changedAtMs = isChange ? clock.nowMs() : last.changedAtMs;
      const adopted = epic.id === undefined ? now.epic : { ...now.epic, id: epic.id };
      last = { crew: { ...now, name, declaredName, file, epic: adopted }, changedAtMs };
    } catch (error) {
      last = { ...last, problem: problemOf(error) };
    }
    return last;
  };
}

/** What lies below a file, behind a circle of links, or where nobody may look, is not there for crew either. */
function kindAt(path: string): "file" | "folder" | "absent" {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return "absent";
  }
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

export function readText(file: string): string {
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
