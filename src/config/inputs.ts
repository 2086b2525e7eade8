// What the file declares under `inputs:`, and the values it gets. Knows nothing of where they are used.
import { didYouMean } from "./did-you-mean.ts";
import type { Report } from "./problem.ts";
import { keySpanOf, keysAt, type Mapping, spanOf, valueAt } from "./tree.ts";

export interface Inputs {
  readonly values: ReadonlyMap<string, string>;
  /** Required and not given: already reported, so their uses are not. */
  readonly missing: ReadonlySet<string>;
}

/** Reads the declarations leniently: their shape is checked with everything else. */
export function readInputs(tree: Mapping, given: Readonly<Record<string, string>>, report: Report): Inputs {
  const names = keysAt(tree, ["inputs"]);
  reportUnknown({ tree, names, given }, report);
  const values = new Map<string, string>();
  const missing = new Set<string>();
  for (const name of names) {
    const value = Object.hasOwn(given, name) ? given[name] : scalarText(tree, name, "default");
    if (value !== undefined) {
      values.set(name, value);
      checkPattern({ tree, name, value }, report);
    } else if (isOptional(tree, name)) {
      values.set(name, "");
    } else {
      missing.add(name);
      // Of a declaration that is wrong itself, that is said.
      if (isSound(tree, name)) reportMissing(tree, name, report);
    }
  }
  return { values, missing };
}

function reportUnknown(
  file: {
    readonly tree: Mapping;
    readonly names: readonly string[];
    readonly given: Readonly<Record<string, string>>;
  },
  report: Report,
): void {
  for (const name of Object.keys(file.given)) {
    if (file.names.includes(name)) continue;
    const at = valueAt(file.tree, ["inputs"]) ? keySpanOf(file.tree, ["inputs"]) : { start: 0, end: 0 };
    report(at, `--set ${name}: the file declares no input "${name}"`, {
      suggestion: didYouMean(name, file.names),
      allowed: file.names.length > 0 ? file.names.join(", ") : `inputs: {${name}: {}}`,
    });
  }
}

function reportMissing(tree: Mapping, name: string, report: Report): void {
  const description = scalarText(tree, name, "description");
  const words = description ? ` (${description})` : "";
  report(keySpanOf(tree, ["inputs", name]), `input ${name}${words} has no value: crew up --set ${name}=…`);
}

function checkPattern(
  input: { readonly tree: Mapping; readonly name: string; readonly value: string },
  report: Report,
): void {
  const pattern = scalarText(input.tree, input.name, "pattern");
  if (pattern === undefined) return;
  const at = spanOf(input.tree, ["inputs", input.name, "pattern"]);
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, "u");
  } catch (error) {
    report(
      at,
      `pattern of input ${input.name} is no regular expression: ${(error as Error).message.replace(/^.*: /, "")}`,
    );
    return;
  }
  if (expression.test(input.value)) return;
  report(at, `input ${input.name} is "${input.value}", which does not match its pattern`, { allowed: pattern });
}

function isSound(tree: Mapping, name: string): boolean {
  const declaration = valueAt(tree, ["inputs", name]);
  if (declaration?.kind === "mapping") return !declaration.entries.has("default");
  return declaration?.kind === "scalar" && declaration.value === null && declaration.state === "written";
}

function isOptional(tree: Mapping, name: string): boolean {
  const required = valueAt(tree, ["inputs", name, "required"]);
  return required?.kind === "scalar" && required.value === false;
}

function scalarText(tree: Mapping, name: string, key: string): string | undefined {
  const node = valueAt(tree, ["inputs", name, key]);
  if (node?.kind !== "scalar" || node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : node.source;
}
