// Which attempt of how many an order is, in words. Pure.
import type { OrderPlan } from "../model/plan.ts";
import type { Order } from "../model/records.ts";
import type { World } from "../model/world.ts";

export interface AttemptContext {
  readonly maxAttempts: number | undefined;
  readonly world: World | undefined;
}

/**
 * `2 of 3`, counted as planning counts: orders of the round that cost an attempt, since the last retry. Empty for an
 * order that costs none, and where it cannot be known.
 */
export function attemptText(order: Order | OrderPlan, { maxAttempts, world }: AttemptContext): string {
  if (!order.counts || maxAttempts === undefined || world === undefined) return "";
  const { subject, round, attempt } = order.id;
  const retry = world.repository.facts.retries.get(subject);
  const since = retry?.round === round ? retry.attempt : 0;
  const earlier = world.repository.orders.filter(
    ({ id, counts }) =>
      counts && id.subject === subject && id.round === round && id.attempt > since && id.attempt < attempt,
  );
  return `${earlier.length + 1} of ${maxAttempts}`;
}
