// A failed check of the schema → a sentence. Says what is wrong, what may stand there, and what was probably meant.
import { stringify } from "yaml";
import { didYouMean } from "./did-you-mean.ts";
import formats from "./formats.json" with { type: "json" };
import type { ShapeError } from "./generated/validate.js";
import { misplacedKey, nameRules } from "./key-names.ts";
import { inPlace, placeName } from "./places.ts";
import type { Finding } from "./problem.ts";
import { keysOf, namePattern, type SchemaNode, schema, schemaAt, typesOf } from "./schema.ts";
import { keySpanOf, type Mapping, type Path, pathOf, type Scalar, spanOf, type Tree, valueAt } from "./tree.ts";

/** Every keyword that the schema uses; a test holds the schema to it. */
export type Keyword =
  | "type"
  | "enum"
  | "required"
  | "additionalProperties"
  | "minLength"
  | "maxLength"
  | "minimum"
  | "maximum"
  | "exclusiveMinimum"
  | "minItems"
  | "minProperties"
  | "pattern"
  | "format";

interface Failure {
  readonly root: SchemaNode;
  readonly tree: Mapping;
  readonly path: Path;
  readonly node: SchemaNode | undefined;
  readonly value: Tree | undefined;
  readonly error: ShapeError;
}

/** `root`: the schema that the tree was checked against. */
export function explain(error: ShapeError, tree: Mapping, root = schema): Finding {
  const path = pathOf(error.instancePath);
  const failure = { root, tree, path, node: schemaAt(path, root), value: valueAt(tree, path), error };
  const keyword = error.keyword as Keyword;
  const at = spanOf(tree, path);
  const name = placeName(path);
  const { limit } = error.params;
  switch (keyword) {
    case "type":
      return { at, message: `${name} must be ${wanted(failure)}, not ${given(failure)}` };
    case "enum":
      return notAllowed(failure, (error.params.allowedValues as readonly string[]) ?? []);
    case "pattern":
      return patternFailed(failure);
    case "format":
      return {
        at,
        message: `${name} must be ${formatWords(String(error.params.format), root)}, not ${quoted(failure)}`,
      };
    case "required":
      return missingKey(failure, String(error.params.missingProperty));
    case "additionalProperties":
      return unknownKey(failure, String(error.params.additionalProperty));
    case "minLength":
      return { at, message: `${name} is empty` };
    case "maxLength":
      return { at, message: `${name} is longer than ${limit} characters` };
    case "minimum":
      return { at, message: `${name} must be at least ${limit}, not ${quoted(failure)}` };
    case "maximum":
      return { at, message: `${name} must be at most ${limit}, not ${quoted(failure)}` };
    case "exclusiveMinimum":
      return { at, message: `${name} must be more than ${limit}, not ${quoted(failure)}` };
    case "minItems":
      return { at, message: `${name} is an empty list` };
    case "minProperties":
      return { at: keySpanOf(tree, path), message: `${name} is empty: name at least one`, ...example(failure.node) };
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  null: "nothing",
};

/** `text or a map`, with an example. */
function wanted({ node, root }: Pick<Failure, "node" | "root">): string {
  if (node?.format) return formatWords(node.format, root);
  const types = typesOf(node).filter((type) => type !== "null");
  const words = listed(types.map((type) => typeWords[type] ?? type));
  const [first] = node?.examples ?? [];
  return first === undefined || typeof first === "boolean" ? words : `${words}, such as ${flow(first)}`;
}

function given({ value, node }: Pick<Failure, "value" | "node">): string {
  if (value?.kind === "list") return "a list";
  if (value?.kind === "mapping") return "a map";
  if (!value || value.value === null) return "nothing";
  if (typeof value.value === "string") return "text";
  // Text that YAML reads as something else is what most of these are.
  const plain = `${typeof value.value === "number" ? "the number" : "the value"} ${value.source}`;
  return wouldDoAsText(value.source, node) ? `${plain} (as text: "${value.source}")` : plain;
}

function wouldDoAsText(source: string, node: SchemaNode | undefined): boolean {
  const pattern = node?.format === undefined ? "" : formatNamed(node.format)?.pattern;
  return typesOf(node).includes("string") && pattern !== undefined && new RegExp(pattern).test(source);
}

function notAllowed({ tree, path, value, error }: Failure, values: readonly string[]): Finding {
  const typed = textOf(value);
  const suggestion = values.find((one) => one === typed.toLowerCase()) ?? didYouMean(typed, values);
  const message = `${placeName(path)} must be ${listed(values)}, not "${typed}"`;
  return { at: spanOf(tree, pathOf(error.instancePath)), message, suggestion };
}

/** A pattern of plain alternatives reads as a list of values. */
function patternFailed(failure: Failure): Finding {
  const pattern = String(failure.error.params.pattern);
  const at = spanOf(failure.tree, failure.path);
  if (pattern === "\\S") return { at, message: `${placeName(failure.path)} is empty` };
  const alternatives = /^\^\(([a-z|-]+)(?:\(:\[0-9\]\+\)\?)?\)\$$/.exec(pattern)?.[1]?.split("|");
  if (alternatives) return notAllowed(failure, alternatives);
  return { at, message: `${placeName(failure.path)} must be NAME=value or NAME, not ${quoted(failure)}` };
}

/** As it has to be written: the `$` of a preset's own file stands for itself. */
function formatWords(format: string, root: SchemaNode): string {
  const words = formatNamed(format)?.words ?? format;
  return root === schema ? words.replaceAll("$", () => "$$") : words;
}

function formatNamed(name: string): { readonly pattern: string; readonly words: string } | undefined {
  return (formats as Readonly<Record<string, { readonly pattern: string; readonly words: string }>>)[name];
}

function missingKey({ root, tree, path, node }: Failure, key: string): Finding {
  const child = schemaAt([...path, key], root);
  if (path.length === 0) {
    return {
      at: { start: tree.at.start, end: tree.at.start },
      message: `the file has no ${key}`,
      ...example(child, key),
    };
  }
  const allowed = keysOf(node).join(", ");
  return { at: keySpanOf(tree, path), message: `${placeName(path)} has no ${key}`, allowed };
}

function unknownKey({ root, tree, path, node }: Failure, key: string): Finding {
  const at = keySpanOf(tree, [...path, key]);
  const pattern = namePattern(node);
  const rule = pattern === undefined ? undefined : nameRules[pattern];
  if (rule) {
    const message = `${rule.what} "${key}" ${inPlace(path)} must be ${rule.words}`;
    return { at, message, suggestion: rule.fix?.(key) };
  }
  const keys = keysOf(node);
  const message = `unknown key "${key}" ${inPlace(path)}${root === schema ? misplacedKey(key) : ""}`;
  return { at, message, suggestion: didYouMean(key, keys), allowed: keys.join(", ") };
}

function example(node: SchemaNode | undefined, key?: string): { readonly allowed?: string } {
  const [first] = node?.examples ?? [];
  if (first === undefined) return {};
  return { allowed: key === undefined ? flow(first) : `${key}: ${flow(first)}` };
}

function quoted({ value }: Failure): string {
  const text = textOf(value);
  return value?.kind === "scalar" && typeof value.value === "string" ? `"${text}"` : text;
}

function textOf(value: Tree | undefined): string {
  if (value?.kind !== "scalar") return value?.kind === "list" ? "a list" : "a map";
  return String((value as Scalar).value ?? "");
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A value as YAML writes it on one line. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}
