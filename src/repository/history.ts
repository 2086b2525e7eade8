// Asks git about history: chains, ancestry, what one commit reaches and others do not. Commits never change, so every
// answer is kept. Changes nothing.
import { CrewError } from "../errors.ts";
import type { ChainCommit } from "../model/chain.ts";
import type { Oid } from "../model/names.ts";
import type { Git } from "./git.ts";
import { parseTrailers, subjectOf } from "./message.ts";

export interface TipHistory {
  readonly chain: readonly ChainCommit[];
  readonly reaches: ReadonlySet<Oid>;
}

export interface History {
  /** First-parent chain of `tip` since `start`, oldest first, and everything that `tip` reaches and `start` does not. */
  since(start: Oid, tip: Oid): Promise<TipHistory>;
  isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean>;
  /** Commits that `of` reaches and none of `without` does, newest first, at most `limit`. */
  own(of: Oid, without: readonly Oid[], limit: number): Promise<readonly Oid[]>;
}

/** Answers kept at most, of each kind; then all are forgotten. */
const keptAnswers = 2_000;
/** These hold every commit of a project, so there are fewer. */
const keptTips = 200;

export function historyOf(view: Git): History {
  return {
    since: remembered(keptTips, (start: Oid, tip: Oid) => readSince(view, start, tip)),
    isAncestor: remembered(keptAnswers, (ancestor: Oid, descendant: Oid) => askAncestor(view, ancestor, descendant)),
    own: remembered(keptAnswers, (of: Oid, without: readonly Oid[], limit: number) =>
      readOwn(view, of, without, limit),
    ),
  };
}

function remembered<A extends readonly unknown[], T>(limit: number, ask: (...args: A) => Promise<T>) {
  const answers = new Map<string, Promise<T>>();
  return (...args: A): Promise<T> => {
    const question = args.flat().join(" ");
    const known = answers.get(question);
    if (known) return known;
    if (answers.size >= limit) answers.clear();
    const answer = ask(...args);
    answers.set(question, answer);
    // An error is no answer.
    answer.catch(() => answers.delete(question));
    return answer;
  };
}

/** One NUL after each commit: a message cannot hold one. */
const logFormat = "--format=%H%n%T%n%P%n%ce%n%B%x00";

async function readSince(view: Git, start: Oid, tip: Oid): Promise<TipHistory> {
  if (start === tip) return { chain: [], reaches: new Set() };
  const args = ["log", "--no-color", "--no-decorate", "--no-notes", "--no-show-signature", logFormat];
  const output = await view.text([...args, "--end-of-options", tip, `^${start}`]);
  const commits = new Map<Oid, ChainCommit>();
  for (const record of output.split("\0\n")) {
    const [oid, tree, parents, committer, ...message] = record.split("\n");
    if (!oid || !tree) continue;
    commits.set(oid, chainCommit({ oid, tree, parents: parents ?? "", committer, message: message.join("\n") }));
  }
  const chain: ChainCommit[] = [];
  for (let at = commits.get(tip); at; at = commits.get(at.parents[0] ?? "")) chain.unshift(at);
  return { chain, reaches: new Set(commits.keys()) };
}

interface LogRecord {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: string;
  readonly committer: string | undefined;
  readonly message: string;
}

function chainCommit({ oid, tree, parents, committer, message }: LogRecord): ChainCommit {
  const base = { oid, tree, parents: parents.split(" ").filter(Boolean), subject: subjectOf(message) };
  // What others wrote says nothing, whatever their messages look like.
  return committer === "crew@crew.invalid" ? { ...base, ...parseTrailers(message) } : { ...base, gates: [] };
}

export async function askAncestor(view: Git, ancestor: Oid, descendant: Oid): Promise<boolean> {
  if (ancestor === descendant) return true;
  const args = ["merge-base", "--is-ancestor", "--end-of-options", ancestor, descendant];
  const { exitCode, stderr } = await view.attempt(args);
  if (exitCode <= 1) return exitCode === 0;
  throw new CrewError("failed", `git cannot compare ${ancestor} with ${descendant}: ${stderr.trim()}`);
}

async function readOwn(view: Git, of: Oid, without: readonly Oid[], limit: number): Promise<readonly Oid[]> {
  const stdin = [of, ...without.map((oid) => `^${oid}`)].join("\n");
  const output = await view.text(["rev-list", `--max-count=${limit}`, "--stdin"], { stdin: `${stdin}\n` });
  return output.split("\n").filter(Boolean);
}
