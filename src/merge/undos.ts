// Rounds that a person wants taken out again: which of them are still to be done, and the candidate that does each. Pure.

import type { Tip } from "../model/chain.ts";
import { epicTip, type TipName } from "../model/names.ts";
import type { Undo } from "../model/records.ts";

import { type Candidate, type CandidateContext, candidateOf } from "./candidate.ts";
import type { Evidence } from "./evidence.ts";
import { tipDepth } from "./targets.ts";

export interface UndoContext extends CandidateContext {
  readonly undos: ReadonlyMap<string, Undo>;
  readonly evidence: Evidence;
}

/** Where the evidence stands on a first-parent chain: the tip nearest to the epic, which the others take it from. */
export interface PlacedUndo {
  readonly undo: Undo;
  readonly target: TipName;
  /** Its place on the chain. */
  readonly at: number;
}

export function isUndoPending(
  bead: string,
  round: number,
  { undos, evidence }: Pick<UndoContext, "undos" | "evidence">,
): boolean {
  return undos.has(`${bead}.${round}`) && !evidence.isUndone(bead, round);
}

/** Asked for and not done; the latest merge first, since what came later may rest on what came before. */
export function pendingUndos(context: UndoContext): readonly PlacedUndo[] {
  const pending = [...context.undos.values()].filter(({ bead, round }) => isUndoPending(bead, round, context));
  const placed = pending.flatMap((undo) => placesOf(undo, context).slice(0, 1));
  return placed.sort((a, b) => b.at - a.at || (a.undo.bead < b.undo.bead ? -1 : 1));
}

function placesOf(undo: Undo, { crew, tips }: UndoContext): readonly PlacedUndo[] {
  const found = [...tips.values()].flatMap((tip) => {
    const at = tip.chain.findIndex(({ oid }) => oid === undo.evidence);
    return at < 0 ? [] : [{ undo, target: tip.name, at }];
  });
  return found.sort((a, b) => tipDepth(crew, a.target) - tipDepth(crew, b.target));
}

/** One for each tip: the next undo waits until the one before it is done. */
export function undoCandidates(context: UndoContext): readonly Candidate[] {
  const next = new Map<TipName, PlacedUndo>();
  for (const placed of pendingUndos(context)) if (!next.has(placed.target)) next.set(placed.target, placed);
  return [...next.values()].flatMap(({ undo, target }) => {
    const tip = context.tips.get(target);
    const candidate = tip && candidateOf(mergeOf(undo, tip), { ...context, retriedAtMs: undo.atMs });
    return candidate ? [candidate] : [];
  });
}

function mergeOf({ bead, round, commit, evidence }: Undo, tip: Tip) {
  return {
    subject: `undo/${bead}`,
    kind: "undo",
    target: tip.name,
    source: commit,
    role: tip.chain.find(({ oid }) => oid === evidence)?.role ?? epicTip,
    title: bead,
    undo: { id: bead, round },
  } as const;
}
