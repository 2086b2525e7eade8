// What is wrong with a crew file, and where. Collects and sorts; finds nothing itself.
import { type LineStarts, positionAt } from "./lines.ts";
import type { Span } from "./tree.ts";

/** One mistake, as people and programs read it. */
export interface Problem {
  /** The crew file's path as it was given. */
  readonly file: string;
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
}

export type Report = (at: Span, message: string, help?: Help) => void;

/** Findings in the order of the file, each once. */
export function problemsOf(
  findings: readonly Finding[],
  source: { readonly file: string; readonly text: string; readonly lines: LineStarts },
): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const finding of findings.toSorted((a, b) => a.at.start - b.at.start || a.at.end - b.at.end)) {
    const key = `${finding.at.start}:${finding.message}`;
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
  const start = Math.min(Math.max(finding.at.start, 0), source.text.length);
  const end = Math.min(Math.max(finding.at.end, start), source.text.length);
  const { line, column } = positionAt(source.lines, start);
  return {
    file: source.file,
    line,
    column,
    length: end - start,
    message: finding.message,
    ...(finding.allowed === undefined ? {} : { allowed: finding.allowed }),
    ...(finding.suggestion === undefined ? {} : { suggestion: finding.suggestion }),
  };
}
