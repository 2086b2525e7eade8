// What crew writes down about its work: orders, reports, facts, verdicts. Plain data; where it is kept is the repository's business.
import type { Crew, SaidBudget, TrackerKind } from "./crew.ts";
import type { MessageFact } from "./message.ts";
import type { Oid, OrderId, Subject, TreeEntry } from "./names.ts";
import type { PullRequestFact, RemoteFact, UpstreamFact } from "./remote.ts";
import type { Said } from "./said.ts";
import type { BudgetLeft, Spent } from "./spent.ts";

/** Why the order was given. `bead` starts a bead; every other kind answers a report. */
export type OrderKind = "bead" | "mend" | "conflict" | "refused" | "rejected" | "failed" | "retry";

export interface Order {
  readonly id: OrderId;
  readonly kind: OrderKind;
  readonly role: string;
  /** The commit that the role's clone is set to. */
  readonly start: Oid;
  /** The commit whose merge into `start` is under way in the clone (conflict orders). */
  readonly merge?: Oid;
  /** One line: why this order, in the words of `plan`. */
  readonly cause: string;
  /** What the agent must be told beyond the bead: a gate's output, a refusal, a person's hint. */
  readonly words: string;
  /** False when it costs no attempt (the tip moved meanwhile). */
  readonly counts: boolean;
  /** Turns at most, where the project's budget has no more; absent: as many as the role has. */
  readonly turns?: number;
  /** Dollars and seconds after which no further turn of it begins; absent: the budget has no such limit. */
  readonly share?: BudgetLeft;
  /** How its agent is paid; absent: by what the role brings, or not known. */
  readonly billing?: "subscription" | "per token";
  /** Ids of the messages (model/message.ts) that its words hold. */
  readonly tells?: readonly string[];
  /** When the order was issued, epoch milliseconds. */
  readonly issuedAtMs: number;
}

/**
 * How an order ended. `done`: the agent finished and the check passed. `failed`: its turns are used up.
 * `unresolved`: unmerged paths were left. `refused`: crew would not take the commit. `withdrawn`: crew took the order back.
 */
export type ReportState = "done" | "failed" | "unresolved" | "refused" | "withdrawn";

export interface Report {
  readonly id: OrderId;
  readonly role: string;
  readonly state: ReportState;
  /** The reported commit; for a refused one that could not be taken, the order's start. */
  readonly commit: Oid;
  readonly tree: Oid;
  readonly turns: number;
  /** Last line of what went wrong, or why it was refused. Control characters are gone. */
  readonly note: string;
  /** Longer text for the next order: the tail of the agent's or the check's output. */
  readonly detail: string;
  /** True when a conflict's resolution drops what one side changed: it waits for approval. */
  readonly oneSided: boolean;
  /** Reports on other subjects that the round has brought into the commit (formatted order ids): until they are merged it waits for approval. */
  readonly reaches?: readonly string[];
  /** What the agent said through its `bd`, in its order. */
  readonly said?: readonly Said[];
  /** What its order has used. */
  readonly spent?: Spent;
  /** Ids of the messages that its agent was told while it was at work. */
  readonly told?: readonly string[];
  /** Protected paths that the round has changed up to the commit, the first of them: it waits for approval. */
  readonly protects?: readonly string[];
  /** What else a person has to look at before it may merge, each a sentence about the commit. */
  readonly doubts?: readonly string[];
  /** Of a move upward: what the role itself has changed in the round, beside what it was given to merge. */
  readonly own?: OwnChanges;
}

/** Paths, sorted; `many` are not kept. */
export type OwnChanges = readonly string[] | "many";

/** A gate's result on one tree. `key` names tree, gate, setup and image by content. */
export interface Verdict {
  readonly key: string;
  readonly tree: Oid;
  readonly gate: string;
  readonly result: "green" | "red" | "setup-failed";
  /** Red first, green when run once more. */
  readonly flaky: boolean;
  /** How often the gate ran for this verdict. A red of one run is run once more. */
  readonly runs: number;
  readonly exitCode: number;
  /** Tail of its output, control characters removed. */
  readonly output: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

export interface ProjectFact {
  readonly name: string;
  /** Path of the crew file relative to the repository's top, or absolute where it lies outside. */
  readonly file: string;
  /** What the file says; another one than `name` where `-p` was given. */
  readonly declaredName: string;
  /** The file's text as it was good last: used where the file is missing or invalid. */
  readonly text: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Bead id of the epic. */
  readonly epic: string;
  /** The epic's slug: which epic of the file this is. */
  readonly slug: string;
  /** Task key → bead id. A key once here is not created again. */
  readonly keys: Readonly<Record<string, string>>;
  /** Role → short branch name, so that `down` works without the file. The epic's is under `epic`. */
  readonly branches: Readonly<Record<string, string>>;
  /** Role → where it merges, as last declared: a role that the file no longer has still moves up there. */
  readonly into: Readonly<Record<string, string>>;
  readonly base: string;
  /** Absent: git. */
  readonly tracker?: RecordedTracker;
  /** Absent: process. */
  readonly runtime?: Crew["runtime"];
  /** The file's own protected globs, so that they hold for a report that comes in without it. */
  readonly protect?: readonly string[];
  /** Limits over those of the file, as a person said them. */
  readonly budget?: SaidBudget;
}

export interface RecordedTracker {
  readonly kind: TrackerKind;
  readonly command?: string;
  /** Folder of the workspace, where there is one. */
  readonly workspace?: string;
}

export interface RetryFact {
  /** The order after which counting starts anew: its round and attempt. */
  readonly round: number;
  readonly attempt: number;
  readonly words: string;
  readonly role?: string;
  readonly atMs: number;
}

export interface ApprovalFact {
  readonly commit: Oid;
  /** Protected path → what was seen there in the candidate that was approved, its mode included. */
  readonly entries?: Readonly<Record<string, TreeEntry>>;
  readonly noChange: boolean;
  readonly atMs: number;
}

/** A person's no to a report: an order with these words follows. */
export interface RejectionFact {
  readonly commit: Oid;
  readonly words: string;
  readonly atMs: number;
}

/** A person's word that a merged round is to be taken out again. */
export interface Undo {
  readonly bead: string;
  readonly round: number;
  /** The evidence taken back on top of itself: its parent's tree. Merged into a tip, it takes out what the evidence brought. */
  readonly commit: Oid;
  readonly evidence: Oid;
  /** Why, for people and for the next round's agent; empty where nobody said. */
  readonly words: string;
  readonly atMs: number;
}

/** A person's word on who takes a bead, over task and filters. */
export interface AssignmentFact {
  readonly role: string;
  readonly atMs: number;
}

/** A role that takes no part until it is let go: `stopped` and `paused` by a person, `quarantined` by crew. */
export interface HoldFact {
  /** `none`: let go again. */
  readonly state: "stopped" | "paused" | "quarantined" | "none";
  /** Why, for people; empty where a person held it. */
  readonly reason: string;
  /** Where a person let it go: since when, epoch milliseconds, its instance had been as it was then. */
  readonly liftsSinceMs?: number;
  /** Milliseconds that a person gives what it stops; absent: the instance's own. */
  readonly graceMs?: number;
  readonly atMs: number;
}

export interface LandFact {
  readonly tip: Oid;
  /** Also on a base that no longer contains the commit where the epic began. */
  readonly allowsRewrittenBase?: true;
  /** By a pull request; absent: as the file says. */
  readonly how?: "pr";
  readonly atMs: number;
}

/** A bead's round and how it ended, one flag per fact kind. */
export interface RoundFacts {
  readonly closing?: boolean;
  readonly closed?: boolean;
  readonly withdrawn?: boolean;
  /** Its merge was undone: crew opens the bead again. */
  readonly reopening?: boolean;
  readonly reopened?: boolean;
}

export type RoundFlag = keyof RoundFacts;

/** Written once, each saying when first. */
export const roundFlags = [
  "closing",
  "closed",
  "withdrawn",
  "reopening",
  "reopened",
] as const satisfies readonly RoundFlag[];

export interface Facts {
  readonly project?: ProjectFact;
  /** Recorded by `crew land`: a person's word that this tip of the epic may land. */
  readonly land?: LandFact;
  readonly remote?: RemoteFact;
  readonly pullRequest?: PullRequestFact;
  readonly upstream?: UpstreamFact;
  readonly retries: ReadonlyMap<Subject, RetryFact>;
  /** Key: a formatted order id. */
  readonly approvals: ReadonlyMap<string, ApprovalFact>;
  /** Key: a formatted order id. */
  readonly rejections: ReadonlyMap<string, RejectionFact>;
  /** Key: the message's own id. Those that were heard are there too. */
  readonly messages: ReadonlyMap<string, MessageFact>;
  /** By bead id. */
  readonly assignments: ReadonlyMap<string, AssignmentFact>;
  /** By role. */
  readonly holds: ReadonlyMap<string, HoldFact>;
  /** Key: `<bead>.<round>`. Those that are done are there too. */
  readonly undos: ReadonlyMap<string, Undo>;
  /** Key: `<bead>.<round>`. */
  readonly rounds: ReadonlyMap<string, RoundFacts>;
}

/** The facts of a project that nobody has said anything about. */
export const noFacts: Facts = {
  retries: new Map(),
  approvals: new Map(),
  rejections: new Map(),
  messages: new Map(),
  assignments: new Map(),
  holds: new Map(),
  undos: new Map(),
  rounds: new Map(),
};
