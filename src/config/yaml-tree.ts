// The YAML library's nodes → crew's tree: aliases and merge keys are followed, positions stay those of what was written.
// Only here is it known that the file is YAML.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type YAMLMap,
  type Scalar as YamlScalar,
} from "yaml";
import { didYouMean } from "./did-you-mean.ts";
import type { Finding, Report } from "./problem.ts";
import type { Entry, Mapping, Scalar, Span, Tree } from "./tree.ts";

/** Deeper than any crew; shallow enough for every recursion that follows. */
const maxDepth = 64;
/** Values after aliases are followed. A team of a thousand roles has some tens of thousands. */
const maxValues = 1_000_000;

export function treeOf(
  contents: unknown,
  lineOf: (offset: number) => number,
): { readonly tree: Tree | undefined; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const report: Report = (at, message, help) => findings.push({ at, message, ...help });
  const tree = new Reader(report, lineOf).read(contents as ParsedNode, 0);
  return { tree, findings };
}

type Anchor = { readonly state: "open" } | { readonly state: "read"; readonly tree: Tree | undefined };

/** One walk over the document, in its order, which is what gives an anchor its meaning. */
class Reader {
  readonly #report: Report;
  readonly #lineOf: (offset: number) => number;
  readonly #anchors = new Map<string, Anchor>();
  /** How many values a tree holds, aliases followed. */
  readonly #sizes = new WeakMap<Tree, number>();

  constructor(report: Report, lineOf: (offset: number) => number) {
    this.#report = report;
    this.#lineOf = lineOf;
  }

  /** Undefined for what cannot be read; why has been reported. */
  read(node: ParsedNode | null, depth: number): Tree | undefined {
    if (!node) return undefined;
    if (isAlias(node)) return this.#readAlias(node.source, spanOfNode(node));
    if (depth > maxDepth) {
      this.#report(spanOfNode(node), `nested too deeply: ${maxDepth} levels are the most`);
      return undefined;
    }
    if (node.anchor) this.#anchors.set(node.anchor, { state: "open" });
    const tree = this.#readValue(node, depth);
    if (node.anchor) this.#anchors.set(node.anchor, { state: "read", tree });
    return tree;
  }

  #readAlias(name: string, at: Span): Tree | undefined {
    const anchor = this.#anchors.get(name);
    if (!anchor) {
      const suggestion = didYouMean(name, this.#anchors.keys());
      this.#report(at, `unknown alias "*${name}": no anchor "&${name}" comes before it`, {
        suggestion: suggestion && `*${suggestion}`,
      });
      return undefined;
    }
    if (anchor.state === "read") return anchor.tree;
    this.#report(at, `alias "*${name}" stands inside of what it repeats`);
    return undefined;
  }

  #readValue(
    node: Exclude<ParsedNode, { source: string; items?: never; value?: never }>,
    depth: number,
  ): Tree | undefined {
    const at = spanOfNode(node);
    if (node.tag && !plainTags.has(node.tag)) {
      this.#report(at, `the tag ${node.tag} is not used in crew.yaml`);
      return undefined;
    }
    if (isScalar(node)) return scalarOf(node, at);
    if (isMap(node)) return this.#sized(this.#readMap(node as YAMLMap.Parsed, at, depth));
    if (!isSeq(node)) return undefined;
    const items: Tree[] = [];
    for (const item of node.items) {
      const tree = this.read(item as ParsedNode, depth + 1);
      if (tree) items.push(tree);
    }
    return this.#sized({ kind: "list", items, at });
  }

  #readMap(node: YAMLMap.Parsed, at: Span, depth: number): Mapping {
    const entries = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const pair of node.items as Pair<ParsedNode, ParsedNode | null>[]) {
      if (isMergeKey(pair.key)) {
        this.#merge(merged, pair, depth);
        continue;
      }
      const key = this.#readKey(pair.key);
      const value = pair.value === null ? emptyScalar(spanOfNode(pair.key).end) : this.read(pair.value, depth + 1);
      if (key === undefined || !value) continue;
      const first = entries.get(key);
      if (first) {
        const line = this.#lineOf(first.key.start);
        this.#report(spanOfNode(pair.key), `the key "${key}" is given twice; first in line ${line}`);
        continue;
      }
      entries.set(key, { key: spanOfNode(pair.key), value });
    }
    for (const [key, entry] of merged) if (!entries.has(key)) entries.set(key, entry);
    return { kind: "mapping", entries, at };
  }

  /** `<<: *a` or `<<: [*a, *b]`: keys that are not there yet, the earlier map first. */
  #merge(merged: Map<string, Entry>, pair: Pair<ParsedNode, ParsedNode | null>, depth: number): void {
    const tree = this.read(pair.value, depth + 1);
    const sources = tree?.kind === "list" ? tree.items : tree ? [tree] : [];
    for (const source of sources) {
      if (source.kind !== "mapping") {
        this.#report(spanOfNode(pair.key), '"<<" takes a map, or a list of maps');
        continue;
      }
      for (const [key, entry] of source.entries) if (!merged.has(key)) merged.set(key, entry);
    }
  }

  #readKey(node: ParsedNode | null): string | undefined {
    if (isAlias(node)) {
      const tree = this.#readAlias(node.source, spanOfNode(node));
      if (tree?.kind === "scalar") return tree.source;
      if (tree) this.#report(spanOfNode(node), "a key must be text");
      return undefined;
    }
    if (isScalar(node)) {
      if (node.anchor) this.#anchors.set(node.anchor, { state: "read", tree: scalarOf(node, spanOfNode(node)) });
      const text = typeof node.value === "string" ? node.value : (node.source ?? "");
      if (text !== "") return text;
    }
    this.#report(spanOfNode(node), "a key must be text");
    return undefined;
  }

  /** Aliases of aliases grow exponentially ("billion laughs"): counted here, before anything walks them. */
  #sized<T extends Exclude<Tree, Scalar>>(tree: T): T | undefined {
    const children = tree.kind === "list" ? tree.items : [...tree.entries.values()].map((entry) => entry.value);
    const size = children.reduce((sum, child) => sum + (this.#sizes.get(child) ?? 1), 1);
    this.#sizes.set(tree, size);
    if (size <= maxValues) return tree;
    this.#report(tree.at, `too large: more than ${maxValues} values once its aliases are followed`);
    return undefined;
  }
}

/** Tags that only say what the value is anyway. */
const plainTags = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

function scalarOf(node: YamlScalar, at: Span): Scalar {
  const { value } = node;
  const known = value === null || ["string", "number", "boolean"].includes(typeof value);
  const source = node.source ?? String(value ?? "");
  return { kind: "scalar", value: known ? (value as Scalar["value"]) : source, source, state: "written", at };
}

function emptyScalar(offset: number): Scalar {
  return { kind: "scalar", value: null, source: "", state: "written", at: { start: offset, end: offset } };
}

function isMergeKey(node: ParsedNode | null): boolean {
  return isScalar(node) && node.type === "PLAIN" && node.source === "<<";
}

function spanOfNode(node: ParsedNode | null): Span {
  const [start, end] = node?.range ?? [0, 0];
  return { start, end };
}
