// The JSON Schema as data: what it says about a place in the file. Because it holds no alternatives (anyOf, oneOf), a
// path leads to exactly one place.
import crewSchema from "../../schemas/crew.schema.json" with { type: "json" };
import ownPresetSchema from "../../schemas/preset.schema.json" with { type: "json" };
import type { Path } from "./tree.ts";

export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode | boolean>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

export const schema = crewSchema as unknown as SchemaNode;

/** Of a preset's own file. */
export const presetSchema = ownPresetSchema as unknown as SchemaNode;

/** What the schema says about a place; undefined below `x-*` and unknown keys. */
export function schemaAt(path: Path, root = schema): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const step of path) node = node && resolve(childOf(node, String(step)), root);
  return node;
}

/** Keys with a meaning of their own at a place, in alphabetical order. */
export function keysOf(node: SchemaNode | undefined): readonly string[] {
  return Object.keys(node?.properties ?? {}).sort();
}

/** The pattern of the free names at a place: of roles, tasks, variables. */
export function namePattern(node: SchemaNode | undefined): string | undefined {
  return Object.keys(node?.patternProperties ?? {}).find((pattern) => pattern !== extension);
}

const extension = "^x-";

function childOf(node: SchemaNode, step: string): SchemaNode | undefined {
  const { properties, patternProperties, additionalProperties, items } = node;
  if (properties && Object.hasOwn(properties, step)) return properties[step];
  if (items && /^\d+$/.test(step) && typesOf(node).includes("array")) return items;
  for (const [pattern, child] of Object.entries(patternProperties ?? {})) {
    if (new RegExp(pattern, "u").test(step)) return typeof child === "boolean" ? undefined : child;
  }
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** The definition, with what stands beside the reference winning. */
function resolve(node: SchemaNode | undefined, root: SchemaNode): SchemaNode | undefined {
  const name = node?.$ref?.replace("#/definitions/", "");
  if (!node || name === undefined) return node;
  return { ...resolve(root.definitions?.[name], root), ...node };
}

/** The kinds of value that may stand at a place. */
export function typesOf(node: SchemaNode | undefined): readonly string[] {
  return node?.type === undefined ? [] : [node.type].flat();
}
