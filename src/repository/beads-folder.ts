// `.beads/` always stays as in the target: tracker files travel with the base branch, never with an agent's work.
import type { Oid } from "../model/names.ts";
import { mergePair } from "../model/world.ts";
import type { Git } from "./git.ts";
import type { RawMerge } from "./merge-tree.ts";

const beadsFolder = ".beads";

export function isBeadsPath(path: string): boolean {
  return path === beadsFolder || path.startsWith(`${beadsFolder}/`);
}

/** The object at `.beads` in each commit or tree; empty where there is none. */
export async function beadsObjects(view: Git, treeishes: readonly Oid[]): Promise<ReadonlyMap<Oid, string>> {
  const distinct = [...new Set(treeishes)];
  if (distinct.length === 0) return new Map();
  const stdin = distinct.map((oid) => `${oid}:${beadsFolder}\n`).join("");
  const answers = (await view.text(["cat-file", "--batch-check=%(objectname)"], { stdin })).split("\n");
  return new Map(distinct.map((oid, at) => [oid, answers[at]?.endsWith(" missing") ? "" : (answers[at] ?? "")]));
}

/**
 * Trees by merge pair, for merges that are clean but for `.beads/` and whose own tree differs from the target there.
 * `before` holds what source and target have: where that is the same, so is the merge's.
 */
export async function keepTargetsBeads(
  view: Git,
  merges: readonly RawMerge[],
  before: ReadonlyMap<Oid, string>,
): Promise<ReadonlyMap<string, Oid>> {
  const changed = merges.filter(
    ({ pair, paths }) => paths.every(isBeadsPath) && before.get(pair.source) !== before.get(pair.target),
  );
  const after = await beadsObjects(
    view,
    changed.map(({ tree }) => tree),
  );
  const trees = new Map<string, Oid>();
  for (const merge of changed) {
    const { pair, tree, invented } = merge;
    if (after.get(tree) === before.get(pair.target) && invented.length === 0) continue;
    trees.set(mergePair(pair), await withTargetsBeads(view, merge));
  }
  return trees;
}

/** Rewrites the root tree only, whatever lies in the folder. What git put beside it of the other side goes too. */
async function withTargetsBeads(view: Git, { pair, tree, invented }: RawMerge): Promise<Oid> {
  const [merged, kept] = await Promise.all([
    view.bytes(["ls-tree", "-z", "--full-tree", "--end-of-options", tree]),
    view.bytes(["ls-tree", "-z", "--full-tree", "--end-of-options", pair.target, beadsFolder]),
  ]);
  const names = new Set([beadsFolder, ...invented]);
  const isBeads = (entry: string) => names.has(entry.slice(entry.indexOf("\t") + 1));
  // latin1 keeps every byte of a name that is no UTF-8.
  const others = merged
    .toString("latin1")
    .split("\0")
    .filter((entry) => entry !== "" && !isBeads(entry));
  const own = kept.toString("latin1").split("\0").filter(isBeads);
  const stdin = Buffer.from([...others, ...own].map((entry) => `${entry}\0`).join(""), "latin1");
  return (await view.text(["mktree", "-z"], { stdin })).trim();
}
