// `.beads/` always stays as in the target: tracker files travel with the base branch, never with an agent's work.
import type { Oid } from "../model/names.ts";
import type { Git } from "./git.ts";
import type { RawMerge } from "./merge-tree.ts";

const beadsFolder = ".beads";

export function isBeadsPath(path: string): boolean {
  return path === beadsFolder || path.startsWith(`${beadsFolder}/`);
}

/** Rewrites the root tree only, whatever lies in the folder. What git put beside it of the other side goes too. */
export async function withTargetsBeads(view: Git, { pair, tree, invented }: RawMerge): Promise<Oid> {
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
