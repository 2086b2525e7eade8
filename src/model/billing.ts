// How what an order used was paid: known when it is issued, and kept in it. Whoever only looks may lack the credential. Pure.
import { type Crew, roleNamed } from "./crew.ts";
import { formatOrderId } from "./names.ts";
import type { Order, Report } from "./records.ts";

interface Known {
  readonly crew: Crew;
  readonly orders: readonly Order[];
}

/** Whether nobody paid by the token for a report. An order that does not say is billed as its role is now. */
export function isOnSubscription({ crew, orders }: Known): (report: Report) => boolean {
  const said = new Map(orders.flatMap(({ id, billing }) => (billing ? [[formatOrderId(id), billing] as const] : [])));
  return ({ id, role }) =>
    (said.get(formatOrderId(id)) ?? roleNamed(crew, role)?.credential?.billing) === "subscription";
}
