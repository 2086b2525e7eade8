// Which paths a clean merge changes in its target: one git process for all merges. Decides nothing.
import type { Oid, TreeEntry } from "../model/names.ts";
import type { TestMerge } from "../model/world.ts";
import type { Git } from "./git.ts";
import type { ObjectReader } from "./objects.ts";

/** Paths kept of one merge at most: whoever changes more changes everything, as far as paths decide something. */
const keptPaths = 200_000;

export interface ChangeReader {
  readonly view: Git;
  readonly objects: Pick<ObjectReader, "commits">;
}

export async function withChanges(
  { view, objects }: ChangeReader,
  merges: readonly TestMerge[],
): Promise<readonly TestMerge[]> {
  const clean = merges.flatMap((merge) => (merge.kind === "clean" ? [merge] : []));
  if (clean.length === 0) return merges;
  const targets = await objects.commits(clean.map(({ target }) => target));
  // diff-tree takes trees by their own ids from its input, and nothing else.
  const pairOf = (target: Oid, tree: Oid) => `${targets.get(target)?.tree} ${tree}`;
  const changes = await changesOf(view, [...new Set(clean.map(({ target, tree }) => pairOf(target, tree)))]);
  return merges.map((merge) => {
    if (merge.kind !== "clean") return merge;
    const paths = changes.get(pairOf(merge.target, merge.tree)) ?? new Map();
    return paths.size > keptPaths ? merge : { ...merge, changes: paths };
  });
}

async function changesOf(view: Git, pairs: readonly string[]) {
  const flags = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames"];
  const stdin = pairs.map((pair) => `${pair}\n`).join("");
  // Two trees in a line are compared with each other, and the line comes back before what differs.
  return parseChanges(await view.text([...flags, "--stdin"], { stdin }));
}

/**
 * Entries of two fields, `:<modes and ids>` and the path; the line that names two trees stands before the first entry of
 * theirs. So nothing in a path can be taken for such a line.
 */
function parseChanges(output: string): ReadonlyMap<string, ReadonlyMap<string, TreeEntry>> {
  const changes = new Map<string, Map<string, TreeEntry>>();
  let paths = new Map<string, TreeEntry>();
  const fields = output.split("\0");
  for (let at = 0; at < fields.length; at += 2) {
    const lines = (fields[at] ?? "").split("\n");
    for (const pair of lines.filter((line) => /^[0-9a-f]/.test(line))) {
      paths = new Map();
      changes.set(pair, paths);
    }
    const path = fields[at + 1];
    const [, mode, , oid] = lines.at(-1)?.split(" ") ?? [];
    if (path !== undefined && oid !== undefined) paths.set(path, `${mode} ${oid}`);
  }
  return changes;
}
