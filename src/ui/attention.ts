// What needs a person, and what could not be done: reason first, then the commands to type, each whole on its own line. Pure.

import type { Attention } from "../model/attention.ts";
import type { EndEvent, EventError, FailureState, Mark } from "../model/event.ts";
import { cleanLines } from "./clean.ts";
import { durationText } from "./duration.ts";
import { blank, type Line, line, renderLines, span, type TextFormat, whole, wrapped } from "./lines.ts";
import { markSpan } from "./marks.ts";

export { errorText } from "./error-text.ts";

/** Under the heading "Needs you"; nothing where nobody is needed. */
export function attentionLines(attention: readonly Attention[]): readonly Line[] {
  if (attention.length === 0) return [];
  return [line(span("Needs you", "bold")), ...attention.flatMap(attentionEntry)];
}

function attentionEntry({ kind, reason, commands }: Attention): readonly Line[] {
  const mark = markSpan(attentionMark(kind));
  return [
    wrapped(4, { ...mark, text: `  ${mark.text} ` }, reason),
    ...commands.map((command) => whole("      ", command)),
  ];
}

export function attentionMark(kind: Attention["kind"]): Mark {
  return kind === "blocked" || kind === "up-blocked" ? "trouble" : "person";
}

/** Under the heading "Not done": what failed, how often, when it is tried again, and what to do. */
function failureLines(failures: readonly FailureState[], nowMs: number): readonly Line[] {
  if (failures.length === 0) return [];
  return [line(span("Not done", "bold")), ...failures.flatMap((failure) => failureEntry(failure, nowMs))];
}

function failureEntry({ text, error, tries, nextAtMs }: FailureState, nowMs: number): readonly Line[] {
  const times = tries === 1 ? "once" : `${tries} times`;
  const again = nextAtMs > nowMs ? `, next in ${durationText(nextAtMs - nowMs + 999)}` : "";
  // What follows the first line was laid out by whoever wrote it.
  const [first = "", ...rest] = cleanLines(error.message);
  return [
    wrapped(4, span("  ! ", "bad"), `${text}: ${first} (tried ${times}${again})`),
    ...rest.map((each) => whole("    ", each)),
    ...hintLines(error),
  ];
}

function hintLines({ hint, at }: Pick<EventError, "hint" | "at">): readonly Line[] {
  return [
    ...(at === undefined ? [] : [whole("      at ", at)]),
    ...(hint === undefined ? [] : [whole("      ", hint)]),
  ];
}

/** How driving ended, with everything that a person should know: what `up` prints last. */
export function endText(end: EndEvent, format: TextFormat): string {
  return renderLines(endLines(end), format);
}

export function endLines(end: EndEvent): readonly Line[] {
  const sections = [failureLines(end.failures, end.at), attentionLines(end.attention)].filter(
    (each) => each.length > 0,
  );
  return [...sections.flatMap((section) => [blank, ...section]), ...(sections.length > 0 ? [blank] : []), endLine(end)];
}

function endLine({ outlook, epic, failures }: EndEvent): Line {
  const count = epic === undefined || epic.total === 0 ? "" : ` ${epic.done}/${epic.total} beads, ${epic.percent} %.`;
  switch (outlook) {
    case "complete":
      return line(markSpan("done"), span(" Landed and closed.", "bold"), span(count, "dim"));
    case "landable":
      return line(markSpan("done"), span(" All merged. Next: crew land", "bold"), span(count, "dim"));
    case "proposed":
      return line(
        markSpan("done"),
        span(" All merged, pull request open. Once it is merged: crew land", "bold"),
        span(count, "dim"),
      );
    case "settled": {
      const words = failures.length > 0 ? " Settled: not everything could be done." : " Settled: a person is needed.";
      return line(markSpan("person"), span(words, "bold"), span(count, "dim"));
    }
    case "stopped":
    case "working":
      return line(markSpan("waiting"), span(" Stopped. crew up goes on.", "bold"), span(count, "dim"));
  }
}
