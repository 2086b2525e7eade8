// Rows of cells in aligned columns that fit a width: the widest columns that may shrink give way first. Pure.
import { cellsOf, cut, cutStart, padTo } from "./cells.ts";
import { clean } from "./clean.ts";
import { type Line, type Span, span } from "./lines.ts";

const gap = 2;

export interface Column {
  /** Cells that the column keeps at least; absent: it does not shrink. */
  readonly min?: number;
  /** Shrinks to its least before the others begin to. */
  readonly yields?: true;
  readonly align?: "right";
  /** Which end is cut; of a branch's name the end says more. */
  readonly cut?: "start";
}

export interface TableOptions {
  readonly columns: readonly Column[];
  readonly width: number;
  /** Cells before the first column. */
  readonly indent?: number;
}

/** Columns that are empty in every row take no room. The last column is not padded. */
export function tableLines(rows: readonly (readonly Span[])[], options: TableOptions): readonly Line[] {
  const cleaned = rows.map((row) => row.map((cell) => ({ ...cell, text: clean(cell.text) })));
  const natural = options.columns.map((_, i) => Math.max(0, ...cleaned.map((row) => cellsOf(row[i]?.text ?? ""))));
  const indent = options.indent ?? 0;
  const gaps = gap * Math.max(0, natural.filter((cells) => cells > 0).length - 1);
  const widths = shrink(natural, options.columns, options.width - indent - gaps);
  const last = widths.findLastIndex((cells) => cells > 0);
  return cleaned.map((row) => {
    const spans: Span[] = indent > 0 ? [span(" ".repeat(indent))] : [];
    for (const [i, cells] of widths.entries()) {
      if (cells === 0) continue;
      const { text = "", tone = "plain" } = row[i] ?? {};
      const shown = options.columns[i]?.cut === "start" ? cutStart(text, cells) : cut(text, cells);
      const fill = " ".repeat(cells - cellsOf(shown));
      if (options.columns[i]?.align === "right") spans.push(span(fill + shown, tone));
      else spans.push(span(i === last ? shown : padTo(shown, cells), tone));
      if (i < last) spans.push(span(" ".repeat(gap)));
    }
    return { spans, fit: "cut", hang: 0 };
  });
}

function shrink(natural: readonly number[], columns: readonly Column[], room: number): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, cells) => sum + cells, 0) - room;
  while (over > 0) {
    const spare = widths.map((cells, i) => (cells > (columns[i]?.min ?? Number.POSITIVE_INFINITY) ? cells : 0));
    const yielding = spare.map((cells, i) => (columns[i]?.yields ? cells : 0));
    const from = yielding.some((cells) => cells > 0) ? yielding : spare;
    const widest = from.indexOf(Math.max(...from));
    if (!from[widest]) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}
