// Which operations wait: those that are put off, and all that need one of them. Pure.
import type { Operation } from "../model/plan.ts";

/** Ids, whatever the order in which the operations stand. */
export function putOff(
  operations: readonly Operation[],
  isPutOff: (operation: Operation) => boolean,
): ReadonlySet<string> {
  const put = new Set(operations.filter(isPutOff).map(({ id }) => id));
  for (let before = -1; before < put.size; ) {
    before = put.size;
    for (const { id, needs } of operations) if (needs.some((need) => put.has(need))) put.add(id);
  }
  return put;
}
