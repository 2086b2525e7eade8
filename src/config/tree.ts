// The file as it was written: values with the place of each. Knows YAML's kinds and nothing of what the keys mean.

/** Half-open range of offsets in the text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Tree = Scalar | List | Mapping;

export interface Scalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As it stands in the file: `1.10` stays `1.10`. */
  readonly source: string;
  /** `interpolated`: holds the value of a variable. `unknown`: a variable in it has no value, which is already reported. */
  readonly state: "written" | "interpolated" | "unknown";
  readonly at: Span;
}

export interface List {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly at: Span;
}

export interface Mapping {
  readonly kind: "mapping";
  readonly entries: ReadonlyMap<string, Entry>;
  readonly at: Span;
}

export interface Entry {
  readonly key: Span;
  readonly value: Tree;
}

export type Path = readonly (string | number)[];

/** The value at a path; undefined where there is none. */
export function valueAt(tree: Tree, path: Path): Tree | undefined {
  let node: Tree | undefined = tree;
  for (const step of path) node = node && child(node, step);
  return node;
}

function child(node: Tree, step: string | number): Tree | undefined {
  if (node.kind === "mapping") return node.entries.get(String(step))?.value;
  return node.kind === "list" ? node.items[Number(step)] : undefined;
}

/** Place of the value at a path, or of the nearest thing around it that was written. */
export function spanOf(tree: Tree, path: Path): Span {
  let node = tree;
  for (const step of path) {
    const next = child(node, step);
    if (!next) break;
    node = next;
  }
  return node.at;
}

/** Place of the key that a path ends with; for an item of a list, and where there is no such key, of the nearest value. */
export function keySpanOf(tree: Tree, path: Path): Span {
  const parent = valueAt(tree, path.slice(0, -1));
  const entry = parent?.kind === "mapping" ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.key ?? spanOf(tree, path);
}

/** Names under a mapping, in the order of the file; none where it is not a mapping. */
export function keysAt(tree: Tree, path: Path): readonly string[] {
  const node = valueAt(tree, path);
  return node?.kind === "mapping" ? [...node.entries.keys()] : [];
}

/** Keys whose values are text whatever they look like, as Compose has it: taken as they stand in the file. */
const textMaps = new Set(["environment", "labels", "metadata", "args"]);

/** The plain data. Objects have no prototype, so that no key of a file can reach one. */
export function dataOf(tree: Tree, asText = false): unknown {
  switch (tree.kind) {
    case "scalar":
      return asText && tree.value !== null && typeof tree.value !== "string" ? tree.source : tree.value;
    case "list":
      return tree.items.map((item) => dataOf(item));
    case "mapping": {
      const data: Record<string, unknown> = Object.create(null);
      for (const [key, { value }] of tree.entries) {
        data[key] = value.kind === "scalar" ? dataOf(value, asText) : dataOf(value, textMaps.has(key));
      }
      return data;
    }
  }
}

/** The tree with some places changed or taken out, addressed by JSON pointer (RFC 6901). */
export function rewrite(tree: Tree, changes: ReadonlyMap<string, Tree | "remove">, pointer = ""): Tree | undefined {
  const change = changes.get(pointer);
  if (change) return change === "remove" ? undefined : change;
  if (tree.kind === "scalar") return tree;
  if (tree.kind === "list") {
    const items = tree.items.map((item, index) => rewrite(item, changes, `${pointer}/${index}`));
    return { ...tree, items: items.filter((item) => item !== undefined) };
  }
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    const value = rewrite(entry.value, changes, `${pointer}/${escapePointer(key)}`);
    if (value) entries.set(key, { key: entry.key, value });
  }
  return { ...tree, entries };
}

export function pointerOf(path: Path): string {
  return path.map((step) => `/${escapePointer(String(step))}`).join("");
}

export function pathOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function escapePointer(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}
