// The five marks and what they look like. Pure.
import type { Mark } from "../model/event.ts";
import { type Span, span, type Tone } from "./lines.ts";

const looks: Record<Mark, { readonly sign: string; readonly tone: Tone }> = {
  done: { sign: "✓", tone: "good" },
  going: { sign: "→", tone: "going" },
  waiting: { sign: "·", tone: "dim" },
  trouble: { sign: "!", tone: "bad" },
  person: { sign: "?", tone: "warn" },
};

export function markSpan(mark: Mark): Span {
  return span(looks[mark].sign, looks[mark].tone);
}

export function toneOf(mark: Mark): Tone {
  return looks[mark].tone;
}
