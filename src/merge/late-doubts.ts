// What only the candidate tells: paths outside the role's, a protected path that the merge makes other than it was approved,
// and a merge that waits for a person's word in any case. Pure.
import type { Crew } from "../model/crew.ts";
import { matcherOf } from "../model/globs.ts";
import type { ApprovalFact, Report } from "../model/records.ts";
import { namedPaths } from "./approval.ts";
import type { Candidate } from "./candidate.ts";
import { declaredRole } from "./targets.ts";

export interface LateQuestion {
  readonly report: Report;
  readonly candidate: Candidate;
  /** What a person said of the reported commit. */
  readonly given: ApprovalFact | undefined;
}

/** Why the candidate waits; absent: it may merge. A red or conflicting one goes back first, whatever else it is. */
export function lateDoubt(
  { report, candidate, given }: LateQuestion,
  { crew }: { readonly crew: Crew },
): string | undefined {
  if (candidate.state !== "pending" && candidate.state !== "green") return undefined;
  if (given) return changedSince(given, candidate);
  const outside = outsidePaths(report, candidate, crew);
  if (outside !== undefined) return outside;
  // A person reads what the gates have passed.
  return crew.review === "bead" && candidate.state === "green" ? "review: bead, and its gates are green" : undefined;
}

function changedSince({ blobs = {} }: ApprovalFact, { changes }: Candidate): string | undefined {
  // Where the target has by now what was approved, or keeps what it has, nothing of the report's comes in.
  const isOther = (path: string, oid: string) => changes === undefined || (changes.get(path) ?? oid) !== oid;
  const other = Object.entries(blobs).filter(([path, oid]) => isOther(path, oid));
  if (other.length === 0) return undefined;
  return `what was approved of ${namedPaths(other.map(([path]) => path))} comes out otherwise by now`;
}

function outsidePaths(report: Report, { kind, changes }: Candidate, crew: Crew): string | undefined {
  const { paths } = declaredRole(crew, report.role) ?? {};
  if (paths === undefined || kind !== "bead") return undefined;
  if (changes === undefined) return `it changes too much to be held against the paths of ${report.role}`;
  const isInside = matcherOf(paths);
  const outside = [...changes.keys()].filter((path) => !isInside(path));
  return outside.length === 0
    ? undefined
    : `it changes what is outside the paths of ${report.role}: ${namedPaths(outside)}`;
}
