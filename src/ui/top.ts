// `crew top`: what runs in instances, one row for each process. Pure.
import type { Process } from "../ports/use.ts";
import { renderLines, span, type TextFormat } from "./lines.ts";
import { tableLines } from "./table.ts";

export interface TopRow extends Process {
  /** Of the role or the service. */
  readonly name: string;
}

/** In the order of the names; what does not run has no row. */
export function topRows(
  names: readonly string[],
  processes: ReadonlyMap<string, readonly Process[]>,
): readonly TopRow[] {
  return names.flatMap((name) => (processes.get(name) ?? []).map((process) => ({ name, ...process })));
}

export function topText(rows: readonly TopRow[], { width, color }: TextFormat): string {
  const head = ["NAME", "PID", "PPID", "USER", "TIME", "COMMAND"];
  const cells = rows.map(({ name, pid, parent, user, cpuSeconds, command }) => [
    name,
    `${pid}`,
    parent === undefined ? "-" : `${parent}`,
    user,
    clockText(cpuSeconds),
    command,
  ]);
  const spans = [head, ...cells].map((row, index) => row.map((cell) => span(cell, index === 0 ? "dim" : "plain")));
  const right = { align: "right" } as const;
  const columns = [{ min: 8 }, right, right, { min: 4 }, right, { min: 12, yields: true }] as const;
  return renderLines(tableLines(spans, { columns, width }), { width, color });
}

/** `1:02:03`, as ps(1) has it. */
function clockText(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
