// Durations as the file writes them: `90s`, `45m`, `1h30m`. Pure.

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. The text has been checked against the format `crew-duration`. */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitsMs[unit ?? ""] ?? Number.NaN);
  }
  return Math.round(total);
}
