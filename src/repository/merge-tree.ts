// Runs git's merge for many pairs in one process, and reads what it left. Knows nothing of what may be merged.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { MergePair } from "../model/world.ts";
import type { Git } from "./git.ts";

/** What git's merge left: `tree` holds conflict markers at `paths`. */
export interface RawMerge {
  readonly pair: MergePair;
  readonly tree: Oid;
  /** As the sides name them. */
  readonly paths: readonly string[];
  /** Names that neither side has, which the tree got because two things want one name. */
  readonly invented: readonly string[];
}

export async function mergeTrees(view: Git, pairs: readonly MergePair[]): Promise<readonly RawMerge[]> {
  const flags = ["--write-tree", "--stdin", "-z", "--name-only", "--no-messages", "--allow-unrelated-histories"];
  // git answers only once it has all input, so everything is written before anything is read.
  const stdin = pairs.map(({ target, source }) => `${target} ${source}\n`).join("");
  return parseMerges(await view.text(["merge-tree", ...flags], { stdin }), pairs);
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
    const found: string[] = [];
    while (fields[at]) found.push(fields[at++] ?? "");
    at += 1;
    const isInvented = inventedFor(pair);
    const paths = new Set(found.map((path) => path.replace(isInvented, "")));
    return { pair, tree, paths: [...paths].sort(), invented: found.filter((path) => isInvented.test(path)) };
  });
  return merges;
}

/** A file where the other side has a folder or a link becomes `<path>~<side>`, or `<path>~<side>_<n>` (`unique_path`, git 2.39). */
function inventedFor({ target, source }: MergePair): RegExp {
  return new RegExp(`~(${target}|${source})(_\\d+)?$`);
}
