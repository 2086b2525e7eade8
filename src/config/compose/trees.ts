// Trees made by hand, and changed ones: each new value stands where the one that it comes from was written.
import type { Entry, List, Mapping, Scalar, Span, Tree } from "../tree.ts";

export function textTree(value: string, at: Span): Scalar {
  return { kind: "scalar", value, source: value, state: "written", at };
}

export function emptyTree(at: Span): Scalar {
  return { kind: "scalar", value: null, source: "", state: "written", at };
}

export function listTree(items: readonly Tree[], at: Span): List {
  return { kind: "list", items, at };
}

export function mapTree(entries: ReadonlyMap<string, Entry>, at: Span): Mapping {
  return { kind: "mapping", entries, at };
}

export function entryOf(value: Tree, key = value.at): Entry {
  return { key, value };
}

/** The tree with every text in it changed. */
export function mapTexts(tree: Tree, change: (text: string) => string): Tree {
  switch (tree.kind) {
    case "scalar":
      return typeof tree.value === "string" ? textTree(change(tree.value), tree.at) : tree;
    case "list":
      return { ...tree, items: tree.items.map((item) => mapTexts(item, change)) };
    case "mapping": {
      const entries = [...tree.entries].map(
        ([key, entry]) => [key, { ...entry, value: mapTexts(entry.value, change) }] as const,
      );
      return { ...tree, entries: new Map(entries) };
    }
  }
}

/** Every text in the tree, keys left out. */
export function textsIn(tree: Tree): readonly string[] {
  if (tree.kind === "scalar") return typeof tree.value === "string" ? [tree.value] : [];
  const children = tree.kind === "list" ? tree.items : [...tree.entries.values()].map(({ value }) => value);
  return children.flatMap(textsIn);
}

/** A scalar as text: a number as it was written; undefined for a list, a map and nothing. */
export function textOf(tree: Tree | undefined): string | undefined {
  if (tree?.kind !== "scalar" || tree.value === null) return undefined;
  return typeof tree.value === "string" ? tree.value : tree.source;
}

/** A list's items; a single value counts as a list of one. */
export function itemsOf(tree: Tree): readonly Tree[] {
  return tree.kind === "list" ? tree.items : [tree];
}
