// Moves between tips: a role's tip up into its target when it holds what the target does not reach, and the target
// down into it when a waiting bead's blocker is merged there and not here. Pure.

import type { Tip } from "../model/chain.ts";
import { type TipName, upwardSubject } from "../model/names.ts";

import { type Candidate, candidateOf, type Merge } from "./candidate.ts";
import type { Leaf, LeafContext } from "./leaves.ts";
import { isMet } from "./readiness.ts";
import { declaredRole, parentTip, targetOf } from "./targets.ts";
import { pendingUndos } from "./undos.ts";
import { type WorkState, workState } from "./work.ts";

export interface Upward {
  readonly role: string;
  readonly target: TipName;
  readonly round: number;
  readonly state: WorkState;
}

/**
 * What is being undone in either tip is undone first: a move that brings the undoing of what others above build on would
 * conflict there, and be mended by whoever knows nothing of it.
 */
export function upwardMoves(context: LeafContext): readonly Upward[] {
  const undoing = new Set(pendingUndos(context).map(({ target }) => target));
  return [...context.tips.values()].flatMap((tip) => {
    const target = parentTip(context.crew, tip.name);
    const above = target === undefined ? undefined : context.tips.get(target);
    if (!above || !holdsMore(tip, above)) return [];
    const isHeld = undoing.has(tip.name) || (undoing.has(above.name) && bringsUndo(tip, above));
    const move = upward(tip, above, context);
    const isBegun = move.state.kind !== "merging" && move.state.kind !== "answering";
    return [isHeld && !isBegun ? { ...move, state: { kind: "none" } } : move];
  });
}

function bringsUndo(tip: Tip, above: Tip): boolean {
  return tip.chain.some((commit) => commit.undo && !above.reaches.has(commit.oid));
}

/** Evidence, an undo or a person's commit on the tip's chain that the target does not reach. */
function holdsMore(tip: Tip, above: Tip): boolean {
  return tip.chain.some((commit) => (commit.bead || commit.undo || commit.person) && !above.reaches.has(commit.oid));
}

/** The round of a move is 1 + the earlier moves of that role. */
function upward(tip: Tip, above: Tip, context: LeafContext): Upward {
  const role = tip.name;
  const round = 1 + above.chain.filter((commit) => commit.move === role).length;
  const merge = (source: string): Merge => ({
    subject: upwardSubject(role),
    kind: "up",
    target: above.name,
    source,
    role,
    title: role,
    move: role,
  });
  const maxAttempts = declaredRole(context.crew, role)?.agent.maxAttempts ?? 0;
  const work = { subject: upwardSubject(role), round, role, title: role, maxAttempts, merge, source: tip.oid };
  return { role, target: above.name, round, state: workState(work, context) };
}

/**
 * One move for each tip that needs one: the nearest tip above takes part first where it lacks the blocker itself. What is
 * undone above comes down too where an undo is to follow: it may take out what that one builds on.
 */
export function downwardMoves(leaves: readonly Leaf[], context: LeafContext): readonly Candidate[] {
  const moves = new Map<TipName, Candidate>();
  for (const leaf of leaves) {
    if (leaf.state.kind !== "waiting" || leaf.role === undefined) continue;
    for (const blocker of leaf.state.on) {
      const into = takesFromAbove(targetOf(context.crew, leaf.role), blocker, context);
      const candidate = into === undefined || moves.has(into) ? undefined : downward(into, context);
      if (into !== undefined && candidate) moves.set(into, candidate);
    }
  }
  for (const { target } of pendingUndos(context)) {
    const into = takesUndoFromAbove(target, context);
    const candidate = into === undefined || moves.has(into) ? undefined : downward(into, context);
    if (into !== undefined && candidate) moves.set(into, candidate);
  }
  return [...moves.values()];
}

function takesUndoFromAbove(tip: TipName, context: LeafContext): TipName | undefined {
  const above = parentTip(context.crew, tip);
  if (above === undefined) return undefined;
  const isHere = (undo: Tip["chain"][number]["undo"]) =>
    undo !== undefined && context.evidence.isMergedIn(undo.id, undo.round, tip);
  const isBehind = context.tips.get(above)?.chain.some((commit) => isHere(commit.undo)) === true;
  return takesUndoFromAbove(above, context) ?? (isBehind ? tip : undefined);
}

function takesFromAbove(tip: TipName, blocker: string, context: LeafContext): TipName | undefined {
  const above = parentTip(context.crew, tip);
  if (above === undefined) return undefined;
  return isMet(blocker, above, context) ? tip : takesFromAbove(above, blocker, context);
}

function downward(into: TipName, context: LeafContext): Candidate | undefined {
  const above = parentTip(context.crew, into);
  const source = above === undefined ? undefined : context.tips.get(above)?.oid;
  if (above === undefined || source === undefined) return undefined;
  return candidateOf(
    { subject: `down/${into}`, kind: "down", target: into, source, role: into, title: into, move: above },
    context,
  );
}
