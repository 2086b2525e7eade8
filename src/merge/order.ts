// The order in which ready candidates merge: leaves of the branch tree, then `depends_on`, tree depth, priority, bead id. Pure.
import type { Bead } from "../model/bead.ts";
import type { Crew } from "../model/crew.ts";
import type { Candidate } from "./candidate.ts";
import { declaredRole, tipDepth } from "./targets.ts";
import { type BeadTree, compareIds } from "./tree.ts";

export interface OrderContext {
  readonly crew: Crew;
  readonly tree: BeadTree;
  readonly beads: ReadonlyMap<string, Bead>;
}

/**
 * Bead `blocks` need no rank of their own: a bead whose blocker is not merged is never a candidate.
 * What is undone comes first in its tip, then people's commits; moves between tips after the beads.
 */
export function inMergeOrder(candidates: readonly Candidate[], context: OrderContext): readonly Candidate[] {
  const ranked = candidates.map((candidate) => ({ candidate, rank: rankOf(candidate, context) }));
  ranked.sort((a, b) => compareRanks(a.rank, b.rank) || compareIds(a.candidate.subject, b.candidate.subject));
  return ranked.map(({ candidate }) => candidate);
}

function rankOf(candidate: Candidate, { crew, tree, beads }: OrderContext): readonly number[] {
  const id = candidate.bead?.id ?? "";
  return [
    -tipDepth(crew, candidate.target),
    ["undo", "person", "down", "bead", "up"].indexOf(candidate.kind),
    dependencyLevel(crew, candidate.role),
    -(tree.depth.get(id) ?? 0),
    beads.get(id)?.priority ?? 0,
  ];
}

/** How many `depends_on` steps lie below a role at most. Cycles are refused when the file is read. */
function dependencyLevel(crew: Crew, role: string): number {
  const below = declaredRole(crew, role)?.dependsOn ?? [];
  return below.length === 0 ? 0 : 1 + Math.max(...below.map((other) => dependencyLevel(crew, other)));
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [i, rank] of a.entries()) {
    const difference = rank - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
