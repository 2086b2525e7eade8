// All lines of one JSON Lines file, found by id, and the same with some lines replaced. Pure.
import type { Bead } from "../model/bead.ts";
import { formatExchange, type Row } from "./exchange.ts";

export interface Ledger {
  /** Beads and tombstones. */
  readonly rows: ReadonlyMap<string, Exclude<Row, { kind: "other" }>>;
  /** Lines of another `_type`. */
  readonly others: readonly Row[];
  /** Tombstones are not among them. */
  readonly beads: ReadonlyMap<string, Bead>;
}

export function ledgerOf(lines: Iterable<Row>): Ledger {
  return withRows({ rows: new Map(), others: [], beads: new Map() }, lines);
}

/** The ledger with these lines added, or put in the place of those with the same id. */
export function withRows(ledger: Ledger, lines: Iterable<Row>): Ledger {
  const rows = new Map(ledger.rows);
  const beads = new Map(ledger.beads);
  const others = [...ledger.others];
  for (const row of lines) {
    if (row.kind === "other") {
      others.push(row);
      continue;
    }
    rows.set(row.id, row);
    if (row.kind === "bead") beads.set(row.id, row.bead);
    else beads.delete(row.id);
  }
  return { rows, others, beads };
}

export function ledgerText(ledger: Ledger): string {
  return formatExchange([...ledger.rows.values(), ...ledger.others]);
}
