// Which paths a clean merge changes in its target: one git process for all merges. Decides nothing.
import type { Oid } from "../model/names.ts";
import type { TestMerge } from "../model/world.ts";
import type { Git } from "./git.ts";

/** Paths kept of one merge at most: whoever changes more changes everything, as far as paths decide something. */
const keptPaths = 5_000;

export async function withChanges(view: Git, merges: readonly TestMerge[]): Promise<readonly TestMerge[]> {
  const clean = merges.flatMap((merge) => (merge.kind === "clean" ? [merge] : []));
  if (clean.length === 0) return merges;
  const trees = [...new Set(clean.map(({ target, tree }) => `${target}^{tree} ${tree}`))];
  const ids = await treeIds(view, trees);
  const stdin = [...new Set(ids.values())].map((pair) => `${pair}\n`).join("");
  // Two trees in a line are compared with each other, and the line comes back before their paths.
  const output = await view.text(["diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames"], {
    stdin,
  });
  const changes = parseChanges(output);
  return merges.map((merge) => {
    if (merge.kind !== "clean") return merge;
    const paths = changes.get(ids.get(`${merge.target}^{tree} ${merge.tree}`) ?? "") ?? new Map();
    return paths.size > keptPaths ? merge : { ...merge, changes: paths };
  });
}

/** The target's tree by its own id: diff-tree takes nothing else from its input. */
async function treeIds(view: Git, pairs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const stdin = pairs.map((pair) => `${pair.split(" ")[0]}\n`).join("");
  const answers = (await view.text(["cat-file", "--batch-check=%(objectname)"], { stdin })).split("\n");
  return new Map(pairs.map((pair, at) => [pair, `${answers[at]} ${pair.split(" ")[1]}`]));
}

/**
 * Entries of two fields, `:<modes and ids>` and the path; the line that names two trees stands before the first entry of
 * theirs. So nothing in a path can be taken for such a line.
 */
function parseChanges(output: string): ReadonlyMap<string, ReadonlyMap<string, Oid>> {
  const changes = new Map<string, Map<string, Oid>>();
  let paths = new Map<string, Oid>();
  const fields = output.split("\0");
  for (let at = 0; at < fields.length; at += 2) {
    const lines = (fields[at] ?? "").split("\n");
    for (const pair of lines.filter((line) => /^[0-9a-f]/.test(line))) {
      paths = new Map();
      changes.set(pair, paths);
    }
    const path = fields[at + 1];
    const [, , , oid = ""] = lines.at(-1)?.split(" ") ?? [];
    if (path !== undefined && oid !== "") paths.set(path, oid);
  }
  return changes;
}
