// Puts the values of variables into a tree's text. Keys stay as they are, and so does everything under `inputs`.
import { didYouMean } from "./did-you-mean.ts";
import type { Inputs } from "./inputs.ts";
import type { Report } from "./problem.ts";
import { expand, type Fault } from "./template.ts";
import type { Entry, Mapping, Scalar, Span, Tree } from "./tree.ts";

export interface Variables {
  /** They come first. */
  readonly inputs: Inputs;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function interpolate(
  tree: Mapping,
  source: { readonly text: string; readonly variables: Variables },
  report: Report,
): Mapping {
  const walk: Walk = { ...source, report, done: new Map() };
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    entries.set(key, key === "inputs" ? entry : { key: entry.key, value: visit(entry.value, key, walk) });
  }
  return { ...tree, entries };
}

interface Walk {
  readonly text: string;
  readonly variables: Variables;
  readonly report: Report;
  /** What an alias repeats is done, and reported, once. */
  readonly done: Map<Tree, Tree>;
}

/** `key` is the nearest key around the value. */
function visit(tree: Tree, key: string, walk: Walk): Tree {
  const known = walk.done.get(tree);
  if (known) return known;
  const result = replace(tree, key, walk);
  walk.done.set(tree, result);
  return result;
}

function replace(tree: Tree, key: string, walk: Walk): Tree {
  switch (tree.kind) {
    case "scalar":
      return replaceScalar(tree, key, walk);
    case "list":
      return { ...tree, items: tree.items.map((item) => visit(item, key, walk)) };
    case "mapping": {
      const entries = new Map<string, Entry>();
      for (const [name, entry] of tree.entries) {
        // `gates: {test: npm test}`: what stands under a gate's name is a command.
        const around = key === "gates" && entry.value.kind === "scalar" ? key : name;
        entries.set(name, { key: entry.key, value: visit(entry.value, around, walk) });
      }
      return { ...tree, entries };
    }
  }
}

function replaceScalar(scalar: Scalar, key: string, walk: Walk): Scalar {
  if (typeof scalar.value !== "string" || !scalar.value.includes("$")) return scalar;
  const { text, faults } = expand(scalar.value, (name) => lookup(name, walk.variables));
  let from = scalar.at.start;
  for (const fault of faults) {
    const at = spanOfFault(fault, { start: from, end: scalar.at.end }, walk.text);
    from = at.end;
    if (!walk.variables.inputs.missing.has(fault.name)) reportFault({ fault, at, key }, walk);
  }
  return { ...scalar, value: text, state: faults.length > 0 ? "unknown" : "interpolated" };
}

function lookup(name: string, { inputs, env }: Variables): string | undefined {
  if (inputs.values.has(name)) return inputs.values.get(name);
  if (inputs.missing.has(name)) return undefined;
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

/** Where the expression stands in the source; the whole value where quoting or folding hides it. */
function spanOfFault(fault: Fault, within: Span, text: string): Span {
  const start = text.indexOf(fault.expression, within.start);
  if (start < 0 || start + fault.expression.length > within.end) return within;
  return { start, end: start + fault.expression.length };
}

function reportFault(found: { readonly fault: Fault; readonly at: Span; readonly key: string }, walk: Walk): void {
  const { fault, at, key } = found;
  switch (fault.kind) {
    case "invalid":
      walk.report(at, `"${fault.expression}" is no variable; for a plain dollar sign write "$$"`);
      return;
    case "required":
      walk.report(at, `variable ${fault.name} is missing: ${fault.words || "it has no value"}`);
      return;
    case "unset":
      walk.report(at, `variable ${fault.name} is not set${wayOut(fault, key)}`, {
        suggestion: meant(fault.name, walk.variables),
      });
  }
}

/** Keys whose text a shell or an agent reads, where a lone `$` is most often meant as it stands. */
const shellKeys = new Set(["run", "check", "setup", "command", "interactive", "prompt", "gates"]);

function wayOut(fault: Fault, key: string): string {
  if (shellKeys.has(key)) return `; for a dollar sign of the shell write "$${fault.expression}"`;
  return `; export it, or give a default: "\${${fault.name}:-…}"`;
}

function meant(name: string, { inputs, env }: Variables): string | undefined {
  return didYouMean(name, [...inputs.values.keys(), ...inputs.missing]) ?? didYouMean(name, Object.keys(env));
}
