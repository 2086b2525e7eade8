// Measurements beside their peers and budgets, as a table to read.
import type { Times } from "./timing.ts";

export interface Row {
  readonly path: string;
  readonly files: number;
  readonly branches: number;
  readonly crew: Times;
  readonly peer: Times;
  /** Milliseconds, for the least of all tries. */
  readonly budget: number;
}

export function isOver({ crew, budget }: Row): boolean {
  return !(crew.least <= budget);
}

export function table(rows: readonly Row[]): string {
  const head = ["ms: least (median)", "files", "branches", "crew", "git", "git / crew", "budget", ""];
  const cells = rows.map((row) => [
    row.path,
    row.files.toLocaleString("en"),
    String(row.branches),
    timesText(row.crew),
    timesText(row.peer),
    `${(row.peer.least / row.crew.least).toFixed(1)} (${(row.peer.median / row.crew.median).toFixed(1)})`,
    String(row.budget),
    isOver(row) ? "OVER" : "ok",
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...cells].map((line) => line[at]?.length ?? 0)));
  const lined = (line: readonly string[]) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ");
  return [head, ...cells].map((line) => `${lined(line).trimEnd()}\n`).join("");
}

function timesText({ least, median }: Times): string {
  return `${least.toFixed(1)} (${median.toFixed(1)})`;
}
