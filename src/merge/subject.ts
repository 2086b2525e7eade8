// What work is done on: a bead, or a role's move upward, and all that its state is worked out from. Plain data.
import type { Crew } from "../model/crew.ts";
import type { Oid, Subject } from "../model/names.ts";
import type { RetryFact } from "../model/records.ts";
import type { VisibleBranch } from "../model/world.ts";
import type { ApprovalContext } from "./approval.ts";
import type { CandidateContext, Merge } from "./candidate.ts";

export interface Work {
  readonly subject: Subject;
  readonly round: number;
  readonly role: string;
  readonly title: string;
  readonly maxAttempts: number;
  /** What would be merged, given the commit to merge. */
  readonly merge: (source: Oid) => Merge;
  /** Merged when there is no order yet: a tip that moves up by itself. */
  readonly source?: Oid;
}

export interface WorkContext extends CandidateContext, ApprovalContext {
  readonly crew: Crew;
  readonly retries: ReadonlyMap<Subject, RetryFact>;
  readonly branches: ReadonlyMap<string, VisibleBranch>;
}
