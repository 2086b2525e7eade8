// Sizes as the file writes them: `512m`, `4g`, `4GiB`, as Compose counts them. Pure.

const exponents: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4 };

/** Bytes, by powers of 1024. The text has been checked against the format `crew-size`. */
export function sizeBytes(text: string): number {
  const [, amount, unit = "b"] = /^([0-9.]+)([bkmgt]?)/i.exec(text) ?? [];
  return Math.round(Number(amount) * 1024 ** (exponents[unit.toLowerCase() || "b"] ?? 0));
}
