// The state of each leaf bead: who takes it, in which round, and how far it is. Pure.
import type { Bead } from "../model/bead.ts";
import { formatOrderId, mailId, type TipName } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import type { World } from "../model/world.ts";
import type { Answer } from "./answers.ts";
import { roundOf } from "./history.ts";
import { isClosedByPerson, isToReopen, type ReadinessContext, unmetBlockers } from "./readiness.ts";
import { type Route, routeBead } from "./routing.ts";
import type { WorkContext } from "./subject.ts";
import { declaredRole, targetOf } from "./targets.ts";
import { isUndoPending, type UndoContext } from "./undos.ts";
import { type WorkState, workState } from "./work.ts";

export interface Leaf {
  readonly bead: Bead;
  readonly round: number;
  /** Who takes it, or took its last order. */
  readonly role?: string;
  readonly target: TipName;
  readonly state: LeafState;
}

export type LeafState =
  | Exclude<WorkState, { readonly kind: "none" }>
  /** `undoing`: a person wants its merge undone, or it is undone and the tracker does not say so yet. */
  | { readonly kind: "undoing" }
  | { readonly kind: "closed" | "closed-by-person" | "merged" | "ready" | "unassigned" }
  | { readonly kind: "ambiguous"; readonly roles: readonly string[] }
  | { readonly kind: "held"; readonly by: string }
  | { readonly kind: "waiting"; readonly on: readonly string[] };

/** Merged, or closed by anyone: nothing is left to do for it. */
export function isDone(state: LeafState): boolean {
  return state.kind === "merged" || state.kind === "closed" || state.kind === "closed-by-person";
}

export interface LeafContext extends WorkContext, ReadinessContext, UndoContext {
  readonly world: World;
}

export function leafOf(bead: Bead, context: LeafContext): Leaf {
  const round = roundOf(bead, context);
  const order = context.history.orders(bead.id, round).at(-1);
  const placed = { bead, round, order, route: routeBead(bead, context) };
  const taker = takerOf(placed, context);
  const state = stateOf({ ...placed, taker }, context);
  const isNext = order === undefined || state.kind === "answering";
  const role = isNext ? taker : order.role;
  const target = targetOf(context.crew, role ?? "");
  return role === undefined ? { bead, round, target, state } : { bead, round, role, target, state };
}

interface Placed {
  readonly bead: Bead;
  readonly round: number;
  /** The round's last order. */
  readonly order: Order | undefined;
  readonly route: Route;
}

interface Taken extends Placed {
  readonly taker: string | undefined;
}

/** Who gets the next order: whom a person named last, whom the file says, else who had the last one, as long as the file has that role. */
function takerOf({ bead, round, order, route }: Placed, { crew, retries, facts }: LeafContext): string | undefined {
  const retry = retries.get(bead.id);
  const named = retry?.round === round ? retry : undefined;
  const assigned = facts.assignments.get(bead.id);
  const isOverruled = named !== undefined && assigned !== undefined && assigned.atMs > named.atMs;
  const candidates = [
    isOverruled ? assigned.role : named?.role,
    route.kind === "role" ? route.role : undefined,
    order?.role,
  ];
  return candidates.find((role) => role !== undefined && declaredRole(crew, role) !== undefined);
}

function stateOf(taken: Taken, context: LeafContext): LeafState {
  const { bead, round, taker } = taken;
  if (isUndoPending(bead.id, round, context) || isToReopen(bead, round, context)) return { kind: "undoing" };
  if (isClosedByPerson(bead, round, context)) return { kind: "closed-by-person" };
  if (bead.status === "closed") return { kind: "closed" };
  if (context.evidence.commitOf(bead.id, round)) return { kind: "merged" };
  const work = beadWork(taken, context);
  const needsTaker = work.kind === "none" || work.kind === "answering" || work.kind === "blocked";
  if (needsTaker && taker === undefined) return untaken(taken.route);
  if (work.kind === "none") return readinessOf(bead, targetOf(context.crew, taker ?? ""), context);
  const isReported = work.kind === "merging" || work.kind === "approval";
  return isReported ? (waitingForUndone(taken, context) ?? work) : work;
}

/** What it was begun on may have been undone since: it merges once that is there again. */
function waitingForUndone({ bead, taker, order }: Taken, context: LeafContext): LeafState | undefined {
  if (context.undos.size === 0) return undefined;
  const on = unmetBlockers(bead, targetOf(context.crew, order?.role ?? taker ?? ""), context);
  return on.length === 0 ? undefined : { kind: "waiting", on };
}

function untaken(route: Route): LeafState {
  return route.kind === "ambiguous" ? { kind: "ambiguous", roles: route.roles } : { kind: "unassigned" };
}

/** Work belongs to who had the last order, whoever takes the bead by now. */
function beadWork({ bead, round, order, taker }: Taken, context: LeafContext): WorkState {
  const role = order?.role ?? taker;
  if (role === undefined) return { kind: "none" };
  if (order && isAbandoned(order, context)) return { kind: "answering", ...givenAgain(order) };
  const target = targetOf(context.crew, declaredRole(context.crew, role) ? role : (taker ?? role));
  return workState(
    {
      subject: bead.id,
      round,
      role,
      title: bead.title,
      maxAttempts: declaredRole(context.crew, taker ?? "")?.agent.maxAttempts ?? 0,
      merge: (source) => ({
        subject: bead.id,
        kind: "bead",
        target,
        source,
        role,
        title: bead.title,
        bead: { id: bead.id, round },
      }),
    },
    context,
  );
}

/** An order of a role that the file no longer has, and that no living instance of it has in hand: nobody will report it. */
function isAbandoned(order: Order, { crew, history, world }: LeafContext): boolean {
  if (declaredRole(crew, order.role) || history.reportOf(order)) return false;
  const instance = world.runtime.instances.get(order.role);
  if (!instance || instance.mail === "unreadable") return true;
  const { status, inbox, outbox } = instance.mail;
  const isReported = outbox.some((report) => report.order === formatOrderId(order.id));
  const isInHand = status.order === formatOrderId(order.id) || inbox.includes(mailId(order.id));
  return !isReported && !(instance.running && isInHand);
}

/** The same order for whoever takes the bead now; the attempt was counted when it was first given. */
function givenAgain(order: Order): { readonly answer: Answer; readonly attempt: number } {
  const { kind, start, merge, words, role } = order;
  const cause = `given again: ${role} is not in the file any more`;
  const commit = { kind: "commit", oid: start } as const;
  return {
    answer: { kind, start: commit, ...(merge !== undefined && { merge }), cause, words, counts: false },
    attempt: order.id.attempt + 1,
  };
}

/** A bead that anyone but crew works on, or that a person set aside, is not handed out. */
function readinessOf(bead: Bead, target: TipName, context: LeafContext): LeafState {
  const isFree = bead.status === "open" || (bead.status === "in_progress" && (bead.assignee ?? "").startsWith("crew/"));
  if (!isFree) return { kind: "held", by: bead.status === "in_progress" ? (bead.assignee ?? "somebody") : bead.status };
  const on = unmetBlockers(bead, target, context);
  return on.length > 0 ? { kind: "waiting", on } : { kind: "ready" };
}
