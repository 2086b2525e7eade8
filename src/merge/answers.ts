// The next order after a report that is not merged as it is: where it begins, why, and what the agent is told. Pure.
import type { Oid } from "../model/names.ts";
import type { GateCommit } from "../model/plan.ts";
import type { Order, OrderKind, Report, RetryFact } from "../model/records.ts";
import type { VisibleBranch } from "../model/world.ts";
import { conflictWords, failureWords, gateWords } from "./answer-words.ts";
import { question } from "./approval.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import type { Work, WorkContext } from "./subject.ts";

/** The next order, as far as the work itself decides it. */
export interface Answer {
  readonly kind: OrderKind;
  readonly start: GateCommit;
  readonly merge?: Oid;
  readonly cause: string;
  readonly words: string;
  readonly counts: boolean;
}

export type GivenAnswer = Omit<Answer, "counts"> & { readonly counts?: boolean };

export interface Judging {
  readonly work: Work;
  readonly source: Oid;
  readonly order: Order | undefined;
  readonly report: Report | undefined;
  readonly retry: RetryFact | undefined;
}

interface Unmerged {
  readonly judging: Judging;
  readonly report: Report;
  readonly merge: Oid;
}

/** A merge that was not brought to its end begins again at the target: nobody has checked that what is there holds both sides. */
export function answerUnmerged({ judging, report, merge }: Unmerged, context: WorkContext): GivenAnswer {
  const { order, work } = judging;
  const start = at(targetOid(judging, context) ?? order?.start ?? merge);
  if (report.state === "withdrawn") {
    return { kind: "conflict", start, merge, cause: "it was withdrawn before", words: "", counts: false };
  }
  const kind = report.state === "refused" ? "refused" : "conflict";
  return {
    kind,
    start,
    merge,
    cause: report.note || `${work.subject} is not resolved yet`,
    words: failureWords(report),
  };
}

interface Rejected {
  readonly judging: Judging;
  readonly order: Order;
  readonly words: string;
}

/** Starts at the candidate that was rejected; a resolution that took one side only is done again from both. */
export function answerRejection({ judging, order, words }: Rejected, context: WorkContext): GivenAnswer {
  const { work, source, report } = judging;
  const given = { kind: "rejected", cause: `rejected: ${firstLine(words)}`, words: `A person says: ${words}` } as const;
  if (order.merge !== undefined && report?.oneSided === true) {
    return { ...given, start: at(targetOid(judging, context) ?? order.start), merge: order.merge };
  }
  const person = personsCommit(work.role, source, context.branches);
  if (person !== undefined) return { ...given, start: at(person) };
  return { ...given, start: candidateOf(work.merge(source), context)?.plan ?? at(source) };
}

function firstLine(words: string): string {
  return words.split("\n", 1)[0] ?? "";
}

interface Doubted {
  readonly judging: Judging;
  readonly order: Order;
  readonly doubt: string;
}

/** What a person does not take as it is begins again without it. */
export function answerDoubt({ judging, order, doubt }: Doubted, context: WorkContext): GivenAnswer {
  const cause = `retried: ${doubt}`;
  // The answer to a question goes on with the work that asked it, and costs no attempt.
  if (doubt.startsWith(question)) {
    return { kind: "retry", start: at(judging.source), cause: "its question is answered", words: "", counts: false };
  }
  if (order.merge === undefined) return { kind: "retry", start: at(order.start), cause, words: "" };
  const start = at(targetOid(judging, context) ?? order.start);
  return { kind: "conflict", start, merge: order.merge, cause, words: "" };
}

interface Answering {
  readonly work: Work;
  readonly source: Oid;
  readonly candidate: Candidate;
  readonly context: WorkContext;
}

/** The tip moving between a resolution and its merge is nobody's failure: that order costs no attempt. */
export function answerConflict({
  work,
  source,
  order,
  candidate,
  context,
}: Answering & { readonly order: Order | undefined }): Answer {
  const hasTipMoved = order?.merge !== undefined && order.start !== candidate.tip.oid;
  return {
    kind: "conflict",
    start: at(candidate.tip.oid),
    merge: personsCommit(work.role, source, context.branches) ?? source,
    cause: `conflicts with ${candidate.target} in ${candidate.paths.join(", ")}`,
    words: conflictWords(candidate),
    counts: !hasTipMoved,
  };
}

/** Starts at the failed candidate, whose tree is what failed; at a person's commit where one was made on top. */
export function answerRed({ work, source, candidate, context }: Answering): Answer {
  const red = candidate.checks.filter((check) => check.state === "red");
  const person = personsCommit(work.role, source, context.branches);
  return {
    kind: "mend",
    start: person === undefined ? (candidate.plan ?? at(source)) : at(person),
    cause: `gate ${red.map((check) => check.gate.name).join(", ")} is red with ${work.subject}`,
    words: gateWords(red),
    counts: true,
  };
}

/** A person's commits on the role's visible branch, made on top of exactly this report. */
export function personsCommit(
  role: string,
  report: Oid,
  branches: ReadonlyMap<string, VisibleBranch>,
): Oid | undefined {
  const branch = branches.get(role);
  return branch?.relation === "ahead" && branch.shown === report && branch.own.length > 0 ? branch.oid : undefined;
}

function targetOid({ work, source }: Judging, context: WorkContext): Oid | undefined {
  return context.tips.get(work.merge(source).target)?.oid;
}

export function at(oid: Oid): GateCommit {
  return { kind: "commit", oid };
}
