// The remote that work is shown on, as crew needs it. Each method is one external effect and idempotent, done with the
// person's own credentials.
import type { ProposedRequest, PullRequestPlan, RemoteChange, RemoteFact } from "../model/remote.ts";

export interface RemotePush {
  readonly remote: string;
  readonly changes: readonly RemoteChange[];
  /** What is recorded of the remote so far. */
  readonly before?: RemoteFact;
  /** Epoch milliseconds: when what the remote does not take was tried. */
  readonly atMs: number;
  /** Ends the program that talks to the remote. */
  readonly signal?: AbortSignal;
}

export interface RemoteLook {
  readonly remote: string;
  /** The base's short name. */
  readonly branch: string;
  readonly request?: ProposedRequest;
  readonly atMs: number;
  readonly signal?: AbortSignal;
}

export interface Proposal {
  readonly request: PullRequestPlan;
  readonly atMs: number;
  readonly signal?: AbortSignal;
}

export interface Remote {
  /**
   * Pushes each ref only where the remote has what crew last put there, or something that the new commit contains; records
   * what arrived, and what was held back because somebody moved it or the remote refused it. Rejects with `failed` where
   * the remote cannot be reached, and with `needs-you` where a ref that was to be deleted is somebody else's.
   */
  push(project: string, push: RemotePush): Promise<void>;
  /**
   * Fetches the base and records where it stands, and of the pull request whether it is merged or closed. `needs-you`: the
   * remote has no such branch.
   */
  look(project: string, look: RemoteLook): Promise<void>;
  /**
   * Opens a pull request for a branch that is on the remote, or brings the open one up to date, and records it. `needs-you`:
   * there is no program that could, or it is not logged in.
   */
  propose(project: string, proposal: Proposal): Promise<void>;
}
