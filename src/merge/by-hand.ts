// The two commits that a person would merge by hand: a conflict that waits, or a merge that an agent did not bring to its
// end. Pure.
import type { Oid, Subject, TipName } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import { mergePair } from "../model/world.ts";
import type { Survey } from "./survey.ts";

export interface MergeByHand {
  /** The target's tip. */
  readonly start: Oid;
  readonly merge: Oid;
  /** The round's last order. */
  readonly last: Order | undefined;
}

export interface Conflicting {
  /** A bead, or `up/<role>`. */
  readonly subject: Subject;
  readonly round: number;
  readonly target: TipName;
  /** Merged where nothing was reported yet: a tip that moves up by itself. */
  readonly tip?: Oid | undefined;
}

/** Undefined: nothing conflicts. */
export function mergeByHand(
  { subject, round, target, tip }: Conflicting,
  { history, tips, merges }: Survey,
): MergeByHand | undefined {
  const start = tips.get(target)?.oid;
  const last = history.orders(subject, round).at(-1);
  const report = last && history.reportOf(last);
  const source = report?.commit ?? tip;
  if (start === undefined || source === undefined) return undefined;
  // A resolution that fell short begins again from both sides; one that was done is the side that is merged now.
  const unfinished = report?.state === "done" ? undefined : last?.merge;
  const merge = unfinished ?? source;
  const isOpen =
    unfinished !== undefined || merges.get(mergePair({ source: merge, target: start }))?.kind === "conflict";
  return isOpen ? { start, merge, last } : undefined;
}
