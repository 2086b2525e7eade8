// Whatever the text: loading never throws, and every problem points into the text.
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { formatProblems, type Loaded, loadCrew } from "../../src/config/load.ts";
import { findCycles } from "../../src/config/rules/find-cycles.ts";
import { schema } from "../../src/config/schema.ts";
import { smallest, team } from "./design-files.ts";

function check(text: string): void {
  const loaded = loadCrew({ file: "/work/shop/crew.yaml", text, env: { A: "1" }, inputs: { feature: "auth" } });
  const lines = text.split("\n");
  for (const problem of [...loaded.problems, ...loaded.unsupported]) {
    const line = lines[problem.line - 1];
    expect(line, `line ${problem.line} of ${JSON.stringify(text)}`).toBeDefined();
    expect(problem.column).toBeGreaterThanOrEqual(1);
    expect(problem.column).toBeLessThanOrEqual((line ?? "").length + 1);
    const offset = lines.slice(0, problem.line - 1).join("\n").length + (problem.line > 1 ? 1 : 0) + problem.column - 1;
    expect(offset + problem.length).toBeLessThanOrEqual(text.length);
    expect(problem.message).not.toBe("");
  }
  expect(loaded.crew === undefined).toBe(loaded.problems.length > 0);
  expect(sorted(loaded)).toBe(true);
  formatProblems(loaded.problems, { text });
}

function sorted({ problems }: Loaded): boolean {
  return problems.every((one, i) => {
    const before = problems[i - 1];
    return !before || before.line < one.line || (before.line === one.line && before.column <= one.column);
  });
}

/** Any UTF-16 units, half surrogates and control characters among them. */
const anyText = fc.array(fc.nat(0xffff), { maxLength: 100 }).map((units) => String.fromCharCode(...units));

test("garbage", () => {
  fc.assert(fc.property(anyText, check), { numRuns: 200 });
  const yamlish = fc.constantFrom(
    ..."{}[]:,-?&*!|>'\"#%@` \n\t\r$~<=a1",
    "<<: ",
    "epic: ",
    "\n  ",
    "&a ",
    "*a",
    "---\n",
    "${",
    "!!set ",
  );
  const text = fc.array(yamlish, { maxLength: 60 }).map((pieces) => pieces.join(""));
  fc.assert(fc.property(text, check), { numRuns: 600 });
});

test("a good file with a piece cut out, doubled or replaced", () => {
  for (const file of [smallest, team]) {
    const place = fc.nat(file.length);
    const edit = fc.record({
      from: place,
      length: fc.nat(40),
      put: fc.constantFrom("", ":", "{", "]", "\n", "$", "x: y", "  ", "'"),
    });
    fc.assert(
      fc.property(edit, ({ from, length, put }) => check(file.slice(0, from) + put + file.slice(from + length))),
      { numRuns: 120 },
    );
  }
});

test("any data under the keys of the schema", () => {
  const keys = [...JSON.stringify(schema).matchAll(/"([a-z_]{2,})":\{"/g)].map((match) => match[1] ?? "");
  const key = fc.oneof(
    fc.constantFrom(...new Set(keys)),
    fc.constantFrom("epic", "roles", "dev", "a", "tasks", "gates"),
  );
  const leaf = fc.oneof(
    fc.constantFrom("a", "dev", "epic", "", "$A", `\${B}`, "1h", `\${A:-x}`),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  const file = fc.dictionary(key, tree, { maxKeys: 8 });
  fc.assert(
    fc.property(file, (data) => check(stringify({ epic: "x", roles: { dev: {}, a: {} }, ...data }))),
    { numRuns: 300 },
  );
});

test("cycles: found exactly where something waits for itself", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e");
  const graph = fc.dictionary(name, fc.array(name, { maxLength: 3 }));
  fc.assert(
    fc.property(graph, (edges) => {
      const names = Object.keys(edges);
      const next = (node: string): readonly string[] => edges[node] ?? [];
      const cycles = findCycles(names, next);
      for (const cycle of cycles) {
        cycle.forEach((node, i) => {
          expect(next(node)).toContain(cycle[(i + 1) % cycle.length]);
        });
      }
      expect(cycles.length > 0).toBe(names.some((node) => reaches(node, node, next)));
    }),
  );
});

function reaches(from: string, to: string, next: (node: string) => readonly string[]): boolean {
  const seen = new Set<string>();
  const rest = [...next(from)];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node === to) return true;
    if (!seen.has(node)) rest.push(...next(node));
    seen.add(node);
  }
  return false;
}

test("a thousand roles", () => {
  const roles = Array.from({ length: 1000 }, (_, i) => `  r${i}: {depends_on: [${i === 0 ? "" : `r${i - 1}`}]}\n`);
  const text = `epic: Big\nroles:\n${roles.join("")}`;
  const loaded = loadCrew({ file: "/work/shop/crew.yaml", text, env: {}, inputs: {} });
  expect([loaded.problems, loaded.crew?.roles.length]).toEqual([[], 1000]);
});
