// Tries merges without touching a ref or a file: one git process for all pairs, each pair once. Decides nothing.
import { type MergePair, mergePair, type TestMerge } from "../model/world.ts";
import { beadsObjects, isBeadsPath, keepTargetsBeads } from "./beads-folder.ts";
import { type ChangeReader, withChanges } from "./merge-changes.ts";
import { mergeTrees } from "./merge-tree.ts";

export interface Merges {
  test(pairs: readonly MergePair[]): Promise<readonly TestMerge[]>;
}

/** Merges kept at most; commits never change, so neither does a merge. */
const keptMerges = 20_000;

export function mergesIn(reader: ChangeReader): Merges {
  const known = new Map<string, TestMerge>();
  const test = async (pairs: readonly MergePair[]): Promise<readonly TestMerge[]> => {
    const answers = new Map(pairs.map((pair) => [mergePair(pair), known.get(mergePair(pair))]));
    const unknown = pairs.filter((pair) => answers.get(mergePair(pair)) === undefined);
    if (known.size > keptMerges) known.clear();
    for (const merge of await runMerges(reader, unknown)) {
      known.set(mergePair(merge), merge);
      answers.set(mergePair(merge), merge);
    }
    return pairs.map((pair) => answers.get(mergePair(pair)) as TestMerge);
  };
  return { test };
}

async function runMerges(reader: ChangeReader, pairs: readonly MergePair[]): Promise<readonly TestMerge[]> {
  const { view } = reader;
  const distinct = [...new Map(pairs.map((pair) => [mergePair(pair), pair])).values()];
  if (distinct.length === 0) return [];
  const sides = distinct.flatMap(({ target, source }) => [target, source]);
  const [merges, before] = await Promise.all([mergeTrees(view, distinct), beadsObjects(view, sides)]);
  const trees = await keepTargetsBeads(view, merges, before);
  const tried = merges.map(({ pair, paths, tree }): TestMerge => {
    const conflicts = paths.filter((path) => !isBeadsPath(path));
    if (conflicts.length > 0) return { kind: "conflict", ...pair, paths: conflicts };
    return { kind: "clean", ...pair, tree: trees.get(mergePair(pair)) ?? tree };
  });
  return await withChanges(reader, tried);
}
