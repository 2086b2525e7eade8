// Makes a tree fit the crew file's schema where Compose allows more: keys that crew does not have go, with a note, and a
// number in quotes becomes a number. What is simply wrong stays, for the checks of the crew file to find.
import { keysOf, namePattern, schemaAt, typesOf } from "../schema.ts";
import type { Entry, Path, Scalar, Tree } from "../tree.ts";
import type { Reading } from "./reading.ts";

/** `path`: where the tree stands in the crew file. `said`: what to call that place in a note. */
export function fitted(tree: Tree, place: { readonly path: Path; readonly said: string }, reading: Reading): Tree {
  const { path, said } = place;
  if (tree.kind === "scalar") return castScalar(tree, path);
  if (tree.kind === "list") {
    const items = tree.items.map((item, index) =>
      fitted(item, { path: [...path, index], said: `${said}[${index}]` }, reading),
    );
    return { ...tree, items };
  }
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    const inner = said === "" ? key : `${said}.${key}`;
    if (isKnown(path, key))
      entries.set(key, { ...entry, value: fitted(entry.value, { path: [...path, key], said: inner }, reading) });
    else reading.note(entry.key, inner, "left out", "crew has no such key");
  }
  return { ...tree, entries };
}

function isKnown(path: Path, key: string): boolean {
  const node = schemaAt(path);
  if (node === undefined || node.additionalProperties !== false || key.startsWith("x-")) return true;
  return keysOf(node).includes(key) || namePattern(node) !== undefined || !typesOf(node).includes("object");
}

function castScalar(scalar: Scalar, path: Path): Scalar {
  const types = typesOf(schemaAt(path));
  const text = scalar.value;
  if (typeof text !== "string" || types.length === 0 || types.includes("string")) return scalar;
  if (types.includes("boolean") && /^(?:true|false)$/.test(text)) return { ...scalar, value: text === "true" };
  const isNumber = types.includes("integer") ? /^-?\d+$/ : /^-?\d+(?:\.\d+)?$/;
  if ((types.includes("integer") || types.includes("number")) && isNumber.test(text))
    return { ...scalar, value: Number(text) };
  return scalar;
}
