// Operations that failed: when each is tried again, and which of them only a person can help.
import type { CrewError } from "../errors.ts";
import type { Operation } from "../model/plan.ts";
import { isLostRace } from "./pass.ts";
import type { Walked } from "./walk.ts";

const firstDelayMs = 1000;
const longestDelayMs = 30_000;
/** After so many tries in a row an operation no longer keeps `up` from ending. */
const triesBeforeGivingUp = 4;

export interface Failure {
  readonly operation: Operation;
  readonly error: CrewError;
  readonly tries: number;
  readonly nextAtMs: number;
}

export type Failures = ReadonlyMap<string, Failure>;

/** What is known after a walk: done operations are forgotten, failed ones put off, each time twice as long. */
export function afterWalk(before: Failures, walked: Walked, nowMs: number): Failures {
  const after = new Map(before);
  for (const operation of walked.done) after.delete(operation.id);
  for (const { operation, error } of walked.failed) {
    if (isLostRace(error)) continue;
    const tries = (before.get(operation.id)?.tries ?? 0) + 1;
    const delayMs =
      error.code === "needs-you" ? longestDelayMs : Math.min(longestDelayMs, firstDelayMs * 2 ** (tries - 1));
    after.set(operation.id, { operation, error, tries, nextAtMs: nowMs + delayMs });
  }
  return after;
}

export function isDue(failures: Failures, operation: Operation, nowMs: number): boolean {
  return (failures.get(operation.id)?.nextAtMs ?? 0) <= nowMs;
}

/** Nothing that crew can do by itself soon: a person's turn, or tried often enough. */
export function isGivenUp(failure: Failure): boolean {
  return failure.error.code === "needs-you" || failure.tries >= triesBeforeGivingUp;
}
