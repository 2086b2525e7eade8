// Takes the time of what is measured. Milliseconds everywhere.

export async function timed<T>(work: () => T | Promise<T>): Promise<readonly [T, number]> {
  const began = performance.now();
  const result = await work();
  return [result, performance.now() - began];
}

export interface Times {
  /** What else runs on the machine only ever adds, so this is nearest to what the work itself takes. */
  readonly least: number;
  readonly median: number;
}

export function timesOf(tries: readonly number[]): Times {
  const sorted = tries.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { least: at(0), median: at(Math.floor(sorted.length / 2)) };
}
