// The top-level volumes, networks and secrets that what was taken over still uses.
import type { Entry, Mapping, Tree } from "../tree.ts";
import { fitted } from "./fit.ts";
import { portable } from "./identity.ts";
import { mountsIn, volumeIn } from "./mounts.ts";
import type { Reading } from "./reading.ts";
import { relocatedKey } from "./relocated.ts";
import { emptyTree, entryOf, itemsOf, mapTree, textOf } from "./trees.ts";

const kinds = ["volumes", "networks", "secrets"] as const;

type Kind = (typeof kinds)[number];

/** `users`: every map of a role's or service's keys that the crew file will hold. */
export function sharedParts(compose: Mapping, users: readonly Mapping[], reading: Reading): readonly [string, Entry][] {
  return kinds.flatMap((kind): readonly [string, Entry][] => {
    const declared = declaredIn(compose, kind);
    const named = [...new Set(users.flatMap((user) => usedIn(user, kind)))];
    // Every service is on a network of this name without saying so.
    if (kind === "networks" && declared.has("default") && !named.includes("default")) named.push("default");
    // A volume may be one agent's own, which a compose file cannot declare; what else is not declared is reported.
    const used = named.filter((name) => declared.has(name) || (kind === "volumes" && !name.includes("$")));
    for (const [name, entry] of declared) {
      if (!used.includes(name)) reading.note(entry.key, `${kind}.${name}`, "left out", unusedWords(kind));
    }
    if (used.length === 0) return [];
    const at = compose.entries.get(kind)?.key ?? compose.at;
    const entries = used.map(
      (name) => [name, partOf(kind, name, declared.get(name) ?? entryOf(emptyTree(at)), reading)] as const,
    );
    return [[kind, entryOf(mapTree(new Map(entries), at), at)]];
  });
}

function declaredIn(compose: Mapping, kind: Kind): ReadonlyMap<string, Entry> {
  const value = compose.entries.get(kind)?.value;
  return value?.kind === "mapping" ? value.entries : new Map();
}

function partOf(kind: Kind, name: string, entry: Entry, reading: Reading): Entry {
  const value = kind === "secrets" ? relocatedKey(entry.value, "file", reading.path) : entry.value;
  const place = { path: [kind, name], said: `${kind}.${name}` };
  return { ...entry, value: fitted(portable(value), place, reading) };
}

function usedIn(user: Mapping, kind: Kind): readonly string[] {
  const value = user.entries.get(kind)?.value;
  if (kind === "volumes") return mountsIn(value).flatMap((mount) => volumeIn(mount) ?? []);
  if (value?.kind === "mapping") return [...value.entries.keys()];
  const named = value === undefined ? [] : itemsOf(value).flatMap(nameOf);
  const build = user.entries.get("build")?.value;
  return build?.kind === "mapping" && kind === "secrets" ? [...named, ...usedIn(build, kind)] : named;
}

/** A name, or a map with it under `source`. */
function nameOf(tree: Tree): readonly string[] {
  const name = textOf(tree.kind === "mapping" ? tree.entries.get("source")?.value : tree);
  return name === undefined ? [] : [name];
}

function unusedWords(kind: Kind): string {
  return kind === "volumes"
    ? "crew makes one for each role's work, however many roles there are"
    : "nothing that was taken over uses it";
}
