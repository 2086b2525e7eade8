// What people say to agents at work. Plain data.

/** What a person tells a role's agent, once: in the order in hand, or with the role's next one. */
export interface MessageFact {
  readonly role: string;
  readonly words: string;
  /** The turn at work is cut short for it. */
  readonly isUrgent: boolean;
  readonly atMs: number;
}
