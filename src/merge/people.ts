// Commits that people made on visible branches: each branch that is ahead is a candidate of its own. Pure.
import { epicTip, upwardSubject } from "../model/names.ts";
import type { VisibleBranch } from "../model/world.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import type { Leaf, LeafContext } from "./leaves.ts";
import type { Upward } from "./moves.ts";
import { targetOf } from "./targets.ts";

/**
 * Candidates for the branches that are ahead, by role name or `epic`. Left out: a branch whose commits the role's
 * unmerged work sits under (its answer will start there) or whose commits are in the role's order already.
 */
export function peoplesCandidates(
  work: { readonly leaves: readonly Leaf[]; readonly upward: readonly Upward[] },
  context: LeafContext,
): ReadonlyMap<string, Candidate> {
  const found = new Map<string, Candidate>();
  for (const [name, branch] of context.branches) {
    if (!isAhead(branch) || isCarried({ name, branch, ...work }, context)) continue;
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
  readonly upward: readonly Upward[];
}

/** Work that has an order and is not merged: at work, on its way, or waiting for a person. */
const unmerged: readonly (Leaf | Upward)["state"]["kind"][] = [
  "working",
  "merging",
  "answering",
  "approval",
  "blocked",
];

function isCarried({ name, branch, leaves, upward }: Ahead, { history }: LeafContext): boolean {
  const works = [
    ...leaves.map(({ bead, round, state }) => ({ subject: bead.id, round, state })),
    ...upward.map(({ role, round, state }) => ({ subject: upwardSubject(role), round, state })),
  ];
  return works.some(({ subject, round, state }) => {
    const orders = unmerged.includes(state.kind) ? history.orders(subject, round) : [];
    // What is shown may be an earlier report of the round: a refused one is never shown, nor one that is yet to come.
    return orders.some((order) => {
      if (order.role !== name) return false;
      const isStart = order.start === branch.oid || order.merge === branch.oid;
      return isStart || history.reportOf(order)?.commit === branch.shown;
    });
  });
}
