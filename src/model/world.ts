// Everything that was observed, and nothing that was decided. Plain readonly data; only observation fills it.
import type { Bead } from "./bead.ts";
import type { Tip } from "./chain.ts";
import type { TrackerKind } from "./crew.ts";
import type { SeenImages } from "./images.ts";
import type { Oid, TipName, TreeEntry } from "./names.ts";
import type { Facts, Order, Report, ReportState, Verdict } from "./records.ts";
import type { Landed, RemoteState } from "./remote.ts";
import type { Said } from "./said.ts";
import type { ServiceState } from "./services.ts";
import type { TreeFiles } from "./setup.ts";
import type { InstanceSpec } from "./spec.ts";
import type { Spent } from "./spent.ts";

export interface World {
  /** Epoch milliseconds at the start of the observation. */
  readonly nowMs: number;
  readonly repository: RepositoryState;
  readonly runtime: RuntimeState;
  readonly beads: ReadonlyMap<string, Bead>;
  readonly tracker: TrackerInfo;
  /** Test merges of what waits to be merged, by `mergePair(source, target)`. */
  readonly merges: ReadonlyMap<string, TestMerge>;
  /** By tip: several sources tried one on the other, in this order. Only where candidates are tested together. */
  readonly chains?: ReadonlyMap<TipName, readonly TestMerge[]>;
}

/** What is known of the tracker itself. */
export interface TrackerInfo {
  readonly kind: TrackerKind;
  /** `bd 1.2.2`, where it is a program of its own. */
  readonly program?: string;
  /** Folder of its workspace, where it has one. */
  readonly workspace?: string;
  /** What ids of new beads have to begin with (`shop`, without the dash); absent: anything. */
  readonly prefix?: string;
  /** Which generation of `bd` its people know: what the agents' own `bd` prints follows it. */
  readonly issueShape: "0.47" | "1.x";
}

export interface RepositoryState {
  /** Hash of the common git directory's real path: part of every label. */
  readonly id: string;
  readonly base: BaseState;
  /** The commit that the epic began at; until the first order it follows base. */
  readonly start?: Oid;
  readonly tips: ReadonlyMap<TipName, Tip>;
  readonly orders: readonly Order[];
  readonly reports: readonly Report[];
  readonly facts: Facts;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** By role name, or `epic`. Every branch that the crew file or the project fact names has an entry. */
  readonly branches: ReadonlyMap<string, VisibleBranch>;
  /** Bead ids of this project's epics that are archived. */
  readonly archives: readonly string[];
  /** Where crew pushes or has pushed to; absent where nothing asks for one. */
  readonly remote?: RemoteState;
  /** The epic's tip as base has it otherwise than by reaching it: landed by a pull request. Looked for where one is meant. */
  readonly landed?: Landed;
  /** At the epic's tip, or where it will begin: the files that were asked for. */
  readonly setupFiles?: TreeFiles;
  /** How many rescues each role has had: the highest n of `rescue/<role>/<n>`. */
  readonly rescues: ReadonlyMap<string, number>;
}

/** Whether base has the epic's tip, however it came there. */
export function hasLanded({ base, landed }: RepositoryState): boolean {
  return base.reachesTip || landed !== undefined;
}

export interface BaseState {
  /** Short branch name. */
  readonly branch: string;
  readonly oid: Oid;
  readonly tree: Oid;
  /** Path of the work tree that has it checked out. */
  readonly checkedOutAt?: string;
  /** True when base reaches tip/epic. */
  readonly reachesTip: boolean;
  /** True when tip/epic reaches base: landing is a fast-forward. */
  readonly behindTip: boolean;
  /** It no longer reaches `start`: somebody rewrote it. */
  readonly isRewritten?: true;
}

/**
 * A visible branch against what crew last showed there.
 * `new`: neither shown nor there. `same`: as shown. `ahead`: contains the shown commit. `rewritten`: does not.
 * `deleted`: shown, gone. `foreign`: there, never shown by crew, and not simply at the base's or start's commit.
 */
export interface VisibleBranch {
  /** Short branch name. */
  readonly branch: string;
  readonly relation: "new" | "same" | "ahead" | "rewritten" | "deleted" | "foreign";
  /** Where it stands; absent when it does not exist. */
  readonly oid?: Oid;
  /** What crew last showed there. */
  readonly shown?: Oid;
  /** It was killed before it had noted that. */
  readonly isUnnoted?: true;
  /** Path of the work tree that has it checked out (or is rebasing or bisecting it). */
  readonly checkedOutAt?: string;
  /** Branch commits that neither `shown` nor any tip reaches, newest first; for `ahead` and `rewritten`, at most 50. */
  readonly own: readonly Oid[];
}

/** The deterministic merge of a commit into a target, tried without touching anything. */
export type TestMerge =
  | {
      readonly kind: "clean";
      readonly source: Oid;
      readonly target: Oid;
      readonly tree: Oid;
      /** What the target gets changed by it: path → the object there afterwards, all zeros where there is none. Absent where they are too many to be kept. */
      readonly changes?: ReadonlyMap<string, TreeEntry>;
    }
  | { readonly kind: "conflict"; readonly source: Oid; readonly target: Oid; readonly paths: readonly string[] };

export interface MergePair {
  readonly source: Oid;
  readonly target: Oid;
}

export function mergePair(pair: MergePair): string {
  return `${pair.source}→${pair.target}`;
}

export interface RuntimeState extends SeenImages {
  /** They were left as they are: each is `unreadable`, and what is in them nobody asked. */
  readonly isMailLeft?: true;
  /** By role. A volume may exist without an instance. */
  readonly instances: ReadonlyMap<string, Instance>;
  readonly volumes: ReadonlySet<string>;
  /** Roles whose volume was being removed when that was broken off: nothing to be had of them but the disk. */
  readonly halfRemoved?: ReadonlySet<string>;
  /** By `serviceId`; absent where there are none. */
  readonly services?: ReadonlyMap<string, ServiceState>;
  /** Setups that run once for many, and what is kept of such; absent where the runtime cannot. */
  readonly setups?: SetupsState;
  /** Gate runs by verdict key. */
  readonly gates: ReadonlyMap<string, GateRun>;
}

export interface Instance {
  readonly role: string;
  readonly spec: InstanceSpec;
  /** Of the spec that it was made from, where what tells of that could be spoiled: this counts. */
  readonly specHash?: string;
  readonly running: boolean;
  /** It runs, and its processes are frozen. */
  readonly paused?: boolean;
  /** A pause of it was broken off: some of its processes may be frozen, and it runs. */
  readonly halfPaused?: boolean;
  readonly pid?: number;
  /** Epoch milliseconds. */
  readonly startedAtMs?: number;
  /** The folder whose disk is full: there it can neither work nor say that it waits for room. Its phase is the last that it said. */
  readonly withoutRoom?: string;
  /** The disk that is full is its engine's. It says so by its phase, and goes on by itself once there is room. */
  readonly isEngineFull?: true;
  /** Why its supervisor ended before it said anything: started again, it would do the same. */
  readonly stillborn?: string;
  readonly mail: Mail | "unreadable";
}

export interface Mail {
  readonly status: MailStatus;
  /** Mail ids (see `mailId`) that lie in the inbox, delivered and not yet finished; also `ack-…`, `withdraw-…` and `tell-…`. */
  readonly inbox: readonly string[];
  /** Reports that crew has not yet acknowledged. */
  readonly outbox: readonly MailReport[];
}

export type Phase =
  | "starting"
  | "idle"
  | "setup"
  | "setup-failed"
  | "working"
  /** Its model may not be asked before a time. */
  | "limited"
  /** Its model takes no request of this credential: a person's to mend. */
  | "refused"
  | "attached"
  | "checking"
  | "reporting"
  | "stopping"
  | "stopped"
  | "broken";

export interface MailStatus {
  readonly phase: Phase;
  /** Formatted order id in hand. */
  readonly order?: string;
  readonly turn: number;
  /** Epoch milliseconds since the phase began. */
  readonly sinceMs: number;
  /** One line for people: the last line of a failed setup, the reason for `broken`. */
  readonly detail: string;
  /** How often in a row the supervisor began, or was given an order, and no turn of it was over. */
  readonly fruitless: number;
  /** When the supervisor began, epoch milliseconds. */
  readonly beganMs?: number;
  /** When the phase ends by itself, epoch milliseconds. */
  readonly untilMs?: number;
  /** When the limit of its credential ends that it knows of, epoch milliseconds. */
  readonly limitUntilMs?: number;
  /** As the order in hand was delivered: its program hears between two tools what a person says. */
  readonly hearsAtTools?: true;
}

/** A report as the supervisor wrote it: untrusted. */
export interface MailReport {
  /** Formatted order id. */
  readonly order: string;
  readonly commit: Oid;
  readonly state: Exclude<ReportState, "refused">;
  readonly turns: number;
  readonly note: string;
  readonly detail: string;
  readonly said?: readonly Said[];
  readonly spent?: Spent;
  /** Ids of the messages that it was told. */
  readonly told?: readonly string[];
}

/** By hash. */
export interface SetupsState {
  readonly runs: ReadonlyMap<string, SetupRun>;
  /** Those of this repository; own: this project made it. */
  readonly images: ReadonlyMap<string, { readonly isOwn: boolean }>;
}

export interface SetupRun extends Pick<GateRun, "running" | "result"> {
  readonly hash: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
}

export interface GateRun {
  readonly key: string;
  readonly gate: string;
  readonly running: boolean;
  /** Present once the gate has ended by itself; absent and not running: it was killed and is started again. */
  readonly result?: {
    readonly kind: "setup-failed" | "exited" | "timed-out";
    readonly exitCode: number;
    readonly output: string;
  };
}
