// Beads after the merge: the note of it, then closing on evidence, level by level, each told before and after. Pure.

import { roundOf } from "../merge/history.ts";
import type { Leaf } from "../merge/leaves.ts";
import { type Bead, metadataKeys } from "../model/bead.ts";
import { epicTip, shortOid } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import { operation, operationId, type PlanContext } from "./context.ts";
import { landedWords, landing } from "./landing.ts";
import { assigneeOf } from "./orders.ts";

export function planClosing(context: PlanContext): readonly Operation[] {
  const { leaves, tree } = context.survey;
  const parents = [...tree.depth.keys()].filter((id) => tree.children.has(id));
  return [
    ...leaves.flatMap((leaf) => [
      ...noteMerge(leaf, context),
      ...closeLeaf(leaf, context),
      ...recordWithdrawal(leaf, context),
    ]),
    ...parents.flatMap((id) => closeParent(id, context)),
    ...closeEpic(context),
  ];
}

/** A comment for people, then the fact in the tracker; the fact stands for both. */
function noteMerge(leaf: Leaf, { survey, world }: PlanContext): readonly Operation[] {
  const { bead, round } = leaf;
  const evidence = survey.evidence.commitOf(bead.id, round);
  const role = evidence?.role ?? leaf.role;
  if (!evidence || role === undefined || bead.metadata[metadataKeys.merged] === evidence.oid) return [];
  const verdicts = evidence.gates.flatMap((key) => world.repository.verdicts.get(key) ?? []);
  const gates =
    verdicts.length === 0
      ? "no gates"
      : verdicts.map((verdict) => `${verdict.gate} green${verdict.flaky ? " (flaky)" : ""}`).join(", ");
  const text = `Merged as ${evidence.oid} (round ${round}; ${gates}).`;
  const cause = `merged as ${shortOid(evidence.oid)}`;
  return [
    operation(bead.id, { kind: "bead.comment", bead: bead.id, author: assigneeOf(role), text }, { cause }),
    operation(
      `${bead.id}:merged`,
      { kind: "bead.mark", bead: bead.id, key: metadataKeys.merged, value: evidence.oid },
      { cause, needs: [operationId("bead.comment", bead.id)] },
    ),
  ];
}

function closeLeaf({ bead, round, state }: Leaf, context: PlanContext): readonly Operation[] {
  if (state.kind === "closed") return recordClosed(bead, round, context);
  const evidence = context.survey.evidence.commitOf(bead.id, round);
  if (!evidence || !isLeafDue({ bead, round, state }, context)) return [];
  const isMergeEnough = context.crew.close === "on-merge";
  const reason = isMergeEnough ? `Merged as ${evidence.oid}` : landedWords(context, evidence.oid);
  return close({ bead, round, reason }, context);
}

/** Its evidence is where it has to be for it to be closed. */
export function isLeafDue(
  { bead, round, state }: Pick<Leaf, "bead" | "round" | "state">,
  context: PlanContext,
): boolean {
  if (state.kind !== "merged" || !context.survey.evidence.commitOf(bead.id, round)) return false;
  if (context.crew.close === "on-land") return landing(context).kind === "landed";
  return context.survey.evidence.isMergedIn(bead.id, round, epicTip);
}

interface Closing {
  readonly bead: Bead;
  readonly round: number;
  readonly reason: string;
  /** What the tracker is to know of the bead before it is closed. */
  readonly mark?: { readonly key: string; readonly value: string };
}

/** `closing` before, the closing itself, `closed` after the read-back: who closed it is never in doubt. */
function close({ bead, round, reason, mark }: Closing, context: PlanContext): readonly Operation[] {
  const { world } = context;
  const id = `${bead.id}.${round}`;
  const flags = world.repository.facts.rounds.get(id);
  if (flags?.closed || waitsForBlocker(bead, context)) return [];
  const cause = reason;
  const announce = flags?.closing
    ? []
    : [operation(`closing:${id}`, { kind: "round.record", flag: "closing", bead: bead.id, round }, { cause })];
  const announced = [operationId("round.record", `closing:${id}`)];
  const marks =
    mark === undefined || bead.metadata[mark.key] === mark.value
      ? []
      : [operation(`${bead.id}:landed`, { kind: "bead.mark", bead: bead.id, ...mark }, { cause, needs: announced })];
  const needs = [...announced, ...marks.map((each) => each.id)];
  return [...announce, ...marks, operation(bead.id, { kind: "bead.close", bead: bead.id, reason }, { cause, needs })];
}

/** `bd` closes nothing that waits for an open bead: blockers close first, in an earlier pass. */
function waitsForBlocker(bead: Bead, context: PlanContext): boolean {
  return openBlockers(bead, context).length > 0;
}

/** Open ones, but for those that can only be closed after the bead itself: a ring would keep all of it open. */
export function openBlockers({ id, blockedBy }: Bead, { survey, world }: PlanContext): readonly string[] {
  return blockedBy.filter((blocker) => {
    const { status } = world.beads.get(blocker) ?? { status: "closed" };
    return status !== "closed" && !closesAfter(blocker, id, { survey, world });
  });
}

/** What is closed before a bead: its blockers, and its children. */
function closesAfter(from: string, id: string, { survey, world }: Pick<PlanContext, "survey" | "world">): boolean {
  const seen = new Set<string>();
  const queue = [from];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...(world.beads.get(next)?.blockedBy ?? []), ...(survey.tree.children.get(next) ?? []));
  }
  return false;
}

function recordClosed(bead: Bead, round: number, { world }: PlanContext): readonly Operation[] {
  const id = `${bead.id}.${round}`;
  const flags = world.repository.facts.rounds.get(id);
  if (!flags?.closing || flags.closed) return [];
  return [
    operation(
      `closed:${id}`,
      { kind: "round.record", flag: "closed", bead: bead.id, round },
      { cause: "read back as closed" },
    ),
  ];
}

/** A person closed a bead that crew had given out: should it be reopened, a new round begins. */
function recordWithdrawal({ bead, round, state }: Leaf, { survey, world }: PlanContext): readonly Operation[] {
  if (state.kind !== "closed-by-person" || survey.history.orders(bead.id, round).length === 0) return [];
  const id = `${bead.id}.${round}`;
  if (world.repository.facts.rounds.get(id)?.withdrawn) return [];
  const body = { kind: "round.record", flag: "withdrawn", bead: bead.id, round } as const;
  return [operation(`withdrawn:${id}`, body, { cause: "closed by a person" })];
}

function closeParent(id: string, context: PlanContext): readonly Operation[] {
  const bead = context.survey.beads.get(id);
  if (!bead) return [];
  const round = roundOf(bead, context.survey);
  if (bead.status === "closed") return recordClosed(bead, round, context);
  if (!isClosedBelow(bead, context) || isReopenedParent(bead, context)) return [];
  return close({ bead, round, reason: "All below it is closed" }, context);
}

function closeEpic(context: PlanContext): readonly Operation[] {
  const { epic } = context.survey;
  if (!epic || landing(context).kind !== "landed") return [];
  const round = roundOf(epic, context.survey);
  if (epic.status === "closed") return recordClosed(epic, round, context);
  if (!isClosedBelow(epic, context) || isReopenedParent(epic, context)) return [];
  const landed = context.world.repository.tips.get(epicTip)?.oid ?? "";
  const reason = landedWords(context, landed);
  return close({ bead: epic, round, reason, mark: { key: metadataKeys.landed, value: landed } }, context);
}

/**
 * A person reopened what crew had closed, and nothing new came of it: it is that person's. The epic is crew's again once
 * another tip has landed.
 */
export function isReopenedParent(bead: Bead, { survey, world }: Pick<PlanContext, "survey" | "world">): boolean {
  const round = roundOf(bead, survey);
  if (bead.status === "closed" || round === 1) return false;
  // Opened by crew, as work below it was undone.
  if (world.repository.facts.rounds.get(`${bead.id}.${round - 1}`)?.reopening === true) return false;
  if (bead.id !== survey.tree.epic) return true;
  const flags = world.repository.facts.rounds.get(`${bead.id}.${round}`);
  return flags?.closing !== true && bead.metadata[metadataKeys.landed] === world.repository.tips.get(epicTip)?.oid;
}

export function isClosedBelow({ id }: Bead, { survey }: Pick<PlanContext, "survey">): boolean {
  return (survey.tree.children.get(id) ?? []).every((child) => survey.beads.get(child)?.status === "closed");
}
