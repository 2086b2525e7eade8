// Commits that people made on visible branches: each branch that is ahead is a candidate of its own. Pure.
import { epicTip } from "../model/names.ts";
import type { VisibleBranch } from "../model/world.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import type { Leaf, LeafContext } from "./leaves.ts";
import { targetOf } from "./targets.ts";

/**
 * Candidates for the branches that are ahead, by role name or `epic`. Left out: a branch whose commits the role's
 * unmerged work sits under (its answer will start there) or whose commits are in the role's order already.
 */
export function peoplesCandidates(leaves: readonly Leaf[], context: LeafContext): ReadonlyMap<string, Candidate> {
  const found = new Map<string, Candidate>();
  for (const [name, branch] of context.branches) {
    if (!isAhead(branch) || isCarried({ name, branch, leaves }, context)) continue;
    const target = name === epicTip ? epicTip : targetOf(context.crew, name);
    const merge = {
      subject: `person/${name}`,
      kind: "person",
      target,
      source: branch.oid,
      role: name,
      title: branch.branch,
    } as const;
    const candidate = candidateOf(merge, context);
    if (candidate) found.set(name, candidate);
  }
  return found;
}

function isAhead(branch: VisibleBranch): branch is VisibleBranch & { readonly oid: string } {
  return branch.relation === "ahead" && branch.own.length > 0;
}

interface Ahead {
  readonly name: string;
  readonly branch: VisibleBranch;
  readonly leaves: readonly Leaf[];
}

function isCarried({ name, branch, leaves }: Ahead, context: LeafContext): boolean {
  return leaves.some((leaf) => {
    if (leaf.role !== name) return false;
    const order = context.history.orders(leaf.bead.id, leaf.round).at(-1);
    const isUnmerged =
      leaf.state.kind === "working" || leaf.state.kind === "merging" || leaf.state.kind === "answering";
    if (!order || !isUnmerged) return false;
    const isStart = order.start === branch.oid || order.merge === branch.oid;
    return isStart || (leaf.state.kind !== "working" && context.history.reportOf(order)?.commit === branch.shown);
  });
}
