// `crew doctor`: what is there, then each finding with the command that mends it. Pure.
import type { Finding } from "../model/health.ts";
import { cleanLines } from "./clean.ts";
import { type Line, line, renderLines, span, type TextFormat, whole, wrapped } from "./lines.ts";
import { markSpan } from "./marks.ts";

export interface Diagnosis {
  /** What was looked at and is there, one line each. */
  readonly seen: readonly string[];
  readonly findings: readonly Finding[];
}

export function doctorText({ seen, findings }: Diagnosis, format: TextFormat): string {
  const end = findings.length === 1 ? "1 finding." : `${findings.length} findings.`;
  const lines = [
    ...seen.map((each) => line(markSpan("done"), ` ${each}`)),
    ...findings.flatMap(findingLines),
    findings.length === 0 ? line(markSpan("done"), " Nothing is wrong.") : line(markSpan("person"), ` ${end}`),
  ];
  return renderLines(lines, format);
}

/** Lines after the first were laid out by whoever wrote them: a line of the file, a caret. */
function findingLines({ reason, commands }: Finding): readonly Line[] {
  const [first = "", ...more] = cleanLines(reason);
  return [
    wrapped(2, span("! ", "bad"), first),
    ...more.map((each) => whole("  ", each)),
    ...commands.map((command) => whole("    ", command)),
  ];
}
