// Whether a resolution drops what one side changed: in a conflicting place, or in a file that merged by itself. Reads only.
import type { Oid } from "../model/names.ts";
import { isBeadsPath } from "./beads-folder.ts";
import { type Change, changesBetween } from "./changes.ts";
import type { Git } from "./git.ts";

export interface OneSidedQuestion {
  readonly git: Git;
  /** The resolution. */
  readonly commit: Oid;
  /** git's own merge of both sides, with its markers. */
  readonly marked: Oid;
  /** Where it has them. */
  readonly conflicting: readonly string[];
  /** What the resolution changes against each side. */
  readonly changes: readonly (readonly Change[])[];
}

/** Paths that are compared place by place at most; beyond, only whole files are. */
const comparedPaths = 100;

/** One file is enough: whoever takes one side of it on purpose has a person look at it. */
export async function isOneSided(question: OneSidedQuestion): Promise<boolean> {
  const { conflicting } = question;
  if (conflicting.length === 0) return false;
  const answers = await Promise.all([
    dropsMerged(question),
    ...conflicting.map(
      async (path, at) =>
        equalsOneSide(path, question.changes) || (at < comparedPaths && (await dropsOneSide(path, question))),
    ),
  ]);
  return answers.some(Boolean);
}

function equalsOneSide(path: string, changes: readonly (readonly Change[])[]): boolean {
  return changes.some((side) => side.every((change) => change.path !== path));
}

/** A file that git merged by itself is as one side has it, and not as merged. */
async function dropsMerged({ git, commit, marked, conflicting, changes }: OneSidedQuestion): Promise<boolean> {
  const among = new Set(conflicting);
  const other = await changesBetween(git, marked, commit);
  return other.some(({ path }) => !among.has(path) && !isBeadsPath(path) && equalsOneSide(path, changes));
}

/** Nothing of what only one side says in the marked places is there, and something of what the other does, if anything. */
async function dropsOneSide(path: string, { git, commit, marked }: OneSidedQuestion): Promise<boolean> {
  const [before, after] = await Promise.all([marked, commit].map((tree) => textAt(git, `${tree}:${path}`)));
  if (before === undefined || after === undefined) return false;
  const { ours, theirs, around } = markedWords(before);
  const result = new Set(linesOf(after).flatMap((line) => (around.has(line) ? [] : wordsOf(line))));
  const only = (words: ReadonlySet<string>, others: ReadonlySet<string>) =>
    [...words].filter((word) => !others.has(word));
  const [onlyOurs, onlyTheirs] = [only(ours, theirs), only(theirs, ours)];
  const has = (word: string) => result.has(word);
  const isDropped = (lost: readonly string[], kept: readonly string[]) =>
    lost.length > 0 && !lost.some(has) && (kept.length === 0 || kept.some(has));
  return isDropped(onlyOurs, onlyTheirs) || isDropped(onlyTheirs, onlyOurs);
}

async function textAt(git: Git, object: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.attempt(["cat-file", "blob", object]);
  return exitCode === 0 ? stdout.toString("utf8") : undefined;
}

interface Marked {
  /** Words that stand between git's markers, of the first side and of the second. */
  readonly ours: ReadonlySet<string>;
  readonly theirs: ReadonlySet<string>;
  /** Lines that stand outside. */
  readonly around: ReadonlySet<string>;
}

function markedWords(text: string): Marked {
  const [ours, theirs, around] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let side: ReadonlySet<string> = around;
  for (const line of linesOf(text)) {
    if (line.startsWith("<<<<<<< ")) side = ours;
    else if (line === "=======" && side === ours) side = theirs;
    else if (line.startsWith(">>>>>>> ")) side = around;
    else if (side === around) around.add(line);
    else for (const word of wordsOf(line)) (side === ours ? ours : theirs).add(word);
  }
  return { ours, theirs, around };
}

/** A line without any counts as one. */
function wordsOf(line: string): readonly string[] {
  return line === "" ? [] : (line.match(/[\p{L}\p{N}_]+/gu) ?? [line]);
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.trim());
}
