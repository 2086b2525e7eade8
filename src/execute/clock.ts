// The machine's clock behind the clock port. The only place besides main and ui that asks for the time or sets a timer.
import { setTimeout as delay, setImmediate } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";

/** Lets everything else that waits have its turn: what is written to a socket goes out, and what has come is read. */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
};
