// What happened while a project was driven, as plain JSON: written by the driver, read by whoever looks. Decides nothing;
// deleting every event changes no decision.
import type { ErrorCode } from "../errors.ts";
import type { Attention } from "./attention.ts";
import type { Oid, Subject, TipName } from "./names.ts";
import type { OperationKind, Outlook } from "./plan.ts";
import type { OrderKind } from "./records.ts";
import type { Phase } from "./world.ts";

export type CrewEvent = OperationEvent | PassEvent | EndEvent;

/** One operation began, was done, or failed. */
export interface OperationEvent {
  readonly type: "operation";
  /** Epoch milliseconds. */
  readonly at: number;
  readonly state: "started" | "done" | "failed";
  /** The operation's id: `tip.move:epic:shop-1`. */
  readonly id: string;
  readonly kind: OperationKind;
  readonly cause: string;
  readonly mark: Mark;
  /** One line for people, without its mark: `merged shop-1 into epic (test green)`. */
  readonly text: string;
  /** Housekeeping that people see only when they ask for every detail. */
  readonly isDetail: boolean;
  readonly role?: string;
  readonly bead?: string;
  /** Present when it failed. */
  readonly error?: EventError;
}

/** The state after a pass. Written only where it differs from the last one. */
export interface PassEvent {
  readonly type: "pass";
  readonly at: number;
  readonly outlook: Outlook;
  readonly inFlight: boolean;
  readonly epic: EpicState;
  readonly roles: readonly RoleState[];
  readonly gates: readonly GateState[];
  readonly queue: readonly QueueEntry[];
  readonly attention: readonly Attention[];
}

/** The driver ended: complete, settled, landable, or stopped. */
export interface EndEvent {
  readonly type: "end";
  readonly at: number;
  readonly outlook: Outlook | "stopped";
  readonly epic?: EpicState;
  readonly attention: readonly Attention[];
  readonly failures: readonly FailureState[];
}

/** ✓ done, → under way, · waiting, ! trouble, ? a person is needed. */
export type Mark = "done" | "going" | "waiting" | "trouble" | "person";

export interface EventError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly at?: string;
}

export interface EpicState {
  /** Absent until the bead exists. */
  readonly id?: string;
  readonly title: string;
  readonly branch: string;
  readonly base: string;
  /** Leaf beads merged or closed, and all leaf beads. */
  readonly done: number;
  readonly total: number;
  /** 100 only when every leaf is done. */
  readonly percent: number;
}

export interface RoleState {
  readonly role: string;
  readonly branch: string;
  readonly phase: Phase | "not-created" | "not-running" | "unreadable" | "paused" | "quarantined";
  /** Since when it is in this phase, epoch milliseconds. */
  readonly sinceMs?: number;
  /** The order in hand. */
  readonly order?: OrderState;
  /** One line: what an idle role waits for, or what its supervisor says of a failure. */
  readonly detail: string;
  /** Leaf beads of the role merged or closed, and all of them. */
  readonly done: number;
  readonly total: number;
}

export interface OrderState {
  /** Formatted order id. */
  readonly id: string;
  readonly subject: Subject;
  readonly title: string;
  readonly kind: OrderKind;
  /** `2 of 3`; empty for an order that costs no attempt. */
  readonly attempt: string;
  readonly turn: number;
}

export interface GateState {
  readonly gate: string;
  /** What it judges: a bead, a move, the base branch, or `landing`. */
  readonly on: string;
}

export interface QueueEntry {
  readonly subject: Subject;
  readonly title: string;
  readonly target: TipName;
  readonly source: Oid;
  readonly state: "untried" | "waiting" | "gating" | "green" | "red" | "setup-failed" | "conflict" | "no-change";
  readonly mark: Mark;
  /** The state in words: `gate test runs`, `conflicts in src/login.ts`. */
  readonly text: string;
  /** Conflicting paths. */
  readonly paths: readonly string[];
}

export interface FailureState {
  /** The operation's id. */
  readonly id: string;
  readonly kind: OperationKind;
  /** `could not start backend`. */
  readonly text: string;
  readonly tries: number;
  /** When it is tried again, epoch milliseconds. */
  readonly nextAtMs: number;
  readonly error: EventError;
}
