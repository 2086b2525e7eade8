// How the work on one subject stands after its latest order: at work, merging, to be answered, or waiting for a person.
// Pure. The same rules for a bead and for a role's move upward.
import type { Order, Report, RetryFact } from "../model/records.ts";
import { failureWords } from "./answer-words.ts";
import {
  type Answer,
  answerConflict,
  answerDoubt,
  answerRed,
  answerRejection,
  answerUnmerged,
  at,
  type GivenAnswer,
  type Judging,
  personsCommit,
} from "./answers.ts";
import { approvalOf, rejectionOf } from "./approval.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import { lateDoubt } from "./late-doubts.ts";
import type { Work, WorkContext } from "./subject.ts";

export type WorkState =
  | { readonly kind: "none" }
  | { readonly kind: "working"; readonly order: Order }
  | { readonly kind: "merging"; readonly candidate: Candidate; readonly report?: Report }
  | { readonly kind: "answering"; readonly answer: Answer; readonly attempt: number }
  | { readonly kind: "approval"; readonly reason: string; readonly report: Report; readonly noChange: boolean }
  | {
      readonly kind: "blocked";
      readonly reason: string;
      readonly report?: Report;
      readonly gates?: readonly string[];
    };

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

function judgeCandidate(judging: Judging, context: WorkContext): Judgement {
  const { work, source, order, report, retry } = judging;
  const merging = work.merge(source);
  const rejection = report && rejectionOf(report, context);
  if (order && rejection) return answer(answerRejection({ judging, order, words: rejection.words }, context));
  const approval = report && approvalOf(report, merging.target, context);
  if (report && order && approval?.doubt !== undefined) {
    if (!retry) return { kind: "approval", report, noChange: false, reason: approval.doubt };
    return answer(answerDoubt({ judging, order, doubt: approval.doubt }, context));
  }
  const merge = { ...merging, ...(approval?.allowsNoChange && { noChange: true }) };
  const candidate = candidateOf(merge, { ...context, ...(retry && { retriedAtMs: retry.atMs }) });
  if (!candidate) return { kind: "none" };
  const late = report && lateDoubt({ report, candidate, given: approval?.given }, context);
  if (report && order && late !== undefined) {
    if (!retry) return { kind: "approval", report, noChange: false, reason: late };
    return answer(answerDoubt({ judging, order, doubt: late }, context));
  }
  const isAlone = approval?.given?.entries !== undefined || (context.crew.review === "bead" && !approval?.given);
  switch (candidate.state) {
    case "untried":
    case "pending":
    case "setup-failed":
    case "green":
      return { kind: "merging", candidate: { ...candidate, ...(isAlone && { isAlone }) }, ...(report && { report }) };
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
  if (answer.counts && used >= work.maxAttempts) {
    const { cause: reason, gates } = answer;
    return { kind: "blocked", reason, ...(report && { report }), ...(gates && { gates }) };
  }
  return { kind: "answering", answer, attempt: (orders.at(-1)?.id.attempt ?? 0) + 1 };
}

function withHint(answer: Answer, retry: RetryFact | undefined): Answer {
  if (!retry || retry.words === "") return answer;
  return { ...answer, words: [`A person says: ${retry.words}`, answer.words].filter(Boolean).join("\n\n") };
}

function answer(given: GivenAnswer): Judgement {
  return { kind: "answer", answer: { counts: true, ...given } };
}
