// Who writes to a tracker, and when. Plain data.

export interface Stamp {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: string;
}
