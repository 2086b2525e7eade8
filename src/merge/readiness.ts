// Whether a bead may be handed out: every blocker is merged into the dependent's target, or closed by a person. Pure.
import type { Bead } from "../model/bead.ts";
import type { TipName } from "../model/names.ts";
import type { Facts, Undo } from "../model/records.ts";
import type { Evidence } from "./evidence.ts";
import { type RoundContext, roundOf } from "./history.ts";
import { ancestors, type BeadTree, leavesBelow } from "./tree.ts";

export interface ReadinessContext extends RoundContext {
  /** What was found for a blocker and a target once: all beads below a blocked parent ask the same. */
  readonly met: Map<TipName, Map<string, boolean>>;
  readonly tree: BeadTree;
  readonly beads: ReadonlyMap<string, Bead>;
  readonly evidence: Evidence;
  readonly facts: Facts;
  readonly undos: ReadonlyMap<string, Undo>;
}

/** Blockers, the bead's own and those of the beads above it, that are not yet met in the target, in order of id. */
export function unmetBlockers(bead: Bead, target: TipName, context: ReadinessContext): readonly string[] {
  const above = ancestors(context.tree, bead.id, context.beads).map((id) => context.beads.get(id));
  const blockers = new Set([bead, ...above].flatMap((each) => each?.blockedBy ?? []));
  return [...blockers].filter((id) => !isMet(id, target, context)).sort();
}

/** Where a blocker is a parent, all leaves below it count. A blocker that is gone counts as closed by a person. */
export function isMet(blocker: string, target: TipName, context: ReadinessContext): boolean {
  const found = context.met.get(target) ?? new Map<string, boolean>();
  context.met.set(target, found);
  const known = found.get(blocker);
  if (known !== undefined) return known;
  const answer = findOut(blocker, target, context);
  found.set(blocker, answer);
  return answer;
}

function findOut(blocker: string, target: TipName, context: ReadinessContext): boolean {
  if (!context.tree.depth.has(blocker)) return isClosed(context.beads.get(blocker));
  return leavesBelow(context.tree, blocker).every((id) => {
    const bead = context.beads.get(id);
    if (!bead) return true;
    const round = roundOf(bead, context);
    if (context.undos.has(`${id}.${round}`)) return false;
    return context.evidence.isMergedIn(id, round, target) || isClosedByPerson(bead, round, context);
  });
}

/** Closed without crew having said that it would: neither `closing` nor `closed` is recorded for the round. */
export function isClosedByPerson(
  bead: Bead,
  round: number,
  context: Pick<ReadinessContext, "facts" | "evidence">,
): boolean {
  if (!isClosed(bead) || isToReopen(bead, round, context)) return false;
  const flags = context.facts.rounds.get(`${bead.id}.${round}`);
  return flags?.closing !== true && flags?.closed !== true;
}

/** It was closed, by whomever, before the round in which it was merged was undone; once it was seen open it is not crew's to open. */
export function isToReopen(
  bead: Bead,
  round: number,
  { facts, evidence }: Pick<ReadinessContext, "facts" | "evidence">,
): boolean {
  if (!isClosed(bead) || !evidence.isUndone(bead.id, round - 1)) return false;
  return facts.rounds.get(`${bead.id}.${round - 1}`)?.reopened !== true;
}

function isClosed(bead: Bead | undefined): boolean {
  return bead === undefined || bead.status === "closed";
}
