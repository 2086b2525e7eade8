// Lines made of toned spans, rendered for a width, with or without colour. The one place where text meets escape
// codes: every span is cleaned, then measured, then painted.
import { cellsOf, cut, wrap } from "./cells.ts";
import { clean } from "./clean.ts";

export type Tone = "plain" | "bold" | "dim" | "good" | "going" | "warn" | "bad";

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export interface Line {
  readonly spans: readonly Span[];
  /** What happens to a line that is too long. `whole`: nothing (commands to type). `wrap`: goes on under the hang. */
  readonly fit: "cut" | "wrap" | "whole";
  /** Cells that the lines after the first are indented by. */
  readonly hang: number;
}

export interface TextFormat {
  /** Cells; Infinity where nothing shall be cut or wrapped. */
  readonly width: number;
  readonly color: boolean;
}

export function renderLines(lines: readonly Line[], format: TextFormat): string {
  return lines.map((line) => `${renderLine(line, format).join("\n")}\n`).join("");
}

/** One line, or several where it wraps. */
export function renderLine(line: Line, { width, color }: TextFormat): readonly string[] {
  const spans = line.spans.map((part) => ({ ...part, text: clean(part.text) }));
  switch (line.fit) {
    case "whole":
      return [paint(spans, color)];
    case "cut":
      return [paint(cutSpans(spans, width), color)];
    case "wrap":
      return wrapSpans(spans, { width, hang: line.hang }).map((each) => paint(each, color));
  }
}

export function span(text: string, tone: Tone = "plain"): Span {
  return { text, tone };
}

export function line(...spans: readonly (Span | string)[]): Line {
  return { spans: spans.map(asSpan), fit: "cut", hang: 0 };
}

export function wrapped(hang: number, ...spans: readonly (Span | string)[]): Line {
  return { spans: spans.map(asSpan), fit: "wrap", hang };
}

/** Never cut: a command that is to be typed. */
export function whole(...spans: readonly (Span | string)[]): Line {
  return { spans: spans.map(asSpan), fit: "whole", hang: 0 };
}

export const blank: Line = line();

function asSpan(part: Span | string): Span {
  return typeof part === "string" ? span(part) : part;
}

function cutSpans(spans: readonly Span[], width: number): readonly Span[] {
  const total = spans.reduce((sum, { text }) => sum + cellsOf(text), 0);
  if (total <= width) return spans;
  const kept: Span[] = [];
  let left = width;
  for (const part of spans) {
    const cells = cellsOf(part.text);
    // What follows a full line is cut too, so the last cell is kept for the sign of it.
    const text = cells < left ? part.text : cut(`${part.text}  `, left);
    kept.push({ ...part, text });
    if (cells >= left) break;
    left -= cells;
  }
  return kept;
}

/** Breaks between words; the tone of a word is that of the span it began in. */
function wrapSpans(
  spans: readonly Span[],
  { width, hang }: { readonly width: number; readonly hang: number },
): readonly (readonly Span[])[] {
  const [first, ...rest] = spans;
  if (!first) return [[]];
  const text = rest.map((part) => part.text).join("");
  const tone = rest[0]?.tone ?? "plain";
  const lines = wrap(text, Math.max(20, width - hang));
  return lines.map((words, i) => [i === 0 ? first : span(" ".repeat(hang)), span(words, tone)]);
}

const codes: Record<Exclude<Tone, "plain">, string> = {
  bold: "1",
  dim: "2",
  good: "32",
  going: "36",
  warn: "33",
  bad: "31",
};

function paint(spans: readonly Span[], color: boolean): string {
  const painted = spans.map(({ text, tone }) =>
    color && tone !== "plain" && text.trim() !== "" ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text,
  );
  return painted.join("").trimEnd();
}
