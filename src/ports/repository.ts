// The user's git repository, as crew needs it. Leaks no git command. Each method that changes something is one
// external effect and idempotent; a compare-and-swap that lost is a CrewError `conflict`, and the next pass sees the new value.

import type { ChainCommit } from "../model/chain.ts";
import type { MessageFact } from "../model/message.ts";
import type { Oid, TipName } from "../model/names.ts";
import type {
  ApprovalFact,
  AssignmentFact,
  HoldFact,
  LandFact,
  Order,
  ProjectFact,
  RejectionFact,
  Report,
  RetryFact,
  RoundFlag,
  Undo,
  Verdict,
} from "../model/records.ts";
import type { PullRequestFact, RemoteFact, UpstreamFact } from "../model/remote.ts";
import type { MailReport, MergePair, RepositoryState, TestMerge } from "../model/world.ts";
import type { UploadPack } from "./runtime.ts";

export interface RepositoryQuery {
  readonly project: string;
  /** Short base branch; absent: the one in the project fact, else the repository's default branch. */
  readonly base?: string;
  /** A base branch that is gone is no error: it counts as standing where the epic began. For taking a project down. */
  readonly mayLackBase?: boolean;
  /** Paths whose content at the epic's tip is wanted. */
  readonly setupFiles?: readonly string[];
  /** What is pushed and what has been is looked at too. */
  readonly pushes?: true;
  /** The epic lands by a pull request: whether base has it is looked for by content too. */
  readonly proposes?: true;
  /** Short visible branch by role name, and `epic`. Those of the project fact are added. */
  readonly branches: ReadonlyMap<string, string>;
}

/** Everything that a candidate is made of; the same input gives the same commit id. */
export interface CandidateSpec {
  /** First parent: the target's tip. */
  readonly target: Oid;
  /** Second parent: what is merged. */
  readonly source: Oid;
  /** The source is no parent: its work arrives as one commit. */
  readonly isSquashed?: boolean;
  readonly tree: Oid;
  /** One line. */
  readonly subject: string;
  readonly role: string;
  readonly bead?: { readonly id: string; readonly round: number };
  readonly undo?: { readonly id: string; readonly round: number };
  readonly person?: Oid;
  readonly move?: TipName;
  /** Verdict keys. */
  readonly gates: readonly string[];
}

export interface ReportImport {
  readonly project: string;
  readonly order: Order;
  readonly report: MailReport;
  /** Globs of protected paths beside the built-in ones. */
  readonly protect?: readonly string[];
  readonly uploadPack: UploadPack;
}

/** One fact to write. It replaces an older one; only the flags of a round are written once. */
export type FactWrite =
  | { readonly kind: "project"; readonly value: ProjectFact }
  | { readonly kind: "land"; readonly value: LandFact }
  | { readonly kind: "pr"; readonly value: PullRequestFact }
  | { readonly kind: "remote"; readonly value: RemoteFact }
  | { readonly kind: "upstream"; readonly value: UpstreamFact }
  | { readonly kind: "retry"; readonly id: string; readonly value: RetryFact }
  | { readonly kind: "approval"; readonly id: string; readonly value: ApprovalFact }
  | { readonly kind: "rejection"; readonly id: string; readonly value: RejectionFact }
  | { readonly kind: "message"; readonly id: string; readonly value: MessageFact }
  | { readonly kind: "assignment"; readonly id: string; readonly value: AssignmentFact }
  | { readonly kind: "hold"; readonly id: string; readonly value: HoldFact }
  /** `id` is `<bead>.<round>`. */
  | {
      readonly kind: RoundFlag;
      readonly id: string;
      readonly value: { readonly atMs: number };
    };

export interface Repository {
  /** Hash of the common git directory's real path. */
  readonly id: string;

  observe(query: RepositoryQuery): Promise<RepositoryState>;
  /** First-parent chain of a commit, of what `since` does not reach, oldest first. */
  chain(since: Oid, commit: Oid): Promise<readonly ChainCommit[]>;
  /**
   * Tries every pair without touching a ref or a file; one git process for all. `.beads/` stays as in the target, and a
   * changelog gets the lines of both sides.
   */
  testMerges(pairs: readonly MergePair[]): Promise<readonly TestMerge[]>;
  /**
   * Tries the sources one on the other, from `target` on, without touching a ref or a file. One that conflicts is left out
   * of what follows. Each answer names what it was tried on.
   */
  testChain(chain: { readonly target: Oid; readonly sources: readonly Oid[] }): Promise<readonly TestMerge[]>;

  writeFact(project: string, fact: FactWrite): Promise<void>;
  /** Creates or moves `start`; `from` is its old value. */
  pinStart(project: string, move: { readonly from?: Oid; readonly to: Oid }): Promise<void>;
  /** Compare-and-swap of one tip; `from` absent creates it. */
  moveTip(project: string, tip: TipName, move: { readonly from?: Oid; readonly to: Oid }): Promise<void>;
  /** Writes the candidate commit: dates from its parents, so that a rerun gives the same id. No ref is moved. */
  writeCandidate(spec: CandidateSpec): Promise<Oid>;
  createOrder(project: string, order: Order): Promise<void>;
  /** Writes what takes the evidence back, and pins it as the wish to undo its round; asked again, the later words and time count. */
  askUndo(project: string, undo: Omit<Undo, "commit">): Promise<void>;
  /** Takes the wish back. One that is not there is none. */
  dropUndo(project: string, undo: Pick<Undo, "bead" | "round" | "commit">): Promise<void>;
  /** Fetches the reported commit through quarantine and policy, and pins the report. A refusal is a report too (`refused`). */
  importReport(request: ReportImport): Promise<Report>;
  /** Pins `refs/crew/rescue` of the instance's clone as `rescue/<role>/<n>`. False: there is none, or it is already pinned. */
  importRescue(request: {
    readonly project: string;
    readonly role: string;
    readonly n: number;
    readonly uploadPack: UploadPack;
  }): Promise<boolean>;
  /** Creates the verdict; `replaces` is the one that was observed, where there is one. */
  writeVerdict(project: string, verdict: Verdict, replaces?: Verdict): Promise<void>;

  /**
   * Moves a visible branch and notes what is shown there; killed in between, the branch still counts as crew's own doing.
   * Refused (`needs-you`) where a work tree has it checked out.
   */
  showBranch(
    project: string,
    show: { readonly name: string; readonly branch: string; readonly from?: Oid; readonly to: Oid },
  ): Promise<void>;
  /** Deletes a visible branch that stands at `from`. Refused where it is checked out. */
  deleteBranch(
    project: string,
    show: { readonly name: string; readonly branch: string; readonly from: Oid },
  ): Promise<void>;
  /**
   * Takes a branch that a person rewrote: what was shown there becomes what it has in common with its target, so that it
   * is ahead of that. Refused (`failed`) where they have no commit in common. Moves no branch.
   */
  takeBranch(
    project: string,
    taking: { readonly name: string; readonly shown: Oid; readonly oid: Oid; readonly target: Oid },
  ): Promise<void>;
  /** Fast-forwards the base branch. Checked out: `git merge --ff-only` there, refused (`needs-you`) by git itself if local changes are in the way. */
  land(move: {
    readonly branch: string;
    readonly from: Oid;
    readonly to: Oid;
    readonly checkedOutAt?: string;
  }): Promise<void>;

  /** Creates `refs/crew/archive/<project>/<epic>`: facts, verdicts and audit as its tree, every pinned commit as a parent. */
  archive(project: string, epic: string): Promise<void>;
  /** The project as its archive holds it, against the base as it stands now. No such archive: `failed`. */
  recall(project: string, epic: string): Promise<RepositoryState>;
  /** Deletes every ref of the project; its archive must exist and hold each. */
  deleteProject(project: string, epic: string): Promise<void>;

  /** Every project with refs in this repository, by name. */
  projects(): Promise<readonly string[]>;
  /** What is recorded of each of them, and what else whoever begins has to know. */
  recorded(): Promise<Recorded>;
  /** A lease on a name, held by a living process. */
  lease(project: string, name: "lock" | "driver" | "images"): Lease;
}

export interface Recorded {
  /** By name; one that is not recorded yet is left out. */
  readonly projects: readonly ProjectFact[];
  /** By project, whoever drives it now. */
  readonly drivers: ReadonlyMap<string, LeaseHolder>;
  /** Short names of all branches. */
  readonly branches: readonly string[];
}

/** Who holds a lease: pid and start time, so that a recycled pid is never taken for the holder. */
export interface LeaseHolder {
  readonly host: string;
  readonly pid: number;
  readonly startTime: string;
  /** The command, as people typed it. */
  readonly command: string;
}

export interface Lease {
  /** Takes the lease when it is free or its holder is dead, by compare-and-swap; else returns the living holder. */
  acquire(command: string): Promise<{ readonly held: true } | { readonly held: false; readonly by: LeaseHolder }>;
  release(): Promise<void>;
  /** Takes away what a holder left that is dead. */
  clear(): Promise<void>;
  /** The living holder, if any. */
  holder(): Promise<LeaseHolder | undefined>;
}
