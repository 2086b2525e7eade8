// What the tracker's tests share: new beads, a clock that needs no waiting, and refusals as plain values.
import { setTimeout } from "node:timers/promises";
import { CrewError } from "../../src/errors.ts";
import type { NewBead } from "../../src/model/bead.ts";
import type { Clock } from "../../src/ports/clock.ts";

export function aBead(id: string, fields: Partial<NewBead> = {}): NewBead {
  return {
    id,
    title: `title of ${id}`,
    description: "",
    acceptance: "",
    type: "task",
    priority: 2,
    labels: [],
    metadata: {},
    ...fields,
  };
}

/** A clock that goes on by a millisecond each time it is asked; it waits for real. */
export function steppingClock(): Clock {
  let nowMs = Date.UTC(2026, 0, 1);
  return {
    nowMs: () => {
      nowMs += 1;
      return nowMs;
    },
    sleep: (ms) => setTimeout(ms),
  };
}

/** What the promise was refused with; fails the test if it was not, or not with a CrewError. */
export async function refusal(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CrewError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return { code: error.code, message: error.message, hint: error.hint };
}
