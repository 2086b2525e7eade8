// Writes the reference page of crew.yaml from its JSON Schema, as Markdown. Pure: schema in, text out.

/** The page: one section per mapping, one row per key. */
export function referencePage(schema) {
  const sections = collectSections(schema);
  return `${[
    "# crew.yaml",
    "<!-- Generated from schemas/crew.schema.json by scripts/build-schema.mjs. -->",
    introduction,
    contents(sections),
    ...sections.map((section) => sectionText(section, schema)),
  ].join("\n\n")}\n`;
}

const introduction = `Every key, with its forms and an example. Values may hold \`\${VAR}\`, \`\${VAR:-default}\` and
\`\${VAR:?message}\`; \`$$\` is a plain dollar sign. Keys that begin with \`x-\` are yours. Editors check the file against
\`schemas/crew.schema.json\` when its first line is \`# yaml-language-server: $schema=…/crew.schema.json\`.`;

function contents(sections) {
  return sections.map((section) => `- [${section.title}](#${anchor(section.title)})`).join("\n");
}

/** Mappings with keys of their own, each once, in the order in which the page's reader meets them. */
function collectSections(schema) {
  const sections = [{ title: "The file", node: schema, words: schema.description }];
  const seen = new Set();
  const visit = (path, node, words) => {
    const name = node.$ref?.replace("#/definitions/", "");
    const target = name ? schema.definitions[name] : node;
    const text = node.description ?? target.description ?? words;
    if (name && seen.has(name)) return;
    if (name) seen.add(name);
    if (target.properties) sections.push({ title: path, node: target, words: text });
    for (const [key, value] of Object.entries(target.properties ?? {})) visit(`${path}.${key}`, value);
    for (const [at, value] of members(target)) visit(`${path}${at}`, value, text);
  };
  // `defaults` is a role: the role's own section stands under its usual place.
  const order = Object.entries(schema.properties).filter(([key]) => key !== "defaults");
  for (const [key, value] of order) visit(key, value);
  return sections;
}

/** What stands under free names or in a list. Where both forms hold the same, once. */
function members(node) {
  const found = [];
  for (const [pattern, value] of Object.entries(node.patternProperties ?? {})) {
    if (pattern !== "^x-") found.push([".NAME", value]);
  }
  if (typeof node.additionalProperties === "object") found.push([".NAME", node.additionalProperties]);
  const listed = node.items && !found.some(([, value]) => value.$ref && value.$ref === node.items.$ref);
  if (listed) found.push(["[]", node.items]);
  return found;
}

function sectionText(section, schema) {
  const required = new Set(section.node.required ?? []);
  const rows = Object.entries(section.node.properties).map(([key, value]) => {
    const target = { ...resolve(value, schema), ...value };
    const cells = [
      `\`${key}\`${required.has(key) ? " (required)" : ""}`,
      forms(target),
      target.description,
      (target.examples ?? []).map((example) => `\`${flow(example)}\``).join("<br>"),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  const words = section.words ? `${section.words}\n\n` : "";
  return `## ${section.title}\n\n${words}| key | form | meaning | example |\n|---|---|---|---|\n${rows.join("\n")}`;
}

function resolve(node, schema) {
  return node.$ref ? schema.definitions[node.$ref.replace("#/definitions/", "")] : node;
}

const formNames = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  array: "list",
  object: "map",
  null: "nothing",
};

function forms(node) {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  return [node.type]
    .flat()
    .map((type) => formNames[type])
    .join(", ");
}

/** A value as YAML writes it on one line. */
function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${flow(item)}`)
      .join(", ")}}`;
  }
  if (typeof value !== "string") return String(value);
  return /^[A-Za-z./$_][A-Za-z0-9 ./$_=@*-]*$/.test(value) && !reads.has(value) ? value : JSON.stringify(value);
}

/** Words that YAML would read as something other than text. */
const reads = new Set(["true", "false", "null", "~"]);

function anchor(title) {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9_ -]/g, "")
    .replaceAll(" ", "-");
}
