// `.beads/` always stays as in the target: tracker files travel with the base branch, never with an agent's work.
import type { Oid } from "../model/names.ts";
import { mergePair } from "../model/world.ts";
import type { Git } from "./git.ts";
import type { RawMerge } from "./merges.ts";

export const beadsFolder = ".beads";

export function isBeadsPath(path: string): boolean {
  return path === beadsFolder || path.startsWith(`${beadsFolder}/`);
}

/** Trees by merge pair, for merges whose own tree differs from the target there. */
export async function keepTargetsBeads(view: Git, merges: readonly RawMerge[]): Promise<ReadonlyMap<string, Oid>> {
  const mendable = merges.filter(({ paths }) => paths.every(isBeadsPath));
  const trees = new Map<string, Oid>();
  if (mendable.length === 0) return trees;
  const questions = mendable.flatMap(({ pair, tree }) => [`${pair.target}:${beadsFolder}`, `${tree}:${beadsFolder}`]);
  const output = await view.text(["cat-file", "--batch-check=%(objectname)"], { stdin: `${questions.join("\n")}\n` });
  const answers = output.split("\n").map((line) => (line.endsWith(" missing") ? "" : line));
  for (const [index, { pair, tree }] of mendable.entries()) {
    const [wanted, merged] = [answers[2 * index], answers[2 * index + 1]];
    if (wanted !== merged) trees.set(mergePair(pair), await withTargetsBeads(view, { tree, target: pair.target }));
  }
  return trees;
}

/** Rewrites the root tree only, whatever lies in the folder. */
async function withTargetsBeads(
  view: Git,
  { tree, target }: { readonly tree: Oid; readonly target: Oid },
): Promise<Oid> {
  const [merged, kept] = await Promise.all([
    view.bytes(["ls-tree", "-z", "--full-tree", "--end-of-options", tree]),
    view.bytes(["ls-tree", "-z", "--full-tree", "--end-of-options", target, beadsFolder]),
  ]);
  const isBeads = (entry: string) => entry.endsWith(`\t${beadsFolder}`);
  // latin1 keeps every byte of a name that is no UTF-8.
  const others = merged
    .toString("latin1")
    .split("\0")
    .filter((entry) => entry !== "" && !isBeads(entry));
  const own = kept.toString("latin1").split("\0").filter(isBeads);
  const stdin = Buffer.from([...others, ...own].map((entry) => `${entry}\0`).join(""), "latin1");
  return (await view.text(["mktree", "-z"], { stdin })).trim();
}
