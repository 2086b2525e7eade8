// `crew stats`: what roles use, between two looks at them. Pure.
import type { Usage } from "../ports/use.ts";
import { bytesText } from "./bytes.ts";
import { renderLines, span, type TextFormat } from "./lines.ts";
import { tableLines } from "./table.ts";

export interface StatsRow extends Omit<Usage, "atMs" | "cpuMs"> {
  readonly name: string;
  /** Of one processor: 200 is two of them. */
  readonly cpuPercent: number;
  /** Of the limit, where there is one. */
  readonly memoryPercent?: number;
}

export type Usages = ReadonlyMap<string, Usage>;

/** In the order of the roles; what does not run has no row. */
export function statsRows(roles: readonly string[], before: Usages, now: Usages): readonly StatsRow[] {
  return roles.flatMap((name): readonly StatsRow[] => {
    const usage = now.get(name);
    if (!usage) return [];
    const { atMs, cpuMs, ...rest } = usage;
    const first = before.get(name);
    const passedMs = first ? atMs - first.atMs : 0;
    // Started anew in between, it counts from nothing.
    const usedMs = Math.max(0, cpuMs - (first?.cpuMs ?? cpuMs));
    const { memoryBytes, memoryLimitBytes = 0 } = usage;
    const memoryPercent = memoryLimitBytes > 0 && { memoryPercent: rounded((100 * memoryBytes) / memoryLimitBytes) };
    return [{ name, cpuPercent: passedMs > 0 ? rounded((100 * usedMs) / passedMs) : 0, ...rest, ...memoryPercent }];
  });
}

export function statsText(rows: readonly StatsRow[], { width, color }: TextFormat): string {
  const head = ["NAME", "CPU %", "MEMORY / LIMIT", "MEM %", "PIDS", "NET IN / OUT", "DISK IN / OUT"];
  const cells = rows.map(
    ({ name, cpuPercent, memoryBytes, memoryLimitBytes, memoryPercent, pids, network, blocks }) => [
      span(name),
      span(cpuPercent.toFixed(1)),
      span(pair(memoryBytes, memoryLimitBytes)),
      span(memoryPercent?.toFixed(1) ?? "-"),
      span(`${pids}`),
      span(network ? pair(network.receivedBytes, network.sentBytes) : "-"),
      span(blocks ? pair(blocks.readBytes, blocks.writtenBytes) : "-"),
    ],
  );
  const right = { align: "right" } as const;
  const columns = [
    { min: 8, yields: true },
    right,
    right,
    right,
    right,
    { ...right, min: 8 },
    { ...right, min: 8 },
  ] as const;
  const lines = tableLines([head.map((text) => span(text, "dim")), ...cells], { columns, width });
  return renderLines(lines, { width, color });
}

function pair(one: number, other: number | undefined): string {
  return other === undefined ? bytesText(one) : `${bytesText(one)} / ${bytesText(other)}`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
