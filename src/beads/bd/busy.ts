// Another process has the database: it lets go soon. How often and how long every call waits for that.
import type { Clock } from "../../ports/clock.ts";

export const busyAttempts = 5;
const pauseMs = 500;

/** Longer after each attempt, the first being 1. */
export async function pauseAfter(
  attempt: number,
  clock: Clock,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  await clock.sleep(pauseMs * attempt, signal);
}
