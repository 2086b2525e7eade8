// What a plan is made of: operations with their causes, what was left alone and why, and what needs a person. Plain data.

import type { Attention } from "./attention.ts";
import type { NewBead } from "./bead.ts";
import type { BuildSpec } from "./build.ts";
import type { Gate } from "./crew.ts";
import type { Hearing, MessageFact } from "./message.ts";
import type { Oid, TipName } from "./names.ts";
import type { HoldFact, Order, ProjectFact, RoundFlag, Verdict } from "./records.ts";
import type { ProposedRequest, PullRequestPlan, RemoteChange } from "./remote.ts";
import type { ServiceOwner, ServiceSpec } from "./services.ts";
import type { Setup } from "./setup.ts";
import type { InstanceSpec } from "./spec.ts";
import type { BudgetLeft } from "./spent.ts";
import type { MailReport } from "./world.ts";

export interface Plan {
  readonly operations: readonly Operation[];
  /** Things that are as they should be, or wait, each with its cause. */
  readonly notes: readonly Note[];
  readonly attention: readonly Attention[];
  readonly outlook: Outlook;
  /** The outlook but for what is still to be pushed, where something is: a push that fails holds nothing up. */
  readonly besidesPush?: Outlook;
  /** An order is in a living role's hands, or a gate runs: something will happen without another operation. */
  readonly inFlight: boolean;
}

/**
 * `working`: something is in flight or ready. `settled`: nothing is, and a person is needed (`attention` says for what).
 * `landable`: all is merged, `crew land` is the next step. `proposed`: its pull request is open, and merged by people there. `complete`: landed and closed.
 */
export type Outlook = "working" | "settled" | "landable" | "proposed" | "complete";

/** One external effect, idempotent by construction. */
export type Operation = {
  /** Stable: `instance.create:backend`. */
  readonly id: string;
  /** Ids of operations of the same plan that must succeed first. */
  readonly needs: readonly string[];
  readonly cause: string;
  /** Present where something is destroyed: what a person agrees to. */
  readonly consent?: string;
} & OperationBody;

export type OperationBody =
  | { readonly kind: "bead.create"; readonly bead: NewBead }
  | { readonly kind: "bead.link"; readonly bead: string; readonly blocker: string }
  | { readonly kind: "bead.claim"; readonly bead: string; readonly assignee: string }
  | { readonly kind: "bead.comment"; readonly bead: string; readonly author: string; readonly text: string }
  | { readonly kind: "bead.mark"; readonly bead: string; readonly key: string; readonly value: string }
  | { readonly kind: "bead.close"; readonly bead: string; readonly reason: string }
  | { readonly kind: "bead.reopen"; readonly bead: string }
  | { readonly kind: "project.record"; readonly fact: ProjectFact }
  | {
      readonly kind: "round.record";
      readonly flag: RoundFlag;
      readonly bead: string;
      readonly round: number;
    }
  | { readonly kind: "start.pin"; readonly from?: Oid; readonly to: Oid }
  | { readonly kind: "tip.create"; readonly tip: TipName; readonly to: Oid }
  | { readonly kind: "tip.follow"; readonly tip: TipName; readonly from: Oid; readonly to: Oid }
  | { readonly kind: "tip.move"; readonly tip: TipName; readonly candidate: CandidatePlan }
  | {
      readonly kind: "branch.show";
      readonly name: string;
      readonly branch: string;
      readonly from?: Oid;
      readonly to: Oid;
    }
  | { readonly kind: "branch.delete"; readonly name: string; readonly branch: string; readonly from: Oid }
  | { readonly kind: "image.pull"; readonly image: string }
  | { readonly kind: "image.build"; readonly image: string; readonly build: BuildSpec }
  /** In a fresh clone of the commit, for whoever needs the same. */
  | {
      readonly kind: "setup.start";
      readonly hash: string;
      readonly setup: Setup;
      readonly commit: Oid;
      readonly timeoutMs: number;
    }
  | { readonly kind: "image.commit"; readonly hash: string }
  | { readonly kind: "image.remove"; readonly hash: string }
  | { readonly kind: "setup.remove"; readonly hash: string }
  /** `next`: the instance that is made on it at once. */
  | {
      readonly kind: "volume.create";
      readonly role: string;
      readonly branch: string;
      readonly start: Oid;
      readonly next: InstanceSpec;
    }
  | { readonly kind: "volume.remove"; readonly role: string }
  /** `warm`: the image of a setup that it starts from where that is there. No part of what it is. */
  | { readonly kind: "instance.create"; readonly spec: InstanceSpec; readonly warm?: string }
  | { readonly kind: "instance.start"; readonly role: string }
  /** `next`: what it is replaced by; it is not stopped where that could not be made. */
  | {
      readonly kind: "instance.stop";
      readonly role: string;
      readonly graceMs: number;
      readonly next?: InstanceSpec;
      /** What it cannot keep itself is rescued next. */
      readonly leavesRescue?: true;
    }
  | { readonly kind: "instance.pause"; readonly role: string }
  | { readonly kind: "instance.resume"; readonly role: string }
  | {
      readonly kind: "instance.remove";
      readonly role: string;
      /** Another one comes in its place: what the project shares is needed on. */
      readonly isReplaced?: true;
      /** All others go with it, and what the project shares after them. */
      readonly leavesShared?: true;
    }
  | { readonly kind: "service.create"; readonly owner: ServiceOwner; readonly spec: ServiceSpec }
  | { readonly kind: "service.start"; readonly owner: ServiceOwner; readonly service: string }
  /** Its container stays: the next start of it goes on with what it wrote. */
  | { readonly kind: "service.stop"; readonly owner: ServiceOwner; readonly service: string }
  | { readonly kind: "service.pause"; readonly owner: ServiceOwner; readonly service: string }
  /** Stopped first where it runs. */
  | { readonly kind: "service.remove"; readonly owner: ServiceOwner; readonly service: string }
  | { readonly kind: "hold.record"; readonly role: string; readonly hold: HoldFact }
  | { readonly kind: "order.issue"; readonly order: OrderPlan }
  /** `left`: what it has of the budgets that count for it. `limit`: before its end the model is not to be asked. */
  | {
      readonly kind: "order.deliver";
      readonly order: Order;
      readonly left?: BudgetLeft;
      readonly limit?: { readonly untilMs: number };
    }
  | { readonly kind: "order.withdraw"; readonly order: Order }
  | {
      readonly kind: "report.import";
      readonly order: Order;
      readonly report: MailReport;
      /** Globs beside the built-in ones. */
      readonly protect?: readonly string[];
    }
  | { readonly kind: "mail.ack"; readonly role: string; readonly mail: string }
  /** `id` is the message's own. */
  | {
      readonly kind: "mail.tell";
      readonly order: Order;
      readonly id: string;
      readonly message: MessageFact;
      readonly heard: Hearing;
    }
  | {
      readonly kind: "gate.start";
      readonly key: string;
      /** Key of the run that was red and is run once more. */
      readonly repeats?: string;
      readonly gate: Gate;
      readonly commit: GateCommit;
      readonly warm?: string;
    }
  | { readonly kind: "gate.collect"; readonly verdict: Verdict; readonly replaces?: Verdict }
  | { readonly kind: "gate.remove"; readonly key: string }
  | {
      readonly kind: "base.land";
      readonly branch: string;
      readonly from: Oid;
      readonly commit: GateCommit;
      readonly checkedOutAt?: string;
    }
  | { readonly kind: "remote.push"; readonly remote: string; readonly changes: readonly RemoteChange[] }
  | {
      readonly kind: "remote.fetch";
      readonly remote: string;
      readonly branch: string;
      readonly request?: ProposedRequest;
    }
  | { readonly kind: "remote.propose"; readonly request: PullRequestPlan }
  | { readonly kind: "rescue.import"; readonly role: string; readonly n: number }
  | { readonly kind: "project.archive"; readonly epic: string }
  | { readonly kind: "project.delete"; readonly epic: string };

export type OperationKind = OperationBody["kind"];

/** A commit that exists, or a candidate that is written (deterministically) when it is needed. */
export type GateCommit = { readonly kind: "commit"; readonly oid: Oid } | CandidatePlan;

/** What the repository needs to write the candidate; equal plans give equal commit ids. */
export interface CandidatePlan {
  readonly kind: "candidate";
  readonly target: Oid;
  readonly source: Oid;
  /** The source is no parent: its work arrives as one commit. */
  readonly isSquashed?: boolean;
  readonly tree: Oid;
  readonly subject: string;
  readonly role: string;
  readonly bead?: { readonly id: string; readonly round: number };
  readonly undo?: { readonly id: string; readonly round: number };
  readonly person?: Oid;
  readonly move?: TipName;
  readonly gates: readonly string[];
  /** Candidates that are merged first, each on the one before, the first on `target`: they were tested together. */
  readonly after?: readonly CandidatePlan[];
}

/** An order whose start may be a failed candidate that has yet to be written. */
export type OrderPlan = Omit<Order, "start"> & { readonly start: GateCommit };

export interface Note {
  /** What it is about: `instance backend`, `bead shop-12`. */
  readonly subject: string;
  readonly cause: string;
  /** It is not as the file has it, and will be once a turn is over. */
  readonly isPutOff?: true;
}
