// What the free names of the file may look like, and where a key belongs that stands in the wrong place.
import { keysOf, schemaAt } from "./schema.ts";
import type { Path } from "./tree.ts";

interface NameRule {
  readonly what: string;
  readonly words: string;
  /** A name that would do. */
  readonly fix?: (name: string) => string | undefined;
}

const plainName = "letters, digits, dots, - and _";

/** By the pattern that the schema gives for the names; a test holds the schema to it. */
export const nameRules: Readonly<Record<string, NameRule>> = {
  "^[a-z0-9][a-z0-9_-]{0,39}$": {
    what: "the name",
    words: "lower-case letters, digits, - and _, at most 40, beginning with a letter or digit",
    fix: (name) => safeName(name).slice(0, 40) || undefined,
  },
  "^[A-Za-z0-9_-]+$": {
    what: "the key",
    words: "letters, digits, - and _: dots are for the path to a task below",
    fix: (name) => name.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "") || undefined,
  },
  "^[A-Za-z_][A-Za-z0-9_]*$": {
    what: "the name",
    words: "letters, digits and _, as a variable",
    fix: (name) => name.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^(?=\d)/, "_"),
  },
  "^[a-zA-Z0-9._-]+$": { what: "the name", words: plainName },
  "^[^\\x00-\\x1f\\x7f]+$": { what: "the name", words: "text on one line" },
  "^[^=\\x00-\\x20]+$": { what: "the variable", words: "a name without spaces and =" },
  "^[a-z]+$": { what: "the limit", words: "the name of a limit, such as nofile" },
};

/** Lower-case letters, digits, `-` and `_` only; may be empty. */
export function safeName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .replace(/[^a-z0-9]+$/, "");
}

/** Maps in which a key may have been meant, nearest to the eye first. */
const homes: readonly { readonly path: Path; readonly words: string }[] = [
  { path: [], words: "at the top" },
  { path: ["roles", "x"], words: "in a role or in defaults" },
  { path: ["roles", "x", "agent"], words: "in agent" },
  { path: ["roles", "x", "beads"], words: "in beads" },
  { path: ["epic"], words: "in epic" },
  { path: ["tasks", "x"], words: "in a task" },
  { path: ["gates", "x"], words: "in a gate" },
];

/** `; it belongs in a role or in defaults`, where the key is one of another map; else nothing. */
export function misplacedKey(key: string): string {
  const home = homes.find((other) => keysOf(schemaAt(other.path)).includes(key));
  return home ? `; it belongs ${home.words}` : "";
}
