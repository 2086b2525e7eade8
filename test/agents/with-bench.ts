// A bench of its own for each test, and no process of it left afterwards.
import { afterEach, beforeEach, expect } from "vitest";
import { Bench, marked, type Shell } from "./bench.ts";

export function withBench(shell: Shell, use: (bench: Bench) => void): void {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench(shell);
    use(bench);
  });
  afterEach(async () => {
    await bench.close();
    expect(marked(bench.marker)).toEqual([]);
  });
}
