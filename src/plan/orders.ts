// Orders: who gets what next. One order in flight per role; the next bead only when the last is merged, blocked,
// waiting for a person, or withdrawn. Pure.

import type { Leaf } from "../merge/leaves.ts";
import { targetOf } from "../merge/targets.ts";
import { compareIds } from "../merge/tree.ts";
import type { WorkState } from "../merge/work.ts";
import { type Crew, type Role, roleNamed } from "../model/crew.ts";
import { formatOrderId, type OrderId } from "../model/names.ts";
import type { Note, Operation, OrderPlan } from "../model/plan.ts";
import { baseGates } from "./base-gates.ts";
import { isSelected, operation, type PlanContext } from "./context.ts";

export interface OrdersPlan {
  readonly operations: readonly Operation[];
  readonly notes: readonly Note[];
}

export function planOrders(context: PlanContext): OrdersPlan {
  const { crew, options, survey } = context;
  if (survey.epic?.status === "closed") return { operations: [], notes: [] };
  const operations: Operation[] = [];
  const notes: Note[] = [];
  const mayBegin = baseGates(context).state === "green";
  let atWork = crew.roles.filter((role) => currentWork(role.name, context)?.state.kind === "working").length;
  for (const role of crew.roles) {
    if (!isSelected(role.name, options) || !takesOrders(role.name, context)) continue;
    const next = nextOrder(role, context);
    if (!next || !mayBegin) continue;
    if (atWork >= crew.maxParallel) {
      notes.push({
        subject: `order ${formatOrderId(next.order.id)}`,
        cause: `waits: ${crew.maxParallel} roles are at work`,
      });
      continue;
    }
    atWork += 1;
    operations.push(
      operation(formatOrderId(next.order.id), { kind: "order.issue", order: next.order }, { cause: next.order.cause }),
    );
  }
  return { operations, notes };
}

export interface CurrentWork {
  readonly subject: string;
  readonly round: number;
  readonly state: Extract<WorkState, { readonly kind: "working" | "merging" | "answering" }>;
}

/** What keeps the role busy: its bead, or its tip's move upward once that needed an order. */
export function currentWork(role: string, { survey }: PlanContext): CurrentWork | undefined {
  const beads = survey.leaves
    .filter((leaf) => leaf.role === role)
    .map((leaf) => ({ subject: leaf.bead.id, round: leaf.round, state: leaf.state }));
  const moves = survey.upward
    .filter((move) => move.role === role && (move.state.kind !== "merging" || move.state.report !== undefined))
    .map((move) => ({ subject: `up/${role}`, round: move.round, state: move.state }));
  const busy = [...beads, ...moves].filter((work): work is CurrentWork =>
    ["working", "merging", "answering"].includes(work.state.kind),
  );
  return busy.find((work) => work.state.kind === "working") ?? busy[0];
}

/** A role whose mailbox can't be read, or that can't work, is sent nothing. */
function takesOrders(role: string, { world }: PlanContext): boolean {
  const instance = world.runtime.instances.get(role);
  if (!instance || instance.mail === "unreadable") return instance === undefined;
  return instance.mail.status.phase !== "broken";
}

function nextOrder(role: Role, context: PlanContext): { readonly order: OrderPlan } | undefined {
  const current = currentWork(role.name, context);
  if (current?.state.kind === "answering") {
    const { answer, attempt } = current.state;
    const id: OrderId = { subject: current.subject, round: current.round, attempt };
    return { order: { id, role: role.name, issuedAtMs: context.world.nowMs, ...answer } };
  }
  if (current || context.survey.people.has(role.name)) return undefined;
  const leaf = readyLeaves(role.name, context)[0];
  const tip = context.survey.tips.get(targetOf(context.crew, role.name));
  if (!leaf || !tip) return undefined;
  const id: OrderId = { subject: leaf.bead.id, round: leaf.round, attempt: 1 };
  const cause = leaf.bead.blockedBy.length > 0 ? "ready: its blockers are merged" : "ready";
  return {
    order: {
      id,
      kind: "bead",
      role: role.name,
      start: { kind: "commit", oid: tip.oid },
      cause,
      words: "",
      counts: true,
      issuedAtMs: context.world.nowMs,
    },
  };
}

function readyLeaves(role: string, { survey }: PlanContext): readonly Leaf[] {
  return survey.leaves
    .filter((leaf) => leaf.role === role && leaf.state.kind === "ready")
    .sort((a, b) => a.bead.priority - b.bead.priority || compareIds(a.bead.id, b.bead.id));
}

/** The assignee that dispatch writes into the tracker. */
export function assigneeOf(role: string): string {
  return `crew/${role}`;
}

export function agentOf(crew: Crew, role: string): Role["agent"] | undefined {
  return roleNamed(crew, role)?.agent;
}
