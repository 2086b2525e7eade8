// Reports on other subjects that a report contains: what nobody has merged must not slip in under another bead. Pure.

import type { Tip } from "../model/chain.ts";
import type { Oid, TipName } from "../model/names.ts";
import type { Order, Report } from "../model/records.ts";

import type { Evidence } from "./evidence.ts";
import type { History } from "./history.ts";

export interface ForeignContext {
  readonly history: History;
  readonly evidence: Evidence;
  readonly tips: ReadonlyMap<TipName, Tip>;
}

/** The first report on another subject that the report's commit contains and its target does not. */
export function unmergedWithin(
  report: Report,
  target: TipName,
  { tips, history, evidence }: ForeignContext,
): string | undefined {
  const reaches = tips.get(target)?.reaches;
  return report.reaches?.find((id) => {
    const other = history.reportNamed(id);
    if (other === undefined || reaches?.has(other.commit) === true) return false;
    return !evidence.isMergedIn(other.id.subject, other.id.round, target);
  });
}

/**
 * Where a round goes on without such reports: what its last order without them began with. A later order begins with
 * the work before it, so it is never rid of what that holds.
 */
export function lastWithout(
  { id }: Order,
  target: TipName,
  context: ForeignContext,
): { readonly start: Oid; readonly merge?: Oid } | undefined {
  const orders = context.history.orders(id.subject, id.round).filter((order) => order.id.attempt <= id.attempt);
  const holds = (order: Order | undefined) => {
    const report = order && context.history.reportOf(order);
    return report !== undefined && unmergedWithin(report, target, context) !== undefined;
  };
  let at = orders.length - 1;
  while (at > 0 && (holds(orders[at - 1]) || beginsAlike(orders[at - 1], orders[at]))) at -= 1;
  return orders[at];
}

/** The one after a refused report does. */
function beginsAlike(a: Order | undefined, b: Order | undefined): boolean {
  return a?.start === b?.start && a?.merge === b?.merge;
}
