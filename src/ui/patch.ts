// A patch for a terminal: coloured like git does, and without anything that the terminal would obey. Pure.
import { cleanLines } from "./clean.ts";
import { type Line, renderLines, type Span, span, type TextFormat } from "./lines.ts";

export function patchText(patch: string, format: TextFormat): string {
  const lines = cleanLines(patch.replace(/\n$/, "")).map(
    (text): Line => ({ spans: [toned(text)], fit: "whole", hang: 0 }),
  );
  return renderLines(lines, format);
}

function toned(text: string): Span {
  if (/^(diff |index |--- |\+\+\+ |rename |similarity |new file|deleted file|old mode|new mode)/.test(text)) {
    return span(text, "bold");
  }
  if (text.startsWith("@@")) return span(text, "dim");
  if (text.startsWith("+")) return span(text, "good");
  return text.startsWith("-") ? span(text, "bad") : span(text);
}
