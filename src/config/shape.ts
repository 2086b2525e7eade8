// Checks a tree against the schema. What is wrong is reported and taken out, so that the rules can look at all the rest.
import { parse as parseYaml } from "yaml";
import { explain } from "./explain.ts";
import type { CrewFile } from "./generated/crew-file.ts";
import validate, { type ShapeError } from "./generated/validate.js";
import type { Finding } from "./problem.ts";
import { dataOf, type Mapping, pathOf, pointerOf, rewrite, type Scalar, type Tree, valueAt } from "./tree.ts";
import { numberAs } from "./yaml-tree.ts";

export interface Shaped {
  /** The file as the schema describes it, except that top-level keys may be missing. */
  readonly file: Partial<CrewFile>;
  /** The tree that `file` is the data of. */
  readonly tree: Mapping;
  readonly findings: readonly Finding[];
}

export function checkShape(written: Mapping): Shaped {
  const tree = castInterpolated(written);
  const errors = errorsOf(tree);
  return { ...pruned(withoutUnknown(tree)), findings: findingsOf(errors, tree) };
}

function errorsOf(tree: Mapping): readonly ShapeError[] {
  return validate(dataOf(tree)) ? [] : (validate.errors ?? []);
}

/** `max_parallel: ${N}` is text after interpolation, and meant as what YAML would read there. */
function castInterpolated(tree: Mapping): Mapping {
  const changes = new Map<string, Tree>();
  for (const error of errorsOf(tree)) {
    const value = valueAt(tree, pathOf(error.instancePath));
    if (error.keyword !== "type" || value?.kind !== "scalar" || value.state !== "interpolated") continue;
    changes.set(error.instancePath, cast(value));
  }
  return changes.size === 0 ? tree : (rewrite(tree, changes) as Mapping);
}

function cast(scalar: Scalar): Scalar {
  const text = String(scalar.value);
  if (!/^(?:true|false|[-+]?[0-9.]+)$/.test(text)) return scalar;
  const value: unknown = parseYaml(text);
  if (typeof value === "number") return { ...scalar, value: numberAs(text, value), source: text };
  return typeof value === "boolean" ? { ...scalar, value, source: text } : scalar;
}

/** One sentence per mistake; what an alias repeats is one mistake. */
function findingsOf(errors: readonly ShapeError[], tree: Mapping): readonly Finding[] {
  const findings = new Map<string, Finding>();
  const empty = new Set(errors.filter((error) => error.keyword === "minLength").map((error) => error.instancePath));
  for (const error of errors) {
    const value = valueAt(tree, pathOf(error.instancePath));
    if (value?.kind === "scalar" && value.state === "unknown") continue;
    // Empty text is one mistake, whatever else it therefore is not.
    if (empty.has(error.instancePath) && error.keyword !== "minLength") continue;
    const finding = explain(error, tree);
    const key = `${finding.at.start}:${finding.at.end}:${error.keyword}:${error.params.missingProperty ?? ""}`;
    if (!findings.has(key)) findings.set(key, finding);
  }
  return [...findings.values()];
}

/** Values that depend on a variable without a value say nothing. */
function withoutUnknown(tree: Mapping): Mapping {
  const changes = new Map<string, "remove">();
  const visit = (node: Tree, pointer: string): void => {
    if (node.kind === "scalar" && node.state === "unknown") changes.set(pointer, "remove");
    if (node.kind === "list") {
      node.items.forEach((item, index) => {
        visit(item, `${pointer}/${index}`);
      });
    }
    if (node.kind === "mapping") {
      for (const [key, entry] of node.entries) visit(entry.value, `${pointer}${pointerOf([key])}`);
    }
  };
  visit(tree, "");
  return changes.size === 0 ? tree : (rewrite(tree, changes) as Mapping);
}

/** Takes out whatever the schema refuses, until what it refuses does not matter to the rules. */
function pruned(tree: Mapping): Pick<Shaped, "file" | "tree"> {
  let rest = tree;
  let errors = errorsOf(rest);
  while (errors.some((error) => !isHarmless(error))) {
    const changes = new Map<string, "remove">();
    for (const error of errors) if (!isHarmless(error)) changes.set(culprit(error), "remove");
    rest = rewrite(rest, changes) as Mapping;
    errors = errorsOf(rest);
  }
  return { file: dataOf(rest) as Partial<CrewFile>, tree: rest };
}

/** A key that is missing at the top, and a title that is text but no good title: taking it out would take more with it. */
function isHarmless(error: ShapeError): boolean {
  if (error.keyword === "required") return error.instancePath === "";
  if (!["minLength", "maxLength", "pattern"].includes(error.keyword)) return false;
  return /^(?:\/epic|(?:\/tasks\/[^/]+)+)(?:\/title)?$/.test(error.instancePath);
}

function culprit(error: ShapeError): string {
  const key = error.params.additionalProperty;
  return key === undefined ? error.instancePath : `${error.instancePath}${pointerOf([String(key)])}`;
}
