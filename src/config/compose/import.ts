// A compose file with an agent service → the equivalent crew file, and what became of each key. Pure: the caller reads and
// writes the files.
import { dirname, isAbsolute, posix, relative, resolve } from "node:path";
import { type LineStarts, positionAt } from "../lines.ts";
import { loadTree } from "../load.ts";
import { type FileKind, parse } from "../parse.ts";
import { type Finding, type Problem, problemsOf } from "../problem.ts";
import { expand } from "../template.ts";
import { type Entry, keySpanOf, type Mapping, type Tree } from "../tree.ts";
import { agentServices, type Found } from "./agent-services.ts";
import { defaultsAndRoles } from "./assembly.ts";
import { crewText } from "./crew-text.ts";
import { environmentOf } from "./environment.ts";
import { identityOf, portable, variablesIn } from "./identity.ts";
import { type Member, membersOf, type Wish } from "./members.ts";
import { projectName } from "./project-name.ts";
import type { Note, Reading } from "./reading.ts";
import { roleKeys } from "./role-keys.ts";
import { serviceOf } from "./services.ts";
import { sharedParts } from "./shared-parts.ts";
import { entryOf, mapTree, textOf, textsIn, textTree } from "./trees.ts";

export type { Wish } from "./members.ts";

export interface ComposeSource {
  /** Absolute path of the compose file, and its text. */
  readonly file: string;
  readonly text: string;
  /** Absolute path of the crew file that is to be written. */
  readonly crewFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables of the `.env` beside the compose file. */
  readonly dotEnv: Readonly<Record<string, string>>;
  /** The service that is the agent, where the file does not say it. */
  readonly service?: string;
  readonly roles: readonly Wish[];
  /** The epic's title. */
  readonly epic?: string;
}

export interface PlacedNote extends Omit<Note, "at"> {
  readonly line: number;
  readonly column: number;
}

/** Either problems, or `text`. */
export interface Imported {
  readonly text?: string;
  readonly problems: readonly Problem[];
  /** In the order of the file. */
  readonly notes: readonly PlacedNote[];
  readonly roles: readonly Wish[];
  /** Variables that the crew file uses and `.env` sets. */
  readonly fromDotEnv: readonly string[];
  /** Keys of the crew file that this version's `crew up` refuses yet. */
  readonly notYet: number;
}

const composeFile: FileKind = {
  name: "a compose file that is imported",
  one: "project",
  keys: "services and volumes",
  smallest: "services: {agent: {image: my-agent}}",
};

const nothing = { notes: [], roles: [], fromDotEnv: [], notYet: 0 } as const;

/** Never throws, whatever the text. */
export function importCompose(source: ComposeSource): Imported {
  const { tree, findings, lines } = parse(source.text, composeFile);
  const problems = (found: readonly Finding[]) => problemsOf(found, { ...source, lines });
  const failed = (found: readonly Finding[]): Imported => ({ ...nothing, problems: problems(found) });
  if (!tree || findings.length > 0) return failed(findings);
  const found = agentServices(tree, source.service);
  if ("findings" in found) return failed(found.findings);
  return build({ source, tree, found, lines, problems });
}

interface Building {
  readonly source: ComposeSource;
  readonly tree: Mapping;
  readonly found: Found;
  readonly lines: LineStarts;
  readonly problems: (findings: readonly Finding[]) => readonly Problem[];
}

function build({ source, tree, found, lines, problems }: Building): Imported {
  const notes: Note[] = [];
  const reading = readingOf(source, found, (at, key, fate, words = "") => notes.push({ at, key, fate, words }));
  const members = membersOf(found.agents, { wishes: source.roles, dotEnv: source.dotEnv });
  const twice = namedTwice(members);
  if (twice.length > 0) return { ...nothing, problems: problems(twice) };
  const keys = new Map(found.agents.map((agent) => [agent, roleKeys(agent.service, reading)] as const));
  const { defaults, roles } = defaultsAndRoles(members, keys, reading);
  const services = new Map(
    found.services.map(({ name, key, service }) => [name, { key, value: serviceOf(name, service, reading) }] as const),
  );
  const name = projectName(tree, found.agents);
  const users = [defaults, ...valuesOf(roles), ...valuesOf(mapTree(services, tree.at))];
  const title = source.epic ?? `Work on ${plainText(name) ?? "this repository"}`;
  const file = new Map<string, Entry>([
    ...(name ? ([["name", entryOf(portable(name))]] as const) : []),
    ["epic", entryOf(textTree(title.replaceAll("$", "$$$$"), { start: 0, end: 0 }))],
    ...(defaults.entries.size > 0 ? ([["defaults", entryOf(defaults)]] as const) : []),
    ["roles", entryOf(roles)],
    ...(services.size > 0 ? ([["services", entryOf(mapTree(services, keySpanOf(tree, ["services"])))]] as const) : []),
    ...sharedParts(tree, users, reading),
  ]);
  for (const [key, entry] of tree.entries) noteTopLevel(key, entry, reading);
  const made = mapTree(file, tree.at);
  const loaded = loadTree({
    source: { ...source, env: complete(made, source.env), inputs: {} },
    tree: made,
    parsing: [],
    problems,
  });
  const names = new Set(textsIn(made).flatMap(variablesIn));
  return {
    ...(loaded.problems.length === 0 && { text: crewText(made, relative(dirname(source.crewFile), source.file)) }),
    problems: loaded.problems,
    notes: placed(notes, lines),
    roles: members,
    notYet: loaded.unsupported.length,
    fromDotEnv: Object.keys(source.dotEnv).filter((each) => names.has(each) || takesFromOutside(made, each)),
  };
}

/** Text that needs no variable. */
function plainText(tree: Tree | undefined): string | undefined {
  const text = textOf(tree);
  return text?.includes("$") === true ? undefined : text;
}

/** Ids that differ may still give one name. */
function namedTwice(members: readonly Member[]): readonly Finding[] {
  return members.flatMap(({ name, id, from }, index) => {
    const first = members.findIndex((each) => each.name === name);
    if (first === index) return [];
    return [{ at: from.key, message: `the agents "${members[first]?.id}" and "${id}" would both be the role ${name}` }];
  });
}

function readingOf(source: ComposeSource, found: Found, note: Reading["note"]): Reading {
  const folder = dirname(source.file);
  const prefix = relative(dirname(source.crewFile), folder);
  return {
    note,
    path: (path) => {
      if (prefix === "" || isAbsolute(path) || /^(?:~|\$|[a-z]+:)/.test(path)) return path;
      const moved = posix.join(prefix, path);
      return moved.startsWith(".") ? moved : `./${moved}`;
    },
    isRepository: (path) => {
      const real = expand(
        path.replace(/^~(?=\/|$)/, () => "$HOME"),
        (name) => source.env[name],
      ).text;
      return real !== "" && isWithin(folder, resolve(folder, real));
    },
    identity: identityOf(found.agents.map(({ service }) => environmentOf(service.entries.get("environment")?.value))),
    services: found.services.map(({ name }) => name),
  };
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!isAbsolute(way) && way.split("/")[0] !== "..");
}

const topWords: Readonly<Record<string, string>> = {
  version: "Compose itself reads it no more",
  configs: "crew has none: put the file into the image, or mount it",
  models: "an agent brings its own model",
};

function noteTopLevel(key: string, { key: at }: Entry, { note }: Reading): void {
  if (["name", "services", "volumes", "networks", "secrets"].includes(key)) return;
  note(at, key, "left out", key.startsWith("x-") ? "it is yours" : (topWords[key] ?? "crew has no such key"));
}

function valuesOf({ entries }: Mapping): readonly Mapping[] {
  return [...entries.values()].flatMap(({ value }) => (value.kind === "mapping" ? [value] : []));
}

/** The check is of the file: what must be set when it is used (`${NAME:?}`) need not be set now. */
function complete(tree: Mapping, env: ComposeSource["env"]): ComposeSource["env"] {
  const missing = textsIn(tree).flatMap(variablesIn);
  return { ...Object.fromEntries(missing.map((name) => [name, "1"])), ...env };
}

/** Whether a variable without a value bears the name. */
function takesFromOutside(tree: Mapping, name: string): boolean {
  return [tree, ...valuesOf(tree), ...valuesOf(tree).flatMap(valuesOf)].some((map) => {
    const value = environmentOf(map.entries.get("environment")?.value).get(name)?.value;
    return value?.kind === "scalar" && value.value === null;
  });
}

function placed(notes: readonly Note[], lines: LineStarts): readonly PlacedNote[] {
  const seen = new Set<string>();
  return notes
    .toSorted((a, b) => a.at.start - b.at.start)
    .map(({ at, ...note }) => ({ ...note, ...positionAt(lines, at.start) }))
    .filter((note) => {
      const key = JSON.stringify(note);
      return !seen.has(key) && seen.add(key);
    });
}
