// The kinds of operations that there are, for tests that must meet every one of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Read from the union itself, so that a new kind can't be forgotten. */
export function operationKinds(): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "src", "model", "plan.ts"), "utf8");
  const union = text.slice(text.indexOf("export type OperationBody"), text.indexOf("export type OperationKind"));
  return [...union.matchAll(/readonly kind: "([a-z]+\.[a-z]+)"/g)].map((match) => match[1] ?? "");
}
