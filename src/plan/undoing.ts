// What follows from a person's undo: the bead hears of it, what crew had closed is opened again, and what stands in the
// way is a person's. Pure; the revert itself is a candidate like any other.

import type { Candidate } from "../merge/candidate.ts";
import { roundOf } from "../merge/history.ts";
import { isToReopen } from "../merge/readiness.ts";
import { leavesBelow } from "../merge/tree.ts";
import type { Attention } from "../model/attention.ts";
import { type Bead, metadataKeys } from "../model/bead.ts";
import { epicTip, shortOid } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import { operation, operationId, type PlanContext } from "./context.ts";
import { assigneeOf } from "./orders.ts";

export function planUndoing(context: PlanContext): readonly Operation[] {
  const { survey } = context;
  return [...survey.tree.depth.keys()].flatMap((id) => {
    const bead = survey.beads.get(id);
    if (!bead) return [];
    return [...noteUndo(bead, context), ...reopen(bead, context), ...recordReopened(bead, context)];
  });
}

function noteUndo(bead: Bead, { survey }: PlanContext): readonly Operation[] {
  const round = roundOf(bead, survey) - 1;
  const commit = survey.evidence.undoOf(bead.id, round);
  if (!commit || bead.metadata[metadataKeys.undone] === commit.oid) return [];
  const words = survey.undos.get(`${bead.id}.${round}`)?.words ?? "";
  const text = `Undone as ${commit.oid} (round ${round})${words === "" ? "." : `: ${words}`}`;
  const cause = `undone as ${shortOid(commit.oid)}`;
  const author = assigneeOf(commit.role ?? epicTip);
  return [
    operation(`${bead.id}:undone`, { kind: "bead.comment", bead: bead.id, author, text }, { cause }),
    operation(
      `${bead.id}:undone`,
      { kind: "bead.mark", bead: bead.id, key: metadataKeys.undone, value: commit.oid },
      { cause, needs: [operationId("bead.comment", `${bead.id}:undone`)] },
    ),
  ];
}

/** Told before and after, as closing is: who opened it is never in doubt. */
function reopen(bead: Bead, context: PlanContext): readonly Operation[] {
  const ended = roundToReopen(bead, context);
  if (ended === undefined) return [];
  const id = `${bead.id}.${ended}`;
  const cause = context.survey.tree.children.has(bead.id) ? "work below it was undone" : "its merge was undone";
  const flags = context.world.repository.facts.rounds.get(id);
  const body = { kind: "round.record", flag: "reopening", bead: bead.id, round: ended } as const;
  const announce = flags?.reopening ? [] : [operation(`reopening:${id}`, body, { cause })];
  const needs = [operationId("round.record", `reopening:${id}`)];
  return [...announce, operation(bead.id, { kind: "bead.reopen", bead: bead.id }, { cause, needs })];
}

/** The round that crew had closed the bead in. */
function roundToReopen(bead: Bead, { survey, world }: PlanContext): number | undefined {
  const round = roundOf(bead, survey);
  if (!survey.tree.children.has(bead.id)) return isToReopen(bead, round, survey) ? round - 1 : undefined;
  const flags = world.repository.facts.rounds.get(`${bead.id}.${round}`);
  if (bead.status !== "closed" || (flags?.closed !== true && flags?.closing !== true)) return undefined;
  const isUndoneBelow = leavesBelow(survey.tree, bead.id).some((id) => {
    const leaf = survey.beads.get(id);
    if (!leaf) return false;
    const at = roundOf(leaf, survey);
    return survey.evidence.isUndone(id, at - 1) && (leaf.status !== "closed" || isToReopen(leaf, at, survey));
  });
  return isUndoneBelow ? round : undefined;
}

/** From then on a person who closes it drops it. */
function recordReopened(bead: Bead, { survey, world }: PlanContext): readonly Operation[] {
  if (bead.status === "closed") return [];
  const ended = roundOf(bead, survey) - 1;
  const flags = world.repository.facts.rounds.get(`${bead.id}.${ended}`);
  const isOpened = flags?.reopening === true || survey.evidence.isUndone(bead.id, ended);
  if (!isOpened || flags?.reopened === true) return [];
  const body = { kind: "round.record", flag: "reopened", bead: bead.id, round: ended } as const;
  return [operation(`reopened:${bead.id}.${ended}`, body, { cause: "read back as open" })];
}

/** A revert that does not merge, or is red: nobody gets an order for it but a person. */
export function undoAttention(context: PlanContext): readonly Attention[] {
  const { survey } = context;
  return survey.candidates.flatMap((candidate): readonly Attention[] => {
    if (candidate.kind !== "undo") return [];
    const { title: subject, state, paths, checks } = candidate;
    const abort = `crew undo ${subject} --abort`;
    const isToChange = survey.candidates.some(
      ({ kind, target, state }) => kind === "down" && target === candidate.target && isOnItsWay(state),
    );
    // What comes down first may be what it conflicts with.
    if (isToChange) return [];
    if (state === "conflict") {
      const reason = `undoing ${subject} conflicts in ${paths.join(", ")}: what was merged after it changes the same lines`;
      const later = mergedAfter(candidate, context);
      const first = later === undefined ? [] : [`crew undo ${later}`];
      return [{ kind: "undo-conflict", subject, reason, commands: [...first, abort] }];
    }
    if (state !== "red") return [];
    const red = checks.filter((check) => check.state === "red").map((check) => check.gate.name);
    const reason = `gate ${red.join(", ")} is red without ${subject}: it stays merged`;
    return [
      { kind: "undo-red", subject, reason, commands: [`crew logs gate:${red[0]}`, `crew undo ${subject}`, abort] },
    ];
  });
}

function isOnItsWay(state: Candidate["state"]): boolean {
  return state === "untried" || state === "pending" || state === "green";
}

/** The bead that was merged last of all after the one that is to be undone, in the same tip. */
function mergedAfter({ undo, tip }: Candidate, { survey }: PlanContext): string | undefined {
  const at = tip.chain.findIndex(({ oid }) => oid === survey.undos.get(`${undo?.id}.${undo?.round}`)?.evidence);
  const later = tip.chain.slice(at + 1).flatMap(({ bead }) => bead ?? []);
  return later.findLast(({ id, round }) => !survey.evidence.isUndone(id, round))?.id;
}
