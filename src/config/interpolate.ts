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
  const walk = new Interpolation(source.text, source.variables, report);
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    entries.set(key, key === "inputs" ? entry : { key: entry.key, value: walk.visit(entry.value, key) });
  }
  return { ...tree, entries };
}

/** Keys whose text a shell or a person reads, where a lone `$` is most often meant as it stands. */
const shellKeys = new Set(["run", "check", "setup", "command", "prompt", "gates"]);

class Interpolation {
  readonly #text: string;
  readonly #variables: Variables;
  readonly #report: Report;
  /** What an alias repeats is done, and reported, once. */
  readonly #done = new Map<Tree, Tree>();

  constructor(text: string, variables: Variables, report: Report) {
    this.#text = text;
    this.#variables = variables;
    this.#report = report;
  }

  /** `key` is the nearest key around the value. */
  visit(tree: Tree, key: string): Tree {
    const known = this.#done.get(tree);
    if (known) return known;
    const result = this.#replace(tree, key);
    this.#done.set(tree, result);
    return result;
  }

  #replace(tree: Tree, key: string): Tree {
    switch (tree.kind) {
      case "scalar":
        return this.#replaceScalar(tree, key);
      case "list":
        return { ...tree, items: tree.items.map((item) => this.visit(item, key)) };
      case "mapping": {
        const entries = new Map<string, Entry>();
        for (const [name, entry] of tree.entries) {
          // `gates: {test: npm test}`: what stands under a gate's name is a command.
          const around = key === "gates" && entry.value.kind === "scalar" ? key : name;
          entries.set(name, { key: entry.key, value: this.visit(entry.value, around) });
        }
        return { ...tree, entries };
      }
    }
  }

  #replaceScalar(scalar: Scalar, key: string): Scalar {
    if (typeof scalar.value !== "string" || !scalar.value.includes("$")) return scalar;
    const { text, faults } = expand(scalar.value, (name) => this.#lookup(name));
    let from = scalar.at.start;
    let reported = false;
    for (const fault of faults) {
      const at = this.#spanOf(fault, { start: from, end: scalar.at.end });
      from = at.end;
      reported = true;
      if (!this.#variables.inputs.missing.has(fault.name)) this.#reportFault(fault, at, key);
    }
    return { ...scalar, value: text, state: reported ? "unknown" : "interpolated" };
  }

  #lookup(name: string): string | undefined {
    const { inputs, env } = this.#variables;
    if (inputs.values.has(name)) return inputs.values.get(name);
    if (inputs.missing.has(name)) return undefined;
    return Object.hasOwn(env, name) ? env[name] : undefined;
  }

  /** Where the expression stands in the source; the whole value where quoting or folding hides it. */
  #spanOf(fault: Fault, within: Span): Span {
    const start = this.#text.indexOf(fault.expression, within.start);
    if (start < 0 || start + fault.expression.length > within.end) return within;
    return { start, end: start + fault.expression.length };
  }

  #reportFault(fault: Fault, at: Span, key: string): void {
    switch (fault.kind) {
      case "invalid":
        this.#report(at, `"${fault.expression}" is no variable; for a plain dollar sign write "$$"`);
        return;
      case "required":
        this.#report(at, `variable ${fault.name} is missing: ${fault.words || "it has no value"}`);
        return;
      case "unset":
        this.#report(at, `variable ${fault.name} is not set${this.#wayOut(fault, key)}`, {
          suggestion: this.#meant(fault.name),
        });
    }
  }

  #wayOut(fault: Fault, key: string): string {
    if (shellKeys.has(key)) return `; for a dollar sign of the shell write "$${fault.expression}"`;
    return `; export it, or give a default: "\${${fault.name}:-…}"`;
  }

  #meant(name: string): string | undefined {
    const { inputs, env } = this.#variables;
    const input = didYouMean(name, [...inputs.values.keys(), ...inputs.missing]);
    return input ?? didYouMean(name, Object.keys(env));
  }
}
