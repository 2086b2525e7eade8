// The expertise that a role may be given by name: prose in files beside the crew file, the first of a name counting. Reads files;
// whether a name is known is the crew file's rules to say.
import { closeSync, openSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Canonical } from "../../config/load.ts";
import type { Crew, Specialty } from "../../model/crew.ts";

/** In the order in which they count. */
const places = [
  { folder: ".crew/specialties", ending: ".md", isDeep: false },
  { folder: ".claude/agents", ending: ".md", isDeep: true },
  { folder: ".github/agents", ending: ".agent.md", isDeep: false },
] as const;

/** More is no prose for a prompt. */
const mostBytes = 262_144;

export interface Specialties {
  /** Path by name. */
  readonly paths: ReadonlyMap<string, string>;
  readonly lookedIn: readonly string[];
  /** As `specialtyListing` was just before. */
  readonly listing: string;
}

/** Nothing is looked for where the file asks for none. */
export function specialtiesBeside(source: { readonly file: string; readonly text: string }): Specialties | undefined {
  if (!source.text.includes("specialty")) return undefined;
  const listing = specialtyListing(source.file);
  const paths = new Map<string, string>();
  for (const { folder, ending, isDeep } of places) {
    const top = join(dirname(source.file), folder);
    for (const path of filesIn(top, isDeep)) {
      const name = basename(path).slice(0, -ending.length);
      if (path.endsWith(ending) && name !== "" && !paths.has(name)) paths.set(name, path);
    }
  }
  return { paths, lookedIn: places.map(({ folder }) => folder), listing };
}

/** Another text where something lies beside the file that was not there, or no longer does. Asks nothing of any file: it is looked at again and again. */
export function specialtyListing(file: string): string {
  return places.flatMap(({ folder, isDeep }) => pathsIn(join(dirname(file), folder), isDeep)).join("\n");
}

/** Sorted by path. What cannot be looked into or read is none, and hides nothing beside it. */
function filesIn(top: string, isDeep: boolean): readonly string[] {
  return pathsIn(top, isDeep).filter(isProse);
}

function pathsIn(top: string, isDeep: boolean): readonly string[] {
  const below = (folder: string, around: readonly string[]): readonly string[] => {
    const here = entriesOf(folder);
    // A link to a folder around it would lead back here for ever.
    if (!here || around.includes(here.real)) return [];
    return here.entries.flatMap(({ name, mayBeFolder }) => {
      const path = join(folder, name);
      return [path, ...(isDeep && mayBeFolder ? below(path, [...around, here.real]) : [])];
    });
  };
  return [...below(top, [])].sort();
}

interface Folder {
  readonly real: string;
  readonly entries: readonly { readonly name: string; readonly mayBeFolder: boolean }[];
}

/** Undefined for what is no folder, too. */
function entriesOf(folder: string): Folder | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).map((each) => ({
      name: each.name,
      mayBeFolder: each.isDirectory() || each.isSymbolicLink(),
    }));
    return { entries, real: realpathSync(folder) };
  } catch {
    return undefined;
  }
}

function isProse(path: string): boolean {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > mostBytes) return false;
    closeSync(openSync(path, "r"));
    return true;
  } catch {
    return false;
  }
}

interface Reading extends Pick<Specialties, "paths"> {
  /** Undefined for whatever cannot be read. */
  readonly readText: (path: string) => string | undefined;
}

/** Each role with the words of those that it names. */
export function withSpecialties(crew: Crew, { roles }: Canonical, { paths, readText }: Reading): Crew {
  const specialtyOf = (name: string): readonly Specialty[] => {
    const path = paths.get(name);
    const text = path === undefined ? undefined : readText(path);
    return text === undefined ? [] : [{ name, text: withoutFrontMatter(text) }];
  };
  return {
    ...crew,
    roles: crew.roles.map((role) => {
      const specialties = (roles[role.name]?.specialty ?? []).flatMap(specialtyOf);
      return specialties.length > 0 ? { ...role, specialties } : role;
    }),
  };
}

/** What other programs are told of the file is not told to the agent. */
function withoutFrontMatter(text: string): string {
  return text.replace(/^\ufeff?---\r?\n(?:[\s\S]*?\r?\n)?---[ \t]*(?:\r?\n|$)/, "").trim();
}
