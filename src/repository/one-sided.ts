// Whether a resolution took one side in every conflicting place and dropped what the other side had there. Reads only.
import type { Oid } from "../model/names.ts";
import type { Change } from "./changes.ts";
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

export async function isOneSided(question: OneSidedQuestion): Promise<boolean> {
  const { conflicting } = question;
  if (conflicting.length === 0) return false;
  const answers = await Promise.all(
    conflicting.map(
      async (path, at) =>
        equalsOneSide(path, question.changes) || (at < comparedPaths && (await dropsOneSide(path, question))),
    ),
  );
  return answers.every(Boolean);
}

function equalsOneSide(path: string, changes: readonly (readonly Change[])[]): boolean {
  return changes.some((side) => side.every((change) => change.path !== path));
}

/** All that one side has in the marked places is there, and nothing of what only the other has. */
async function dropsOneSide(path: string, { git, commit, marked }: OneSidedQuestion): Promise<boolean> {
  const [before, after] = await Promise.all([marked, commit].map((tree) => textAt(git, `${tree}:${path}`)));
  if (before === undefined || after === undefined) return false;
  const [ours, theirs] = markedLines(before);
  const result = new Set(linesOf(after));
  const only = (lines: ReadonlySet<string>, others: ReadonlySet<string>) =>
    [...lines].filter((line) => !others.has(line));
  const [onlyOurs, onlyTheirs] = [only(ours, theirs), only(theirs, ours)];
  const has = (line: string) => result.has(line);
  const isDropped = (lost: readonly string[], kept: readonly string[]) =>
    lost.length > 0 && !lost.some(has) && kept.every(has);
  return isDropped(onlyOurs, onlyTheirs) || isDropped(onlyTheirs, onlyOurs);
}

async function textAt(git: Git, object: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.attempt(["cat-file", "blob", object]);
  return exitCode === 0 ? stdout.toString("utf8") : undefined;
}

/** What stands between git's markers, without blank lines: the first side's lines, and the second's. */
function markedLines(text: string): readonly [ReadonlySet<string>, ReadonlySet<string>] {
  const sides = [new Set<string>(), new Set<string>()] as const;
  let side: 0 | 1 | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("<<<<<<< ")) side = 0;
    else if (line === "=======" && side === 0) side = 1;
    else if (line.startsWith(">>>>>>> ")) side = undefined;
    else if (side !== undefined && line.trim() !== "") sides[side].add(line.trim());
  }
  return sides;
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.trim());
}
