// What each role does right now: its phase, the order in hand, and where it is idle, what it waits for. Pure.

import { isDone, type Leaf } from "../merge/leaves.ts";
import { roleNamed } from "../model/crew.ts";
import type { OrderState, RoleState } from "../model/event.ts";
import { whyBroken } from "../model/instance.ts";
import { formatOrderId, upwardRole } from "../model/names.ts";
import { isOneOff } from "../model/one-off.ts";
import type { HoldFact, Order } from "../model/records.ts";
import type { Instance, MailStatus } from "../model/world.ts";
import { holdOf, releaseCommand } from "../plan/holds.ts";
import { attemptText } from "./attempt.ts";
import { durationText } from "./duration.ts";
import type { Seen } from "./seen.ts";

interface RoleContext {
  readonly seen: Seen;
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
  /** By formatted id. */
  readonly orders: ReadonlyMap<string, Order>;
}

/** Roles in the order of the file, then instances of roles that the file no longer has. */
export function roleStates(seen: Seen): readonly RoleState[] {
  const { crew, world, survey } = seen;
  const context: RoleContext = {
    seen,
    leaves: leavesByRole(survey.leaves),
    orders: new Map(world.repository.orders.map((order) => [formatOrderId(order.id), order])),
  };
  const declared = new Set(crew.roles.map((role) => role.name));
  const removed = [...world.runtime.instances.keys()].filter((name) => !declared.has(name));
  return [...declared, ...removed].map((name) => roleState(name, context));
}

function leavesByRole(leaves: readonly Leaf[]): ReadonlyMap<string, readonly Leaf[]> {
  const found = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    if (leaf.role === undefined) continue;
    const known = found.get(leaf.role);
    if (known) known.push(leaf);
    else found.set(leaf.role, [leaf]);
  }
  return found;
}

function roleState(role: string, context: RoleContext): RoleState {
  const { crew, world } = context.seen;
  const leaves = context.leaves.get(role) ?? [];
  const instance = world.runtime.instances.get(role);
  const branch = roleNamed(crew, role)?.branch ?? world.repository.branches.get(role)?.branch ?? "";
  const mail = instance && instance.mail !== "unreadable" ? instance.mail.status : undefined;
  const hold = holdOf(role, world);
  const phase = phaseOf(instance, hold);
  const order = mail && orderInHand(mail.order, mail.turn, context);
  const sinceMs = mail?.sinceMs ?? instance?.startedAtMs;
  return {
    role,
    branch,
    phase,
    ...(sinceMs !== undefined && { sinceMs }),
    ...(order && phase !== "idle" && { order }),
    detail: hold
      ? hold.reason || releaseCommand(role, hold.state)
      : phase === "idle"
        ? idleDetail({ role, leaves, context })
        : phase === "not-created"
          ? waitsFor(role, context.seen)
          : ((instance && whyBroken(instance)) ?? (mail && detailOf(mail, world.nowMs)) ?? ""),
    done: leaves.filter((leaf) => isDone(leaf.state)).length,
    total: leaves.length,
  };
}

/** A limit's words, and when it is over. */
function detailOf({ phase, detail, untilMs }: MailStatus, nowMs: number): string {
  if (phase !== "limited" || untilMs === undefined) return detail;
  return `goes on in ${durationText(untilMs - nowMs)} (${detail})`;
}

/** Why it is not made at once, in the plan's words. */
function waitsFor(role: string, { plan }: Seen): string {
  return plan.notes.find(({ subject }) => subject === `instance ${role}`)?.cause ?? "";
}

function phaseOf(instance: Instance | undefined, hold: HoldFact | undefined): RoleState["phase"] {
  if (hold?.state === "quarantined") return "quarantined";
  if (hold?.state === "stopped" && !instance?.running) return "stopped";
  if (instance?.paused) return "paused";
  if (!instance) return "not-created";
  if (!instance.running) return "not-running";
  if (instance.mail === "unreadable") return "unreadable";
  return whyBroken(instance) === undefined ? instance.mail.status.phase : "broken";
}

function orderInHand(id: string | undefined, turn: number, { orders, seen }: RoleContext): OrderState | undefined {
  const order = id === undefined ? undefined : orders.get(id);
  if (!order || id === undefined) return undefined;
  const { subject } = order.id;
  const up = upwardRole(subject);
  const maxAttempts = roleNamed(seen.crew, order.role)?.agent.maxAttempts;
  return {
    id,
    subject,
    title: up === undefined ? (seen.survey.beads.get(subject)?.title ?? "") : `move ${up} up`,
    kind: order.kind,
    attempt: attemptText(order, { maxAttempts, world: seen.world }),
    turn,
  };
}

interface Idle {
  readonly role: string;
  readonly leaves: readonly Leaf[];
  readonly context: RoleContext;
}

/** The first of these that holds: its work is on the way, it has a bead to begin, it waits, a person is needed, all is done. */
function idleDetail({ role, leaves, context }: Idle): string {
  const { crew, survey } = context.seen;
  if (isOneOff(role)) return "crew run";
  if (roleNamed(crew, role) === undefined) return "not in the file any more";
  const on = (kind: Leaf["state"]["kind"]) => leaves.find((leaf) => leaf.state.kind === kind)?.bead.id;
  const merging = on("merging");
  if (merging !== undefined) return `${merging} waits to be merged`;
  const next = on("working") ?? on("answering") ?? on("ready");
  if (next !== undefined) return `${next} is next`;
  const move = survey.upward.find((each) => each.role === role);
  if (move && move.state.kind !== "blocked") return `moves up into ${move.target}`;
  const waiting = leaves.find((leaf) => leaf.state.kind === "waiting");
  if (waiting?.state.kind === "waiting") return `${waiting.bead.id} waits for ${waiting.state.on.join(", ")}`;
  const stuck = leaves.find((leaf) => !isDone(leaf.state));
  if (stuck) return stuck.state.kind === "blocked" ? `${stuck.bead.id} is blocked` : `${stuck.bead.id} needs you`;
  return leaves.length === 0 ? "no beads" : "all merged";
}
