// Orders: who gets what next. One order in flight per role; the next bead only when the last is merged, blocked,
// waiting for a person, or withdrawn. Pure.

import { namedPaths } from "../merge/approval.ts";
import { collisionsIn } from "../merge/collisions.ts";
import type { Leaf, LeafState } from "../merge/leaves.ts";
import { targetOf } from "../merge/targets.ts";
import { compareIds } from "../merge/tree.ts";
import type { WorkState } from "../merge/work.ts";
import type { Attention } from "../model/attention.ts";
import type { Role } from "../model/crew.ts";
import { whyBroken } from "../model/instance.ts";
import { formatOrderId, type OrderId, upwardSubject } from "../model/names.ts";
import type { Note, Operation, OrderPlan } from "../model/plan.ts";
import { limitMetBy } from "./agents.ts";
import { allowancesIn } from "./allowance.ts";
import { baseGates } from "./base-gates.ts";
import { budgetAttention } from "./budget.ts";
import { isSelected, operation, type PlanContext } from "./context.ts";
import { heldWords, holdOf, isHeld } from "./holds.ts";
import { tellWith } from "./messages.ts";
import { waitsFor } from "./services.ts";

export interface OrdersPlan {
  readonly operations: readonly Operation[];
  readonly notes: readonly Note[];
  readonly attention: readonly Attention[];
}

export function planOrders(context: PlanContext): OrdersPlan {
  const { crew, survey } = context;
  // Closed or deleted by a person: nothing is handed out.
  if (!survey.epic || survey.epic.status === "closed") return { operations: [], notes: [], attention: [] };
  const operations: Operation[] = [];
  const notes: Note[] = [];
  const isGreen = baseGates(context).state === "green";
  const work = workByRole(context);
  const allowances = allowancesIn(context);
  const shortOf = new Set<string>();
  // A held role keeps its order without working on it.
  let atWork = crew.roles.filter(
    ({ name }) => work.get(name)?.current?.state.kind === "working" && !isHeld(name, context.world),
  ).length;
  for (const role of crew.roles) {
    if (!isSelected(role.name, context) || !takesOrders(role.name, context)) continue;
    const next = nextOrder(role, work.get(role.name), context);
    if (!next) continue;
    const order = tellWith(next, context);
    const subject = `order ${formatOrderId(order.id)}`;
    const hold = holdOf(role.name, context.world);
    const waits = waitsFor({ kind: "role", role: role.name }, role.services ?? [], context);
    const limited = limitMetBy(role, context);
    const budget = allowances.wait(role.name);
    if (hold) {
      notes.push({ subject, cause: `waits: ${role.name} is ${heldWords(role.name, hold)}` });
    } else if (waits !== undefined) {
      notes.push({ subject, cause: waits });
    } else if (limited !== undefined) {
      notes.push({ subject, cause: `waits: ${limited.role} has met the limit of ${role.credential?.variable}` });
    } else if (!isGreen) {
      notes.push({ subject, cause: `waits until the gates are green on ${context.world.repository.base.branch}` });
    } else if (budget) {
      shortOf.add(budget.owner);
      notes.push({ subject, cause: `waits: ${budget.words}` });
    } else if (atWork >= crew.maxParallel) {
      notes.push({ subject, cause: `waits: ${crew.maxParallel} roles are at work` });
    } else {
      const { billing } = role.credential ?? {};
      const bounded = { ...order, ...(billing && { billing }), ...allowances.take(role, crew.maxParallel - atWork) };
      atWork += 1;
      operations.push(
        operation(formatOrderId(order.id), { kind: "order.issue", order: bounded }, { cause: order.cause }),
      );
    }
  }
  return { operations, notes, attention: budgetAttention(context, shortOf) };
}

export interface CurrentWork {
  readonly subject: string;
  readonly round: number;
  readonly state: Extract<WorkState, { readonly kind: "working" | "merging" | "answering" }>;
}

export interface RoleWork {
  /** What keeps the role busy: its bead, or its tip's move upward once that needed an order. */
  readonly current?: CurrentWork;
  /** Beads that it may be given. */
  readonly ready: readonly Leaf[];
}

export function workByRole({ survey }: Pick<PlanContext, "survey">): ReadonlyMap<string, RoleWork> {
  const work = new Map<string, { current?: CurrentWork; ready: Leaf[] }>();
  const of = (role: string) => {
    const known = work.get(role) ?? { ready: [] };
    work.set(role, known);
    return known;
  };
  const keep = (role: string, busy: CurrentWork) => {
    const known = of(role);
    if (!known.current || (busy.state.kind === "working" && known.current.state.kind !== "working"))
      known.current = busy;
  };
  for (const leaf of survey.leaves) {
    const { bead, round, role, state } = leaf;
    if (role === undefined) continue;
    if (state.kind === "ready") of(role).ready.push(leaf);
    if (isBusy(state)) keep(role, { subject: bead.id, round, state });
  }
  for (const { role, round, state } of survey.upward) {
    const isUnordered = state.kind === "merging" && state.report === undefined;
    const holder = state.kind === "working" ? state.order.role : role;
    if (isBusy(state) && !isUnordered) keep(holder, { subject: upwardSubject(role), round, state });
  }
  return work;
}

function isBusy(state: LeafState | WorkState): state is CurrentWork["state"] {
  return state.kind === "working" || state.kind === "merging" || state.kind === "answering";
}

/** A role whose mailbox can't be read, or that can't work, is sent nothing. */
function takesOrders(role: string, { world }: PlanContext): boolean {
  const instance = world.runtime.instances.get(role);
  if (!instance) return true;
  if (instance.mail === "unreadable") return world.runtime.isMailLeft === true && instance.running;
  return whyBroken(instance) === undefined;
}

function nextOrder(role: Role, work: RoleWork | undefined, context: PlanContext): OrderPlan | undefined {
  const current = work?.current;
  if (current?.state.kind === "answering") {
    const { answer, attempt } = current.state;
    const id: OrderId = { subject: current.subject, round: current.round, attempt };
    const words = [answer.words, ...radarWords(current.subject, context)].filter(Boolean).join("\n\n");
    return { id, role: role.name, issuedAtMs: context.world.nowMs, ...answer, words };
  }
  if (current || context.survey.people.has(role.name)) return undefined;
  const leaf = [...(work?.ready ?? [])].sort(byPriority)[0];
  const tip = context.survey.tips.get(targetOf(context.crew, role.name));
  if (!leaf || !tip) return undefined;
  return {
    id: { subject: leaf.bead.id, round: leaf.round, attempt: 1 },
    kind: "bead",
    role: role.name,
    start: { kind: "commit", oid: tip.oid },
    cause: leaf.bead.blockedBy.length > 0 ? "ready: its blockers are merged" : "ready",
    words: wordsOfUndo(leaf, context),
    counts: true,
    issuedAtMs: context.world.nowMs,
  };
}

/** With `radar: tell` whoever goes on with work that would conflict with another role's hears of it. */
function radarWords(subject: string, { crew, survey }: PlanContext): readonly string[] {
  if (crew.radar !== "tell") return [];
  return collisionsIn(survey).flatMap(({ work, with: other, paths }) => {
    if (typeof other === "string" || (work.name !== subject && other.name !== subject)) return [];
    const them = work.name === subject ? other : work;
    return [
      `Your work and that of ${them.role} on ${them.name} change the same places, in: ${namedPaths(paths)}. Neither is merged yet: leave room for both.`,
    ];
  });
}

/** Whoever begins again is told that it was merged once. */
function wordsOfUndo({ bead, round }: Leaf, { survey }: PlanContext): string {
  if (!survey.evidence.isUndone(bead.id, round - 1)) return "";
  const words = survey.undos.get(`${bead.id}.${round - 1}`)?.words ?? "";
  return `An earlier round of this bead was merged, and a person undid it${words === "" ? "." : `: ${words}`}`;
}

function byPriority(a: Leaf, b: Leaf): number {
  return a.bead.priority - b.bead.priority || compareIds(a.bead.id, b.bead.id);
}

/** The assignee that dispatch writes into the tracker. */
export function assigneeOf(role: string): string {
  return `crew/${role}`;
}
