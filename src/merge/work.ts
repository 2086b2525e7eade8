// How the work on one subject stands after its latest order: at work, merging, to be answered, or waiting for a person.
// Pure. The same rules for a bead and for a role's move upward.
import type { Crew } from "../model/crew.ts";
import type { Oid, Subject } from "../model/names.ts";
import type { GateCommit } from "../model/plan.ts";
import type { Order, OrderKind, Report, RetryFact } from "../model/records.ts";
import type { VisibleBranch } from "../model/world.ts";
import { conflictWords, failureWords, gateWords } from "./answer-words.ts";
import { type ApprovalContext, approvalOf, question } from "./approval.ts";
import { type Candidate, type CandidateContext, candidateOf, type Merge } from "./candidate.ts";

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

/** The next order, as far as the work itself decides it. */
export interface Answer {
  readonly kind: OrderKind;
  readonly start: GateCommit;
  readonly merge?: Oid;
  readonly cause: string;
  readonly words: string;
  readonly counts: boolean;
}

export type WorkState =
  | { readonly kind: "none" }
  | { readonly kind: "working"; readonly order: Order }
  | { readonly kind: "merging"; readonly candidate: Candidate; readonly report?: Report }
  | { readonly kind: "answering"; readonly answer: Answer; readonly attempt: number }
  | { readonly kind: "approval"; readonly reason: string; readonly report: Report; readonly noChange: boolean }
  | { readonly kind: "blocked"; readonly reason: string; readonly report?: Report };

export interface WorkContext extends CandidateContext, ApprovalContext {
  readonly crew: Crew;
  readonly retries: ReadonlyMap<Subject, RetryFact>;
  readonly branches: ReadonlyMap<string, VisibleBranch>;
}

export function workState(work: Work, context: WorkContext): WorkState {
  const orders = context.history.orders(work.subject, work.round);
  const order = orders.at(-1);
  const report = order && context.history.reportOf(order);
  if (order && !report) return { kind: "working", order };
  const retry = pendingRetry(work, order, context);
  const source = report?.commit ?? work.source;
  if (source === undefined) return { kind: "none" };
  const judged = judge({ work, source, order, report, retry }, context);
  if (judged.kind !== "answer") return judged;
  return afterAttempts({ work, orders, report, answer: withHint(judged.answer, retry) }, context);
}

interface Judging {
  readonly work: Work;
  readonly source: Oid;
  readonly order: Order | undefined;
  readonly report: Report | undefined;
  readonly retry: RetryFact | undefined;
}

type Judgement = WorkState | { readonly kind: "answer"; readonly answer: Answer };

function judge(judging: Judging, context: WorkContext): Judgement {
  const { report, order, source, work } = judging;
  if (!report || !order || report.state === "done") return judgeCandidate(judging, context);
  const merge = order.merge;
  if (merge !== undefined) return answer(answerUnmerged({ judging, report, merge }, context));
  const start = personsCommit(work.role, source, context.branches) ?? source;
  switch (report.state) {
    case "failed":
    case "unresolved":
      return answer({ kind: "failed", start: at(start), cause: report.note, words: failureWords(report) });
    case "withdrawn":
      return answer({ kind: "retry", start: at(start), cause: "it was withdrawn before", words: "", counts: false });
    case "refused":
      return answer({ kind: "refused", start: at(order.start), cause: report.note, words: failureWords(report) });
  }
}

interface Unmerged {
  readonly judging: Judging;
  readonly report: Report;
  readonly merge: Oid;
}

/** A merge that was not brought to its end begins again at the target: nobody has checked that what is there holds both sides. */
function answerUnmerged({ judging, report, merge }: Unmerged, context: WorkContext): GivenAnswer {
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

function judgeCandidate(judging: Judging, context: WorkContext): Judgement {
  const { work, source, order, report, retry } = judging;
  const merging = work.merge(source);
  const approval = report && approvalOf(report, merging.target, context);
  if (report && order && approval?.doubt !== undefined) {
    if (!retry) return { kind: "approval", report, noChange: false, reason: approval.doubt };
    return answer(answerDoubt({ judging, order, doubt: approval.doubt }, context));
  }
  const merge = { ...merging, ...(approval?.allowsNoChange && { noChange: true }) };
  const candidate = candidateOf(merge, { ...context, ...(retry && { retriedAtMs: retry.atMs }) });
  if (!candidate) return { kind: "none" };
  switch (candidate.state) {
    case "untried":
    case "pending":
    case "setup-failed":
    case "green":
      return { kind: "merging", candidate, ...(report && { report }) };
    case "no-change":
      if (!report) return { kind: "none" };
      if (retry)
        return answer({ kind: "retry", start: at(source), cause: "retry after a report without a change", words: "" });
      return { kind: "approval", report, noChange: true, reason: "its report brings no change" };
    case "conflict":
      return answer(answerConflict({ work, source, order, candidate, context }));
    case "red":
      return answer(answerRed({ work, source, candidate, context }));
  }
}

interface Doubted {
  readonly judging: Judging;
  readonly order: Order;
  readonly doubt: string;
}

/** What a person does not take as it is begins again without it. */
function answerDoubt({ judging, order, doubt }: Doubted, context: WorkContext): GivenAnswer {
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
function answerConflict({
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
function answerRed({ work, source, candidate, context }: Answering): Answer {
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
function personsCommit(role: string, report: Oid, branches: ReadonlyMap<string, VisibleBranch>): Oid | undefined {
  const branch = branches.get(role);
  return branch?.relation === "ahead" && branch.shown === report && branch.own.length > 0 ? branch.oid : undefined;
}

function pendingRetry(work: Work, order: Order | undefined, context: WorkContext): RetryFact | undefined {
  const retry = context.retries.get(work.subject);
  return retry?.round === work.round && retry.attempt >= (order?.id.attempt ?? 0) ? retry : undefined;
}

interface Attempts {
  readonly work: Work;
  readonly orders: readonly Order[];
  readonly report: Report | undefined;
  readonly answer: Answer;
}

function afterAttempts({ work, orders, report, answer }: Attempts, context: WorkContext): WorkState {
  const retry = context.retries.get(work.subject);
  const since = retry?.round === work.round ? retry.attempt : 0;
  const used = orders.filter((order) => order.counts && order.id.attempt > since).length;
  if (answer.counts && used >= work.maxAttempts)
    return { kind: "blocked", reason: answer.cause, ...(report && { report }) };
  return { kind: "answering", answer, attempt: (orders.at(-1)?.id.attempt ?? 0) + 1 };
}

function withHint(answer: Answer, retry: RetryFact | undefined): Answer {
  if (!retry || retry.words === "") return answer;
  return { ...answer, words: [`A person says: ${retry.words}`, answer.words].filter(Boolean).join("\n\n") };
}

function targetOid({ work, source }: Judging, context: WorkContext): Oid | undefined {
  return context.tips.get(work.merge(source).target)?.oid;
}

function at(oid: Oid): GateCommit {
  return { kind: "commit", oid };
}

type GivenAnswer = Omit<Answer, "counts"> & { readonly counts?: boolean };

function answer(given: GivenAnswer): Judgement {
  return { kind: "answer", answer: { counts: true, ...given } };
}
