// Tries merges without touching a ref or a file: one git process for all pairs, each pair once. Decides nothing.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import { type MergePair, mergePair, type TestMerge } from "../model/world.ts";
import { isBeadsPath, keepTargetsBeads } from "./beads-folder.ts";
import type { Git } from "./git.ts";

export interface Merges {
  test(pairs: readonly MergePair[]): Promise<readonly TestMerge[]>;
}

/** What git's merge left: `tree` holds conflict markers at `paths`. */
export interface RawMerge {
  readonly pair: MergePair;
  readonly tree: Oid;
  readonly paths: readonly string[];
}

/** Merges kept at most; commits never change, so neither does a merge. */
const keptMerges = 20_000;

export function mergesIn(view: Git): Merges {
  const known = new Map<string, TestMerge>();
  const test = async (pairs: readonly MergePair[]): Promise<readonly TestMerge[]> => {
    const answers = new Map(pairs.map((pair) => [mergePair(pair), known.get(mergePair(pair))]));
    const unknown = pairs.filter((pair) => answers.get(mergePair(pair)) === undefined);
    if (known.size > keptMerges) known.clear();
    for (const merge of await runMerges(view, unknown)) {
      known.set(mergePair(merge), merge);
      answers.set(mergePair(merge), merge);
    }
    return pairs.map((pair) => answers.get(mergePair(pair)) as TestMerge);
  };
  return { test };
}

async function runMerges(view: Git, pairs: readonly MergePair[]): Promise<readonly TestMerge[]> {
  const distinct = [...new Map(pairs.map((pair) => [mergePair(pair), pair])).values()];
  if (distinct.length === 0) return [];
  const flags = ["--write-tree", "--stdin", "-z", "--name-only", "--no-messages", "--allow-unrelated-histories"];
  // git answers only once it has all input, so everything is written before anything is read.
  const stdin = distinct.map(({ target, source }) => `${target} ${source}\n`).join("");
  const output = await view.text(["merge-tree", ...flags], { stdin });
  const merges = parseMerges(output, distinct);
  const trees = await keepTargetsBeads(view, merges);
  return merges.map(({ pair, paths, tree }): TestMerge => {
    const conflicts = paths.filter((path) => !isBeadsPath(path));
    if (conflicts.length > 0) return { kind: "conflict", ...pair, paths: conflicts };
    return { kind: "clean", ...pair, tree: trees.get(mergePair(pair)) ?? tree };
  });
}

/**
 * Per merge: `1` (clean) or `0`, the tree, and for a conflict every path; an empty field ends it. git-merge-tree(1), with
 * the leading status that `--stdin` adds.
 */
function parseMerges(output: string, pairs: readonly MergePair[]): readonly RawMerge[] {
  const fields = output.split("\0");
  let at = 0;
  const merges = pairs.map((pair): RawMerge => {
    const status = fields[at++];
    const tree = fields[at++];
    if ((status !== "0" && status !== "1") || !tree) {
      throw new CrewError("failed", `git merge-tree gave no answer for ${pair.source} into ${pair.target}.`);
    }
    const paths: string[] = [];
    while (fields[at]) paths.push(fields[at++] ?? "");
    at += 1;
    return { pair, tree, paths: [...new Set(paths)].sort() };
  });
  return merges;
}
