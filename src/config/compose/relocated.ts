// Paths under build and env_file, written anew for a crew file that lies in another folder than the compose file. Pure.
import type { Tree } from "../tree.ts";
import { mapTexts, mapTree } from "./trees.ts";

type Relocate = (path: string) => string;

export function relocatedBuild(tree: Tree, path: Relocate): Tree {
  return tree.kind === "mapping" ? relocatedKey(tree, "context", path) : mapTexts(tree, path);
}

export function relocatedFiles(tree: Tree, path: Relocate): Tree {
  if (tree.kind === "list") return { ...tree, items: tree.items.map((item) => relocatedFiles(item, path)) };
  return tree.kind === "mapping" ? relocatedKey(tree, "path", path) : mapTexts(tree, path);
}

/** The map with the path under one of its keys written anew. */
export function relocatedKey(tree: Tree, key: string, path: Relocate): Tree {
  const entry = tree.kind === "mapping" ? tree.entries.get(key) : undefined;
  if (tree.kind !== "mapping" || !entry) return tree;
  return mapTree(new Map([...tree.entries, [key, { ...entry, value: mapTexts(entry.value, path) }]]), tree.at);
}
