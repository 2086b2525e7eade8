// Tries merges without touching a ref or a file: two git processes for all pairs, each pair once. Decides nothing.

import type { Oid } from "../model/names.ts";
import { type MergePair, mergePair, type TestMerge } from "../model/world.ts";
import { isBeadsPath, withTargetsBeads } from "./beads-folder.ts";
import type { Git } from "./git.ts";
import { type Changes, changesOf } from "./merge-changes.ts";
import { mergeTrees, type RawMerge } from "./merge-tree.ts";
import type { Commit, ObjectReader } from "./objects.ts";
import { withoutUndone } from "./undone-changelogs.ts";

/** Paths kept of one merge at most: whoever changes more changes everything, as far as paths decide something. */
const keptPaths = 200_000;

export interface MergeReader {
  readonly view: Git;
  readonly objects: Pick<ObjectReader, "commits">;
}

export interface Merges {
  test(pairs: readonly MergePair[]): Promise<readonly TestMerge[]>;
}

/** Merges kept at most; commits never change, so neither does a merge. */
const keptMerges = 20_000;

export function mergesIn(reader: MergeReader): Merges {
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

/** What merging takes: git's merge and diff-tree at once, and no third process unless `.beads` differs. */
async function runMerges(reader: MergeReader, pairs: readonly MergePair[]): Promise<readonly TestMerge[]> {
  const { view, objects } = reader;
  const distinct = [...new Map(pairs.map((pair) => [mergePair(pair), pair])).values()];
  if (distinct.length === 0) return [];
  // First: a start takes its time, and everything waits for this one.
  const trying = mergeTrees(view, distinct);
  // Whoever merges next asks for the sources as well.
  const commits = objects.commits(distinct.flatMap(({ target, source }) => [target, source]));
  const merging = Promise.all([trying, commits]).then(([raw]) =>
    Promise.all(raw.map(async (each) => await ownConflicts(view, await withoutUndone(reader, each)))),
  );
  const [merges, changes] = await withChanges(view, { merging, commits });
  const beads = merges.filter((merge, at) => isClean(merge) && [...(changes[at]?.keys() ?? [])].some(isBeadsPath));
  if (beads.length === 0) return merges.map((merge, at) => outcome(merge, changes[at]));
  const kept = Promise.all(merges.map((merge) => (beads.includes(merge) ? keepBeads(view, merge) : merge)));
  const [mended, without] = await withChanges(view, { merging: kept, commits });
  return mended.map((merge, at) => outcome(merge, without[at]));
}

interface Merging {
  readonly merging: Promise<readonly RawMerge[]>;
  readonly commits: Promise<ReadonlyMap<Oid, Commit>>;
}

/** Of merges that conflict there is nothing to tell. */
async function withChanges(
  view: Git,
  { merging, commits }: Merging,
): Promise<readonly [readonly RawMerge[], readonly Changes[]]> {
  const wanted = Promise.all([merging, commits]).then(([merges, known]) =>
    merges.map(({ pair, tree, paths }) => {
      const before = known.get(pair.target)?.tree ?? "";
      return { before, after: paths.length > 0 ? before : tree };
    }),
  );
  return await Promise.all([merging, changesOf(view, wanted)]);
}

/** What conflicts in `.beads` alone is settled by the target's. */
async function ownConflicts(view: Git, merge: RawMerge): Promise<RawMerge> {
  const paths = merge.paths.filter((path) => !isBeadsPath(path));
  return paths.length === 0 && merge.paths.length > 0 ? await keepBeads(view, merge) : { ...merge, paths };
}

async function keepBeads(view: Git, merge: RawMerge): Promise<RawMerge> {
  return { ...merge, tree: await withTargetsBeads(view, merge), paths: [], invented: [] };
}

function isClean({ paths }: RawMerge): boolean {
  return paths.length === 0;
}

function outcome({ pair, tree, paths }: RawMerge, changes: Changes | undefined): TestMerge {
  if (paths.length > 0) return { kind: "conflict", ...pair, paths };
  return { kind: "clean", ...pair, tree, ...(changes && changes.size <= keptPaths && { changes }) };
}
