// The next order after a report that is not merged as it is: where it begins, why, and what the agent is told. Pure.
import type { Oid } from "../model/names.ts";
import type { GateCommit } from "../model/plan.ts";
import type { Order, OrderKind, Report, RetryFact } from "../model/records.ts";
import type { VisibleBranch } from "../model/world.ts";
import { conflictWords, failureWords, gateWords } from "./answer-words.ts";
import { question } from "./approval.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import { lastWithout, unmergedWithin } from "./foreign-reports.ts";
import type { Work, WorkContext } from "./subject.ts";
import { type GateCheck, isTimeOut, timeOutWords } from "./verdicts.ts";

/** The next order, as far as the work itself decides it. */
export interface Answer {
  readonly kind: OrderKind;
  readonly start: GateCommit;
  readonly merge?: Oid;
  readonly cause: string;
  readonly words: string;
  readonly counts: boolean;
  /** The red gates that it is about. */
  readonly gates?: readonly string[];
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

/**
 * Starts at the candidate that was rejected; a resolution that took one side only is done again from both, and what
 * contains another bead's report is begun again without it.
 */
export function answerRejection({ judging, order, words }: Rejected, context: WorkContext): GivenAnswer {
  const { work, source, report } = judging;
  const given = { kind: "rejected", cause: `rejected: ${firstLine(words)}`, words: `A person says: ${words}` } as const;
  const without = beginWithout({ judging, order }, context);
  if (without) return { ...given, ...without, words: `${given.words}\n\n${without.words}` };
  if (order.merge !== undefined && report?.oneSided === true) {
    return { ...given, ...bothSides({ judging, order, merge: order.merge }, context) };
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
  if (doubt.startsWith(question)) return answerQuestion({ judging, order }, context);
  const without = beginWithout({ judging, order }, context);
  if (without) return { kind: without.merge === undefined ? "retry" : "conflict", cause, ...without };
  if (order.merge === undefined) return { kind: "retry", start: at(order.start), cause, words: "" };
  return { kind: "conflict", ...bothSides({ judging, order, merge: order.merge }, context), cause, words: "" };
}

/**
 * Goes on with the work that asked, and costs no attempt. A resolution that took one side is done again from both: only an
 * order that merges them is held against both.
 */
function answerQuestion({ judging, order }: Omit<Doubted, "doubt">, context: WorkContext): GivenAnswer {
  const answered = { cause: "its question is answered", words: "", counts: false } as const;
  if (order.merge === undefined || judging.report?.oneSided !== true) {
    return { kind: "retry", start: at(judging.source), ...answered };
  }
  return { kind: "conflict", ...bothSides({ judging, order, merge: order.merge }, context), ...answered };
}

/** Undefined where the report contains no other's: only a start before them is ever rid of them. */
function beginWithout(
  { judging, order }: Omit<Doubted, "doubt">,
  context: WorkContext,
): Pick<Answer, "start" | "merge" | "words"> | undefined {
  const { report, work, source } = judging;
  const { target } = work.merge(source);
  const other = report && unmergedWithin(report, target, context);
  const begun = other === undefined ? undefined : lastWithout(order, target, context);
  if (other === undefined || begun === undefined) return undefined;
  const words = `Your last report contained ${other}, another bead's work that is not merged. You begin again without it.`;
  if (begun.merge === undefined) return { start: at(begun.start), words };
  return { start: at(targetOid(judging, context) ?? begun.start), merge: begun.merge, words };
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
    cause: `gate ${red.map(redWords).join(", ")} is red with ${work.subject}`,
    words: gateWords(red),
    counts: true,
    gates: red.map((check) => check.gate.name),
  };
}

/** Of one that ran out of time nothing else may tell it: its output ends as that of one that works. */
function redWords({ gate, verdict }: GateCheck): string {
  return verdict && isTimeOut(verdict) ? `${gate.name} (${timeOutWords(gate.timeoutMs)})` : gate.name;
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

/** The merge begun again, at the target as it is now. */
function bothSides(
  { judging, order, merge }: Omit<Doubted, "doubt"> & { readonly merge: Oid },
  context: WorkContext,
): Pick<Answer, "start" | "merge"> {
  return { start: at(targetOid(judging, context) ?? order.start), merge };
}

function targetOid({ work, source }: Judging, context: WorkContext): Oid | undefined {
  return context.tips.get(work.merge(source).target)?.oid;
}

export function at(oid: Oid): GateCommit {
  return { kind: "commit", oid };
}
