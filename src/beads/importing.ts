// What taking in other lines does to the ledger, by the rules of `bd import`. Pure.
import type { ImportSummary } from "../ports/tracker.ts";
import type { Change } from "./edits.ts";
import { type Row, rowOf } from "./exchange.ts";
import { type Edge, type Fields, hasExportOnly, metadataOf, parentEdge, withoutExportOnly } from "./fields.ts";
import { refuseCycle } from "./guards.ts";
import { type Ledger, withRows } from "./ledger.ts";

/**
 * An unknown bead is added; of a known one the newer `updated_at` wins, with labels, edges, comments and metadata of
 * both; an older or equally old line is skipped. A bead deleted here stays deleted unless the line is newer.
 */
export function importRows(
  ledger: Ledger,
  lines: readonly Row[],
): { readonly change: Change | undefined; readonly summary: ImportSummary } {
  const created: string[] = [];
  const updated: string[] = [];
  const skipped: string[] = [];
  const changed: Row[] = [];
  const known = new Set(ledger.others.map((row) => row.line));
  for (const row of lines) {
    if (row.kind === "other") {
      if (!known.has(row.line)) changed.push(row);
      known.add(row.line);
      continue;
    }
    const existing = ledger.rows.get(row.id);
    if (existing !== undefined && timeOf(row.fields) <= timeOf(existing.fields)) {
      skipped.push(row.id);
      continue;
    }
    changed.push(row.kind === "bead" && existing?.kind !== "tombstone" ? taken(row, existing?.fields) : row);
    (existing === undefined ? created : updated).push(row.id);
  }
  refuseCycle(withRows(ledger, changed).beads, [...created, ...updated]);
  const summary = { created, updated, skipped };
  if (changed.length === 0) return { change: undefined, summary };
  return { change: { rows: changed, summary: `import ${created.length} new, ${updated.length} changed` }, summary };
}

/** The line as it stands, unless there is something to merge or to leave out. */
function taken(row: Row & { readonly kind: "bead" }, older: Fields | undefined): Row {
  if (older !== undefined) return rowOf(merged(older, row.fields));
  return hasExportOnly(row.fields) ? rowOf(withoutExportOnly(row.fields)) : row;
}

/** Fields of the newer line; lists and metadata of both. The newer parent wins: a bead has one. */
function merged(older: Fields, newer: Fields): Fields {
  const edges = listOf(newer.dependencies) as readonly Edge[];
  const olderEdges = (listOf(older.dependencies) as readonly Edge[]).filter(
    (edge) => edge.type !== parentEdge || !edges.some((other) => other.type === parentEdge),
  );
  const lists = {
    labels: union(listOf(older.labels), listOf(newer.labels), String),
    dependencies: union(olderEdges, edges, (edge) => JSON.stringify([edge.type, edge.depends_on_id])),
    comments: union(listOf(older.comments) as readonly Fields[], listOf(newer.comments) as readonly Fields[], (said) =>
      JSON.stringify([said.author, said.text]),
    ),
    metadata: { ...metadataOf(older), ...metadataOf(newer) },
  };
  const filled = Object.entries(lists).filter(([, value]) => Object.keys(value).length > 0);
  return withoutExportOnly({ ...newer, ...Object.fromEntries(filled) });
}

/** Older ones first; of those with the same key the older. */
function union<T>(older: readonly T[], newer: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const items = new Map<string, T>();
  for (const item of [...older, ...newer]) {
    if (!items.has(keyOf(item))) items.set(keyOf(item), item);
  }
  return [...items.values()];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function timeOf(fields: Fields): number {
  const time = Date.parse(String(fields.updated_at ?? ""));
  return Number.isNaN(time) ? 0 : time;
}
