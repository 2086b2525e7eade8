// The YAML library's nodes → crew's tree: aliases and merge keys are followed, positions stay those of what was written.
// Only here is it known that the file is YAML.
import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap, type Scalar as YamlScalar } from "yaml";
import { didYouMean } from "./did-you-mean.ts";
import type { Finding, Report } from "./problem.ts";
import type { Entry, List, Mapping, Scalar, Span, Tree } from "./tree.ts";

/** Deeper than any crew; shallow enough for every recursion that follows. */
const maxDepth = 64;
/** Values once aliases are followed. A team of a thousand roles has some tens of thousands. */
const maxValues = 1_000_000;

interface Naming {
  /** The line of an offset. */
  readonly lineOf: (offset: number) => number;
  /** What the file is called. */
  readonly fileName: string;
}

/** What cannot be read is reported and stands in the tree as `unknown`. */
export function treeOf(contents: Node, naming: Naming): { readonly tree: Tree; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const report: Report = (at, message, help) => findings.push({ at, message, ...help });
  const walk: Walk = { ...naming, report, anchors: new Map(), measures: new WeakMap() };
  return { tree: read(contents, walk, 0), findings };
}

/** What one walk over the document, in its order, has learnt so far. */
interface Walk extends Naming {
  readonly report: Report;
  /** `open` while the walk is inside of it. An anchor given again holds from there on. */
  readonly anchors: Map<string, Tree | "open">;
  readonly measures: WeakMap<Tree, Measure>;
}

/** A tree's size, aliases followed. */
interface Measure {
  readonly values: number;
  readonly height: number;
}

function read(node: Node, walk: Walk, depth: number): Tree {
  const at = spanOfNode(node);
  if (isAlias(node)) return readAlias({ name: node.source, at, depth }, walk);
  if (node.anchor) walk.anchors.set(node.anchor, "open");
  const tree = depth > maxDepth ? tooDeep(at, walk) : readValue(node, walk, depth);
  if (node.anchor) walk.anchors.set(node.anchor, tree);
  return tree;
}

function readAlias(
  { name, at, depth }: { readonly name: string; readonly at: Span; readonly depth: number },
  walk: Walk,
): Tree {
  const anchor = walk.anchors.get(name);
  if (anchor === undefined) {
    const suggestion = didYouMean(name, walk.anchors.keys());
    walk.report(at, `unknown alias "*${name}": no anchor "&${name}" comes before it`, {
      suggestion: suggestion && `*${suggestion}`,
    });
    return unknown(at);
  }
  if (anchor === "open") {
    walk.report(at, `alias "*${name}" stands inside of what it repeats`);
    return unknown(at);
  }
  return depth + measureOf(anchor, walk).height > maxDepth ? tooDeep(at, walk) : anchor;
}

function readValue(node: Node, walk: Walk, depth: number): Tree {
  const at = spanOfNode(node);
  if (node.tag && !plainTags.has(node.tag)) {
    walk.report(at, `the tag ${node.tag.replace("tag:yaml.org,2002:", "!!")} is not used in ${walk.fileName}`);
    return unknown(at);
  }
  if (isMap(node)) return measured(readMap(node as YAMLMap<Node, Node | null>, walk, depth), walk);
  if (!isSeq(node)) return scalarOf(node as YamlScalar, at);
  const items = (node.items as readonly Node[]).map((item) => read(item, walk, depth + 1));
  return measured({ kind: "list", items, at }, walk);
}

function readMap(node: YAMLMap<Node, Node | null>, walk: Walk, depth: number): Mapping {
  const entries = new Map<string, Entry>();
  const merged = new Map<string, Entry>();
  for (const pair of node.items) {
    const at = spanOfNode(pair.key);
    const key = isMergeKey(pair.key) ? undefined : readKey(pair.key, walk);
    const value = pair.value === null ? emptyScalar(at.end) : read(pair.value, walk, depth + 1);
    if (isMergeKey(pair.key)) merge({ into: merged, value, at }, walk);
    if (key === undefined) continue;
    const first = entries.get(key);
    if (first) walk.report(at, `the key "${key}" is given twice; first in line ${walk.lineOf(first.key.start)}`);
    else entries.set(key, { key: at, value });
  }
  for (const [key, entry] of merged) if (!entries.has(key)) entries.set(key, entry);
  return { kind: "mapping", entries, at: spanOfNode(node) };
}

/** `<<: *a` or `<<: [*a, *b]`: keys that are not there yet, the earlier map first. */
function merge(pair: { readonly into: Map<string, Entry>; readonly value: Tree; readonly at: Span }, walk: Walk): void {
  for (const source of pair.value.kind === "list" ? pair.value.items : [pair.value]) {
    if (source.kind === "mapping") {
      for (const [key, entry] of source.entries) if (!pair.into.has(key)) pair.into.set(key, entry);
    } else if (source.kind === "list" || source.state !== "unknown") {
      walk.report(pair.at, '"<<" takes a map, or a list of maps');
    }
  }
}

/** Undefined for what is no key, which is reported. */
function readKey(node: Node | null, walk: Walk): string | undefined {
  const tree = node === null || isMap(node) || isSeq(node) ? undefined : read(node, walk, 0);
  if (tree?.kind === "scalar" && tree.state === "unknown") return undefined;
  const text = tree?.kind === "scalar" ? (typeof tree.value === "string" ? tree.value : tree.source) : "";
  if (text !== "") return text;
  walk.report(spanOfNode(node), "a key must be text");
  return undefined;
}

/** Aliases of aliases grow exponentially ("billion laughs"): measured here, before anything walks them. */
function measured(tree: List | Mapping, walk: Walk): Tree {
  const children = tree.kind === "list" ? tree.items : [...tree.entries.values()].map((entry) => entry.value);
  const inner = children.map((child) => measureOf(child, walk));
  const values = inner.reduce((sum, measure) => sum + measure.values, 1);
  const height = inner.reduce((most, measure) => Math.max(most, measure.height), 0) + 1;
  walk.measures.set(tree, { values, height });
  if (values <= maxValues) return tree;
  walk.report(tree.at, `too large: more than ${maxValues} values once its aliases are followed`);
  return unknown(tree.at);
}

function measureOf(tree: Tree, walk: Walk): Measure {
  return walk.measures.get(tree) ?? { values: 1, height: 0 };
}

function tooDeep(at: Span, walk: Walk): Tree {
  walk.report(at, `nested too deeply: ${maxDepth} levels are the most`);
  return unknown(at);
}

/** Tags that only say what the value is anyway. */
const plainTags = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

function scalarOf(node: YamlScalar, at: Span): Scalar {
  const { value } = node;
  const known = value === null || ["string", "number", "boolean"].includes(typeof value);
  const source = node.source ?? String(value ?? "");
  const read = typeof value === "number" ? numberAs(source, value) : value;
  return { kind: "scalar", value: known ? (read as Scalar["value"]) : source, source, state: "written", at };
}

/** `0440` is octal, as Compose's reader has it: YAML 1.2 itself, by which it was `read`, writes `0o440`. */
export function numberAs(source: string, read: number): number {
  return /^0[0-7]+$/.test(source) ? Number.parseInt(source, 8) : read;
}

function emptyScalar(offset: number): Scalar {
  return { kind: "scalar", value: null, source: "", state: "written", at: { start: offset, end: offset } };
}

function unknown(at: Span): Scalar {
  return { kind: "scalar", value: null, source: "", state: "unknown", at };
}

function isMergeKey(node: Node | null): boolean {
  return isScalar(node) && node.type === "PLAIN" && node.source === "<<";
}

function spanOfNode(node: Node | null): Span {
  const [start, end] = node?.range ?? [0, 0];
  return { start, end };
}
