// An error as a person reads it: what happened, where, and the next command. A stack only on request. Pure.
import { CrewError } from "../errors.ts";
import { cleanLines } from "./clean.ts";
import { type Line, renderLines, span, type TextFormat, whole, wrapped } from "./lines.ts";

export interface ErrorTextOptions extends TextFormat {
  /** Adds the stack and every cause. */
  readonly verbose: boolean;
}

export function errorText(error: unknown, options: ErrorTextOptions): string {
  const isInternal = !(error instanceof CrewError) || error.code === "internal";
  const shown = error instanceof CrewError ? error : undefined;
  const lines = [
    ...messageLines(messageOf(error), isInternal),
    ...(shown?.at === undefined || messageOf(error).includes(shown.at) ? [] : [whole("  at ", shown.at)]),
    ...(shown?.hint === undefined || isInternal ? [] : hintLines(shown.hint)),
    ...(isInternal ? [blame(options.verbose)] : []),
    ...(options.verbose ? traceLines(error) : []),
  ];
  return renderLines(lines, options);
}

/** The first line wraps; what follows was laid out by whoever wrote it (a line of the file, a caret, git's own words). */
function messageLines(message: string, isInternal: boolean): readonly Line[] {
  const [first = "", ...rest] = cleanLines(message);
  const lead = isInternal ? `crew failed, by its own fault: ${first}` : first;
  return [wrapped(2, span("! ", "bad"), lead), ...rest.map((each) => whole("  ", each))];
}

function hintLines(hint: string): readonly Line[] {
  return cleanLines(hint).map((each) => whole("  ", each));
}

function blame(isVerbose: boolean): Line {
  const what = isVerbose ? "what stands here" : "what the same command prints with --verbose";
  return wrapped(2, "  ", `Please report it: the command, the output of crew version, and ${what}.`);
}

function traceLines(error: unknown): readonly Line[] {
  const lines: Line[] = [];
  const seen = new Set<unknown>();
  for (let each = error; each !== undefined && !seen.has(each); each = each instanceof Error ? each.cause : undefined) {
    const trace = each instanceof Error ? (each.stack ?? each.message) : String(each);
    const lead = seen.size === 0 ? [] : [whole(span("  caused by", "dim"))];
    lines.push(...lead, ...cleanLines(trace).map((text) => whole("  ", span(text, "dim"))));
    seen.add(each);
  }
  return lines;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
