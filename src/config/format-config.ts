// The long form as `crew config` prints it. Secrets are names in it, never values.
import { stringify } from "yaml";
import type { Canonical } from "./canonical.ts";
import { schemaAt } from "./schema.ts";
import type { Path } from "./tree.ts";

/** YAML can be loaded again: a dollar sign is written `$$`, except under `inputs`, where nothing is interpolated. */
export function formatConfig(canonical: Canonical, format: "yaml" | "json"): string {
  const ordered = inOrder(canonical, []);
  if (format === "json") return `${JSON.stringify(ordered, null, 2)}\n`;
  const file = Object.entries(ordered as Canonical).map(([key, value]) => [
    key,
    key === "inputs" ? value : escapeDollars(value),
  ]);
  return stringify(Object.fromEntries(file), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Keys in the schema's order, which is that of the reference page; names stay in the order of the file. */
function inOrder(value: unknown, path: Path): unknown {
  if (Array.isArray(value)) return value.map((item, index) => inOrder(item, [...path, index]));
  if (value === null || typeof value !== "object") return value;
  const order = Object.keys(schemaAt(path)?.properties ?? {});
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner, [...path, key])]));
}

function escapeDollars(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(escapeDollars);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeDollars(inner)]));
}
