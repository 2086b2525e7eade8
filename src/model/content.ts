// A value known by its content: one text for the same value, and its hash. Pure.
import { createHash } from "node:crypto";

/** JSON with sorted keys and no spaces: the same value gives the same text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** SHA-256 of the canonical JSON, hex. */
export function contentHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** The same content gives the same digits and small letters: the beginning of a bead's id. */
export function contentDigits(content: unknown): string {
  return BigInt(`0x${contentHash(content)}`).toString(36);
}
