// What is wrong with a crew file, and where. Collects and sorts; finds nothing itself.
import { type LineStarts, positionAt } from "./lines.ts";
import type { Span } from "./tree.ts";

/** One mistake, as people and programs read it. */
export interface Problem {
  /** The path as it was given: the crew file's, or that of a file which it names. */
  readonly file: string;
  /** Where it is such a file: how the crew file calls it, and the line that is meant. */
  readonly source?: { readonly name: string; readonly line: string };
  /** 1 and up. */
  readonly line: number;
  /** 1 and up, in UTF-16 units, as editors count. */
  readonly column: number;
  /** UTF-16 units from the column on, within the text; 0 for a mere position. */
  readonly length: number;
  readonly message: string;
  /** What may stand there. */
  readonly allowed?: string;
  /** What was probably meant, to be typed as it is. */
  readonly suggestion?: string;
}

export interface Help {
  readonly allowed?: string | undefined;
  readonly suggestion?: string | undefined;
}

/** A mistake at a place in the text, before lines are counted. */
export interface Finding extends Help {
  readonly at: Span;
  readonly message: string;
  /** The file whose place that is, where it is one that the crew file names. */
  readonly in?: TextFile;
}

export interface TextFile {
  /** Absolute. */
  readonly file: string;
  /** As the crew file has it. */
  readonly name: string;
  readonly text: string;
  readonly lines: LineStarts;
}

export type Report = (at: Span, message: string, help?: Help) => void;

/** Findings in the order of the file, each once; those in files that it names come last. */
export function problemsOf(
  findings: readonly Finding[],
  source: { readonly file: string; readonly text: string; readonly lines: LineStarts },
): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  const order = (a: Finding, b: Finding) => a.at.start - b.at.start || a.at.end - b.at.end;
  const isOwn = (finding: Finding) => finding.in === undefined;
  const own = findings.filter(isOwn).toSorted(order);
  for (const finding of [...own, ...findings.filter((each) => !isOwn(each)).toSorted(order)]) {
    const key = `${finding.in?.file}:${finding.at.start}:${finding.message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    problems.push(problemOf(finding, source));
  }
  return problems;
}

function problemOf(
  finding: Finding,
  source: { readonly file: string; readonly text: string; readonly lines: LineStarts },
): Problem {
  const { file, text, lines } = finding.in ?? source;
  const start = Math.min(Math.max(finding.at.start, 0), text.length);
  const end = Math.min(Math.max(finding.at.end, start), text.length);
  const { line, column } = positionAt(lines, start);
  return {
    file,
    ...(finding.in && { source: { name: finding.in.name, line: text.split("\n")[line - 1] ?? "" } }),
    line,
    column,
    length: end - start,
    message: finding.message,
    ...(finding.allowed === undefined ? {} : { allowed: finding.allowed }),
    ...(finding.suggestion === undefined ? {} : { suggestion: finding.suggestion }),
  };
}
