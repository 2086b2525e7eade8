// Texts as every bd can keep them: what no program argument and no JSON of Go's holds is replaced before it is written. Pure.

type Texts = string | number | null | undefined | readonly Texts[] | { readonly [name: string]: Texts };

/** The same value; in its texts NUL and lone surrogates are U+FFFD, as Go's `encoding/json` makes of them by itself. */
export function asBdKeepsIt<T>(value: T): T {
  return kept(value as Texts) as T;
}

/**
 * The same for a value of metadata: from 1.0 on a control character in one makes every later export fail ("invalid
 * character in string literal" on 1.0.5; on 1.2.2 a line separator is enough), whatever wrote it.
 */
export function asMetadataKeepsIt(text: string): string {
  return asBdKeepsIt(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "\uFFFD");
}

function kept(value: Texts): Texts {
  if (typeof value === "string") return wellFormed(value).replaceAll("\0", "\uFFFD");
  if (Array.isArray(value)) return value.map(kept);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === "metadata" ? keptMetadata(each) : kept(each)]),
  );
}

function keptMetadata(value: Texts): Texts {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return kept(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, typeof each === "string" ? asMetadataKeepsIt(each) : kept(each)]),
  );
}

function wellFormed(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
