// The crew file's tree from its parts: what all agents have in common stands once, under defaults.
import { dataOf, type Entry, type Mapping, type Span, type Tree } from "../tree.ts";
import { environmentOf } from "./environment.ts";
import { fitted } from "./fit.ts";
import { isPersonal, settled } from "./identity.ts";
import type { AgentService, Member } from "./members.ts";
import type { Reading } from "./reading.ts";
import { entryOf, mapTree, textTree } from "./trees.ts";

/** `defaults`, where there is anything in common, and `roles`. `keys`: each service as the keys of a role. */
export function defaultsAndRoles(
  members: readonly Member[],
  keys: ReadonlyMap<AgentService, ReadonlyMap<string, Entry>>,
  reading: Reading,
): { readonly defaults: Mapping; readonly roles: Mapping } {
  const [first] = members;
  const at = first?.from.key ?? { start: 0, end: 0 };
  const owns = members.map((member) => piecesOf(member, keys.get(member.from) ?? new Map(), reading));
  const common = new Set(
    [...(owns[0]?.keys() ?? [])].filter((key) => owns.every((own) => isSame(own.get(key), owns[0]?.get(key)))),
  );
  const shared = [...(owns[0] ?? [])].filter(([key]) => common.has(key)).map(([, piece]) => piece);
  const roles = members.map((member, index) => {
    const rest = [...(owns[index] ?? [])].filter(([key]) => !common.has(key)).map(([, piece]) => piece);
    const branch = member.branch === undefined ? [] : [["branch", entryOf(branchTree(member))] as const];
    const place = member.from.key;
    return [member.name, entryOf(mapTree(new Map([...branch, ...together(rest, place).entries]), place))] as const;
  });
  return { defaults: together(shared, at), roles: mapTree(new Map(roles), at) };
}

/** A key of a role, or one entry of a map under it: what can be in common by itself. */
interface Piece {
  readonly key: string;
  readonly name?: string;
  readonly entry: Entry;
  readonly isPersonal: boolean;
}

function piecesOf(member: Member, keys: ReadonlyMap<string, Entry>, reading: Reading): ReadonlyMap<string, Piece> {
  const pieces = new Map<string, Piece>();
  for (const [key, entry] of keys) {
    const isMap = key === "environment" || (key === "labels" && entry.value.kind === "mapping");
    for (const [name, each] of isMap ? environmentOf(entry.value) : [[undefined, entry] as const]) {
      const value = settled(each.value, member, reading.identity);
      const path = ["defaults", key, ...(name === undefined ? [] : [name])];
      const fit = { ...each, value: fitted(value, { path, said: path.slice(1).join(".") }, reading) };
      const personal = isPersonal(each.value, reading.identity);
      pieces.set(path.join("\0"), { key, ...(name !== undefined && { name }), entry: fit, isPersonal: personal });
    }
  }
  return pieces;
}

function isSame(one: Piece | undefined, other: Piece | undefined): boolean {
  if (!one || !other || one.isPersonal || other.isPersonal) return false;
  return JSON.stringify(dataOf(one.entry.value)) === JSON.stringify(dataOf(other.entry.value));
}

function together(pieces: readonly Piece[], at: Span): Mapping {
  const entries = new Map<string, Entry>();
  for (const { key, name, entry } of pieces) {
    if (name === undefined) entries.set(key, entry);
    else entries.set(key, within(entries.get(key), name, entry));
  }
  return mapTree(entries, at);
}

function within(map: Entry | undefined, name: string, entry: Entry): Entry {
  const entries = map?.value.kind === "mapping" ? [...map.value.entries] : [];
  return {
    key: map?.key ?? entry.key,
    value: mapTree(new Map([...entries, [name, entry]]), map?.value.at ?? entry.key),
  };
}

function branchTree({ branch = "", from }: Member): Tree {
  return textTree(branch.replaceAll("$", "$$$$"), from.key);
}
