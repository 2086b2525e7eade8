// What only the candidate tells: paths outside the role's, a protected path that the merge makes other than it was approved,
// and a merge that waits for a person's word in any case. Pure.
import type { Crew } from "../model/crew.ts";
import { matcherOf } from "../model/globs.ts";
import { protectedBy } from "../model/protected-paths.ts";
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
  const unseen = unseenProtected(given, candidate, crew);
  if (unseen !== undefined || given) return unseen;
  const outside = outsidePaths(report, candidate, crew);
  if (outside !== undefined) return outside;
  // A person reads what the gates have passed.
  return crew.review === "bead" && candidate.state === "green" ? "review: bead, and its gates are green" : undefined;
}

/**
 * What comes in at a protected path must have been seen there: git follows renames, so a report may change one that it
 * does not name, and a merge may make other of what was approved.
 */
function unseenProtected(
  given: ApprovalFact | undefined,
  { kind, changes }: Candidate,
  crew: Crew,
): string | undefined {
  if (kind !== "bead") return undefined;
  if (changes === undefined) return given ? undefined : "it changes too much to be looked through for protected paths";
  const isProtected = protectedBy(crew.protect);
  const unseen = [...changes].filter(([path, entry]) => isProtected(path) && given?.entries?.[path] !== entry);
  if (unseen.length === 0) return undefined;
  const paths = namedPaths(unseen.map(([path]) => path));
  const isOther = unseen.some(([path]) => given?.entries?.[path] !== undefined);
  return isOther
    ? `what was approved of ${paths} comes out otherwise by now`
    : `it changes what is protected: ${paths}`;
}

function outsidePaths(report: Report, { kind, changes }: Candidate, crew: Crew): string | undefined {
  const { paths } = declaredRole(crew, report.role) ?? {};
  if (paths === undefined) return undefined;
  const changed = kind === "bead" ? changes && [...changes.keys()] : ownIn(report, changes);
  if (changed === undefined) return `it changes too much to be held against the paths of ${report.role}`;
  const isInside = matcherOf(paths);
  const outside = changed.filter((path) => !isInside(path));
  return outside.length === 0
    ? undefined
    : `it changes what is outside the paths of ${report.role}: ${namedPaths(outside)}`;
}

/** What the role itself changed and still stands: the rest of a move upward is its children's, held against theirs. */
function ownIn({ own = [] }: Report, changes: Candidate["changes"]): readonly string[] | undefined {
  if (own === "many") return undefined;
  return changes === undefined ? own : own.filter((path) => changes.has(path));
}
