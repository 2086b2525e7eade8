// Whether a report waits for a person's word before it may become a candidate. Pure.
import { formatOrderId, type TipName } from "../model/names.ts";
import type { ApprovalFact, RejectionFact, Report } from "../model/records.ts";
import { type ForeignContext, unmergedWithin } from "./foreign-reports.ts";

export interface Approval {
  /** Why it waits; absent: it may become a candidate. */
  readonly doubt?: string;
  /** A person said that a merge without a change is right. */
  readonly allowsNoChange: boolean;
  /** What a person said of exactly this commit. */
  readonly given?: ApprovalFact;
}

/** A person's no to exactly this report, unless a later word approved it. */
export function rejectionOf(report: Report, { rejections, approvals }: ApprovalContext): RejectionFact | undefined {
  const id = formatOrderId(report.id);
  const rejection = rejections.get(id);
  const approval = approvals.get(id);
  if (rejection?.commit !== report.commit) return undefined;
  return approval?.commit === report.commit && approval.atMs > rejection.atMs ? undefined : rejection;
}

export interface ApprovalContext extends ForeignContext {
  readonly approvals: ReadonlyMap<string, ApprovalFact>;
  readonly rejections: ReadonlyMap<string, RejectionFact>;
}

/** An approval stands for exactly the reported commit. */
export function approvalOf(report: Report, target: TipName, context: ApprovalContext): Approval {
  const given = context.approvals.get(formatOrderId(report.id));
  if (given?.commit === report.commit) return { allowsNoChange: given.noChange, given };
  const doubt = doubtOf(report, target, context);
  return { allowsNoChange: false, ...(doubt !== undefined && { doubt }) };
}

/** How the supervisor marks a report whose agent asked something: nothing is merged before a person spoke. */
export const question = "needs you: ";

function doubtOf(report: Report, target: TipName, context: ApprovalContext): string | undefined {
  const other = unmergedWithin(report, target, context);
  const doubts = [
    // First: what begins like this is a question, and answered by words.
    report.note.startsWith(question) && report.note,
    report.protects && `it changes what is protected: ${namedPaths(report.protects)}`,
    ...(report.doubts ?? []),
    report.oneSided && "its resolution drops what one side changed",
    other !== undefined && `it contains ${other}, a report that is not merged`,
  ].filter((doubt) => typeof doubt === "string");
  // An approval stands for the commit, so it must be told all that is to be approved.
  return doubts.length === 0 ? undefined : doubts.join("; ");
}

/** Paths that a sentence names. */
const named = 10;

export function namedPaths(paths: readonly string[]): string {
  const shown = paths.slice(0, named).join(", ");
  return paths.length > named ? `${shown} and ${paths.length - named} more` : shown;
}
