// The schema keeps what the code relies on, and what is generated from it is up to date.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
// @ts-expect-error: a script without types
import { newAjv, presetSchema, readSchema } from "../../scripts/build-schema.mjs";
// @ts-expect-error: a script without types
import { referencePage } from "../../scripts/reference-page.mjs";
import { nameRules } from "../../src/config/key-names.ts";
import { presetSchema as ownPresets, schema } from "../../src/config/schema.ts";
import { expand } from "../../src/config/template.ts";

type Node = Readonly<Record<string, unknown>>;

/** Every place of the schema where keys are declared or constraints stand, with its pointer. */
function nodesOf(node: Node, pointer = "#"): readonly { readonly pointer: string; readonly node: Node }[] {
  const groups = ["properties", "patternProperties", "definitions"].flatMap((group) =>
    Object.entries((node[group] ?? {}) as Node).map(([key, child]) => [`${group}/${key}`, child] as const),
  );
  const single = ["items", "additionalProperties"].map((key) => [key, node[key]] as const);
  const children = [...groups, ...single].filter(([, child]) => typeof child === "object" && child !== null);
  return [{ pointer, node }, ...children.flatMap(([key, child]) => nodesOf(child as Node, `${pointer}/${key}`))];
}

const nodes = nodesOf(schema as unknown as Node);

test("it holds no alternatives, and only keywords that src/config/explain.ts has words for", () => {
  const words = ["$schema", "$comment", "title", "description", "examples", "definitions", "$ref"];
  const structure = ["properties", "patternProperties", "additionalProperties", "items"];
  const checks = [
    ...["type", "enum", "required", "additionalProperties", "minLength", "maxLength", "minimum", "maximum"],
    ...["exclusiveMinimum", "minItems", "minProperties", "pattern", "format"],
  ];
  const used = new Set(nodes.flatMap(({ node }) => Object.keys(node)));
  expect([...used].filter((keyword) => ![...words, ...structure, ...checks].includes(keyword))).toEqual([]);
});

test("every key has a description and examples", () => {
  const definitions = (schema.definitions ?? {}) as Readonly<Record<string, Node>>;
  const bare = nodes
    .filter(({ pointer }) => /\/properties\/[^/]+$/.test(pointer))
    .filter(({ node }) => {
      const target = { ...definitions[String(node.$ref ?? "").replace("#/definitions/", "")], ...node } as Node;
      return !target.description || !Array.isArray(target.examples) || target.examples.length === 0;
    });
  expect(bare.map(({ pointer }) => pointer)).toEqual([]);
});

const variables: Readonly<Record<string, string>> = { feature: "auth", HOME: "/home/ann" };

test("every example is right where it stands", () => {
  const ajv = newAjv();
  ajv.addSchema(readSchema(), "crew");
  const wrong = nodes.flatMap(({ pointer, node }) =>
    ((node.examples ?? []) as readonly unknown[]).flatMap((example) => {
      const validate = ajv.getSchema(`crew${pointer}`);
      // What the file's variables stand for is checked.
      const value = JSON.parse(JSON.stringify(example), (_, each) =>
        typeof each === "string" ? expand(each, (name) => variables[name]).text : each,
      );
      return validate(value) ? [] : [{ pointer, example, errors: validate.errors }];
    }),
  );
  expect(wrong).toEqual([]);
});

test("free names have words for what they may be", () => {
  const patterns = nodes.flatMap(({ node }) => Object.keys((node.patternProperties ?? {}) as Node));
  const free = [...new Set(patterns)].filter((pattern) => pattern !== "^x-");
  expect(free.filter((pattern) => !nameRules[pattern])).toEqual([]);
  expect(Object.keys(nameRules).filter((pattern) => !free.includes(pattern))).toEqual([]);
});

test("schemas/preset.schema.json is up to date (node scripts/build-schema.mjs)", () => {
  expect(ownPresets).toEqual(presetSchema(readSchema()));
});

test("docs/crew-yaml.md is up to date (node scripts/build-schema.mjs)", () => {
  const page = readFileSync(new URL("../../docs/crew-yaml.md", import.meta.url), "utf8");
  expect(page).toBe(referencePage(readSchema()));
});
