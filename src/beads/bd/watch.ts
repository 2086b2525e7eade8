// Tells when people's bd has written, from the workspace's files alone. Starts no program and holds nothing open.
import type { Clock } from "../../ports/clock.ts";
import { fingerprint, isEqual } from "./fingerprint.ts";

export interface Watching {
  readonly beadsDir: string;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

/** Ends when the signal aborts. Where no file tells (a server), it never calls: then the driver's own looks find out. */
export async function watchBeads({ beadsDir, clock, onChange, signal }: Watching): Promise<void> {
  let seen = fingerprint(beadsDir);
  while (!signal.aborted) {
    await clock.sleep(lookMs, signal);
    const now = fingerprint(beadsDir);
    if (!isEqual(now, seen) && !signal.aborted) onChange();
    seen = now;
  }
}

/** A few small reads, no process. */
const lookMs = 1000;
