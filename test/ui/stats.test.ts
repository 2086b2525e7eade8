// The table of `crew stats`, and what is told between two looks.
import { expect, test } from "vitest";
import type { Usage } from "../../src/ports/use.ts";
import { statsRows, statsText } from "../../src/ui/stats.ts";

const blocks = { readBytes: 12_000_000, writtenBytes: 345_000_000 };
const first = { atMs: 1_000, cpuMs: 500, memoryBytes: 812_000_000, memoryLimitBytes: 4_294_967_296, pids: 42, blocks };
const network = { receivedBytes: 1_230_000, sentBytes: 345_000_000 };

test("processor time is told of what passed between, and of nothing for what began in between", () => {
  const before = new Map([
    ["backend", first],
    ["restarted", first],
  ]);
  const now = new Map([
    ["new", { ...first, cpuMs: 90 }],
    ["restarted", { ...first, atMs: 2_000, cpuMs: 20 }],
    ["backend", { ...first, atMs: 2_000, cpuMs: 1_756 }],
  ]);
  const rows = statsRows(["backend", "gone", "restarted", "new"], before, now);
  expect(rows.map(({ name, cpuPercent }) => [name, cpuPercent])).toEqual([
    ["backend", 125.6],
    ["restarted", 0],
    ["new", 0],
  ]);
  const { atMs, cpuMs, ...rest } = first;
  expect(rows[0]).toEqual({ name: "backend", cpuPercent: 125.6, memoryPercent: 18.9, ...rest });
});

test("the table fits 80 columns, whatever the role is called", () => {
  const { memoryLimitBytes, ...unlimited } = { ...first, memoryBytes: 4_096 };
  const now = new Map<string, Usage>([
    ["a-role-with-a-long-name", { ...first, network }],
    ["dev", unlimited],
  ]);
  const text = statsText(statsRows([...now.keys()], now, now), { width: 80, color: false });
  expect(text).toMatchInlineSnapshot(`
    "NAME        CPU %   MEMORY / LIMIT  MEM %  PIDS     NET IN / OUT   DISK IN / OUT
    a-role-wi…    0.0  812 MB / 4.3 GB   18.9    42  1.2 MB / 345 MB  12 MB / 345 MB
    dev           0.0           4.1 kB      -    42                -  12 MB / 345 MB
    "
  `);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});
