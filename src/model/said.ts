// What agents say through their bd. Plain data.

/** One thing that an agent said about a bead: untrusted words, one line, control characters gone. */
export interface Said {
  readonly kind: SaidKind;
  /** As the agent named it; it may be no bead of the project. */
  readonly bead: string;
  /** Of a proposal: a JSON object with `title` and what else `bd create` was given. */
  readonly text: string;
}

/** `blocked` is a question; `close` is why the agent takes the bead for done; `proposal` is a bead that it wants. */
export const saidKinds = ["note", "blocked", "close", "proposal"] as const;
type SaidKind = (typeof saidKinds)[number];
