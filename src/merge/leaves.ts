// The state of each leaf bead: who takes it, in which round, and how far it is. Pure.
import type { Bead } from "../model/bead.ts";
import { roleNamed } from "../model/crew.ts";
import type { TipName } from "../model/names.ts";
import type { World } from "../model/world.ts";
import { roundOf } from "./history.ts";
import { isClosedByPerson, type ReadinessContext, unmetBlockers } from "./readiness.ts";
import { type Route, routeBead } from "./routing.ts";
import { targetOf } from "./targets.ts";
import { type WorkContext, type WorkState, workState } from "./work.ts";

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
  | { readonly kind: "closed" | "closed-by-person" | "merged" | "ready" | "unassigned" }
  | { readonly kind: "ambiguous"; readonly roles: readonly string[] }
  | { readonly kind: "held"; readonly by: string }
  | { readonly kind: "waiting"; readonly on: readonly string[] };

export interface LeafContext extends WorkContext, ReadinessContext {
  readonly world: World;
}

export function leafOf(bead: Bead, context: LeafContext): Leaf {
  const round = roundOf(bead, context);
  const route = routeBead(bead, context);
  const last = context.history.orders(bead.id, round).at(-1)?.role;
  const retried = context.retries.get(bead.id)?.role;
  const role = retried ?? (route.kind === "role" ? route.role : last);
  const target = role === undefined ? "epic" : targetOf(context.crew, role);
  const state = stateOf({ bead, round, role, target, route }, context);
  return { bead, round, target, state, ...(role !== undefined && { role }) };
}

interface Placed {
  readonly bead: Bead;
  readonly round: number;
  readonly role: string | undefined;
  readonly target: TipName;
  readonly route: Route;
}

function stateOf(placed: Placed, context: LeafContext): LeafState {
  const { bead, round, role, route } = placed;
  if (isClosedByPerson(bead, round, context)) return { kind: "closed-by-person" };
  if (bead.status === "closed") return { kind: "closed" };
  if (context.evidence.commitOf(bead.id, round)) return { kind: "merged" };
  const work = role === undefined ? ({ kind: "none" } as const) : beadWork(placed, role, context);
  if (work.kind !== "none") return work;
  if (route.kind === "ambiguous") return { kind: "ambiguous", roles: route.roles };
  if (role === undefined) return { kind: "unassigned" };
  return readinessOf(placed, context);
}

function beadWork({ bead, round, target }: Placed, role: string, context: LeafContext): WorkState {
  return workState(
    {
      subject: bead.id,
      round,
      role,
      title: bead.title,
      maxAttempts: roleNamed(context.crew, role)?.agent.maxAttempts ?? 0,
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

/** A bead that anyone but crew works on, or that a person set aside, is not handed out. */
function readinessOf({ bead, target }: Placed, context: LeafContext): LeafState {
  const isFree = bead.status === "open" || (bead.status === "in_progress" && (bead.assignee ?? "").startsWith("crew/"));
  if (!isFree) return { kind: "held", by: bead.status === "in_progress" ? (bead.assignee ?? "somebody") : bead.status };
  const on = unmetBlockers(bead, target, context);
  return on.length > 0 ? { kind: "waiting", on } : { kind: "ready" };
}
