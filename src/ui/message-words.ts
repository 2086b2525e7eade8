// What a person told an agent, in a line. Pure.

import type { MessageFact } from "../model/message.ts";
import type { Operation } from "../model/plan.ts";
import { clean } from "./clean.ts";

/** Characters that a line of news has room for. */
const shown = 100;

export function wordsLine({ words }: Pick<MessageFact, "words">): string {
  const line = clean(words.replace(/\s+/g, " ").trim());
  return line.length > shown ? `${line.slice(0, shown - 1)}…` : line;
}

/** As a plan says it. */
export function tellWords({ order, message }: Extract<Operation, { kind: "mail.tell" }>): string {
  return `tell ${order.role}: ${wordsLine(message)}`;
}
