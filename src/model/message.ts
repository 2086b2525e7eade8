// What people say to agents at work. Plain data.

/** What a person tells a role's agent, once: in the order in hand, or with the role's next one. */
export interface MessageFact {
  readonly role: string;
  readonly words: string;
  /** The turn at work is cut short for it. */
  readonly isUrgent: boolean;
  readonly atMs: number;
}

export type Hearing = "at once" | "at its next tool call" | "at its next turn";

/** Bytes of words that a program puts before its model beside a tool's result; as in 76-heard.sh. */
const besideResultAtMost = 8000;

/** When an agent at work hears it, as its supervisor tells of the order in hand. A program that has no tool to call any more hears it at its next turn. */
export function hearing(
  { words, isUrgent }: Pick<MessageFact, "words" | "isUrgent">,
  status: { readonly hearsAtTools?: true } | undefined,
): Hearing {
  if (isUrgent) return "at once";
  const isShort = Buffer.byteLength(`${words.trimEnd()}\n`) <= besideResultAtMost;
  return status?.hearsAtTools && isShort ? "at its next tool call" : "at its next turn";
}
