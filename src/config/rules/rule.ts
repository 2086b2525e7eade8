// What a rule beyond the schema is given. A rule looks at the draft and reports; it changes nothing.
import type { Canonical } from "../canonical.ts";
import type { CrewFile, Role } from "../generated/crew-file.ts";
import type { Report } from "../problem.ts";
import type { Sources } from "../sources.ts";
import { keySpanOf, type Mapping, type Path, type Span, spanOf, valueAt } from "../tree.ts";

/** What exists outside of the file, as far as the caller has looked. What is absent is not checked. */
export interface Known {
  /** The branch that the epic lands on where the file names none: the repository's default branch. */
  readonly base?: string;
  /** Short names of the repository's branches. */
  readonly branches?: readonly string[];
  /** Absolute paths: the repository's top level and its git directory, sockets of engines, folders of what crew itself runs here, and what a path is without its links. */
  readonly host?: {
    readonly repository: readonly string[];
    readonly sockets: readonly string[];
    readonly code: readonly string[];
    readonly real: (path: string) => string;
  };
  /** Names of the specialties that can be found, and where was looked. */
  readonly specialties?: { readonly names: readonly string[]; readonly lookedIn: readonly string[] };
}

export interface Draft {
  /** As it was written, without what the schema refuses. */
  readonly file: Partial<CrewFile>;
  readonly canonical: Canonical;
  /** The tree that `file` is the data of. */
  readonly tree: Mapping;
  /** The whole tree: names in it were meant to exist, whatever is wrong with them. */
  readonly written: Mapping;
  readonly known: Known;
  readonly sources: Sources;
}

export type Rule = (draft: Draft, report: Report) => void;

/** Each mapping of role keys that the file holds: `defaults`, and every role. */
export function roleMaps(draft: Draft): readonly { readonly path: Path; readonly role: NonNullable<Role> }[] {
  const { defaults, roles = {} } = draft.file;
  const all = Object.entries(roles).map(([name, role]) => ({ path: ["roles", name] as Path, role: role ?? {} }));
  return defaults ? [{ path: ["defaults"], role: defaults }, ...all] : all;
}

/** Where a role's value was written: in the role, else in `defaults`; where it is a default of crew's, the role's name. */
export function roleValueSpan(draft: Draft, role: string, key: Path): Span {
  for (const around of [["roles", role], ["defaults"]] satisfies Path[]) {
    if (valueAt(draft.tree, [...around, ...key.slice(0, 1)])) return spanOf(draft.tree, [...around, ...key]);
  }
  return keySpanOf(draft.tree, ["roles", role]);
}
