// The orders and reports of each subject and round, and which round a bead is in. Pure.
import type { Bead } from "../model/bead.ts";
import { formatOrderId, type Subject } from "../model/names.ts";
import type { Facts, Order, Report } from "../model/records.ts";
import type { RepositoryState } from "../model/world.ts";
import type { Evidence } from "./evidence.ts";

export interface History {
  /** Orders of a round, by attempt. */
  orders(subject: Subject, round: number): readonly Order[];
  reportOf(order: Order): Report | undefined;
  /** By its formatted order id. */
  reportNamed(id: string): Report | undefined;
  /** Highest round of the subject that has an order; 0 for none. */
  lastRound(subject: Subject): number;
  readonly subjects: readonly Subject[];
}

export function historyOf(repository: Pick<RepositoryState, "orders" | "reports">): History {
  const bySubject = new Map<Subject, Map<number, Order[]>>();
  for (const order of repository.orders) {
    const rounds = bySubject.get(order.id.subject) ?? new Map<number, Order[]>();
    bySubject.set(order.id.subject, rounds);
    const orders = rounds.get(order.id.round);
    if (orders) orders.push(order);
    else rounds.set(order.id.round, [order]);
  }
  for (const rounds of bySubject.values()) {
    for (const orders of rounds.values()) orders.sort((a, b) => a.id.attempt - b.id.attempt);
  }
  const lastRounds = new Map([...bySubject].map(([subject, rounds]) => [subject, Math.max(...rounds.keys())]));
  const reports = new Map(repository.reports.map((report) => [formatOrderId(report.id), report]));
  return {
    orders: (subject, round) => bySubject.get(subject)?.get(round) ?? [],
    reportOf: (order) => reports.get(formatOrderId(order.id)),
    reportNamed: (id) => reports.get(id),
    lastRound: (subject) => lastRounds.get(subject) ?? 0,
    subjects: [...bySubject.keys()],
  };
}

export interface RoundContext {
  /** What was found for a bead once: its blockers' dependents ask again. */
  readonly rounds: Map<string, number>;
  readonly history: History;
  readonly evidence: Evidence;
  readonly facts: Facts;
}

/**
 * The bead's round: 1 + ended rounds. A round ends by an undo, or by a person reopening the bead after it was closed
 * (by crew, or by a person while its order was out). Any trace of a later round keeps the earlier ones ended.
 */
export function roundOf(bead: Bead, context: RoundContext): number {
  const known = context.rounds.get(bead.id);
  if (known !== undefined) return known;
  const round = findRound(bead, context);
  context.rounds.set(bead.id, round);
  return round;
}

function findRound(bead: Bead, { history, evidence, facts }: RoundContext): number {
  const seen = Math.max(1, history.lastRound(bead.id), evidence.lastRound(bead.id), lastFactRound(bead.id, facts));
  const flags = facts.rounds.get(`${bead.id}.${seen}`);
  const isReopened = bead.status !== "closed" && (flags?.closed === true || flags?.withdrawn === true);
  return isReopened || evidence.isUndone(bead.id, seen) ? seen + 1 : seen;
}

function lastFactRound(bead: string, facts: Facts): number {
  let round = 0;
  while (facts.rounds.has(`${bead}.${round + 1}`)) round += 1;
  return round;
}
