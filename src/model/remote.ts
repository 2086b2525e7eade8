// The remote that work is shown on and landed through: what crew knows of it, records of it, and asks of it. Plain data.
import type { Oid } from "./names.ts";

/** The remote as crew knows it without asking it. */
export interface RemoteState {
  /** The base branch's own, else `origin`, else the only one; absent: none can be told. */
  readonly name?: string;
  /** Every remote of the repository. */
  readonly names: readonly string[];
  /** The project's refs by full name, but for those that only say what the remote has. */
  readonly records: ReadonlyMap<string, Oid>;
  /** Full ref name → what crew last put there. */
  readonly pushed: ReadonlyMap<string, Oid>;
  /** The base on the remote, as crew fetched it last, no longer reaches `start`. */
  readonly isBaseRewritten?: true;
}

export interface Landed {
  readonly how: "merge" | "squash" | "rebase";
  /** The commit of base that has it: of a rebase, the one that base stood at. */
  readonly commit: Oid;
}

/** What the remote would not take when it was last pushed to. */
export interface RemoteFact {
  readonly remote: string;
  readonly held: readonly HeldRef[];
}

export interface HeldRef {
  /** Full name, such as `refs/heads/epic/auth`. */
  readonly ref: string;
  /** What was to be pushed. */
  readonly ours: Oid;
  /** What somebody else put there; absent where the remote refused for another reason. */
  readonly theirs?: Oid;
  /** The remote's own words, one line; empty where the ref had been moved. */
  readonly words: string;
  /** When it was tried last, epoch milliseconds. */
  readonly atMs: number;
}

/** The pull request that carries the epic, as crew opened or brought it up to date last. */
export interface PullRequestFact {
  readonly tip: Oid;
  readonly url: string;
  /** How it was seen to have ended there; `closed` is without being merged. */
  readonly ended?: "merged" | "closed";
  readonly atMs: number;
}

/** A pull request that waits to be merged, to be asked after. */
export interface ProposedRequest {
  /** Short name of its branch on the remote. */
  readonly branch: string;
  readonly fact: PullRequestFact;
}

/** Where the base stood on the remote when crew looked last. */
export interface UpstreamFact {
  readonly remote: string;
  /** Short branch name. */
  readonly branch: string;
  readonly oid: Oid;
  readonly atMs: number;
}

/** A ref on the remote, by full name: what crew last put there (absent: nothing), and what is to be there (absent: nothing). */
export interface RemoteChange {
  readonly ref: string;
  readonly from?: Oid;
  readonly to?: Oid;
}

/** A pull request, whatever its remote calls it. */
export interface PullRequestPlan {
  readonly remote: string;
  /** Short branch name on the remote, as is `branch`. */
  readonly base: string;
  readonly branch: string;
  readonly tip: Oid;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}
