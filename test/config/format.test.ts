// How problems and the long form are printed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatConfig, formatProblems, formatProblemsJson, type Problem } from "../../src/config/load.ts";
import { smallest, team } from "./design-files.ts";
import { canonicalOf, crewOf, load } from "./support.ts";

/** Any UTF-16 units, half surrogates and control characters among them. */
const anyText = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units));

const problem = (rest: Partial<Problem>): Problem => ({
  ...{ file: "/work/shop/crew.yaml", line: 1, column: 1, length: 1, message: "wrong" },
  ...rest,
});

test("a problem in JSON", () => {
  const { problems } = load("epic: a\nroles: {a: {brnch: x}}\n");
  const [{ allowed, ...rest } = problem({})] = JSON.parse(formatProblemsJson(problems)) as Problem[];
  expect(rest).toMatchInlineSnapshot(`
    {
      "column": 13,
      "file": "/work/shop/crew.yaml",
      "length": 5,
      "line": 2,
      "message": "unknown key "brnch" in role a",
      "suggestion": "branch",
    }
  `);
  expect(allowed?.split(", ").slice(0, 5)).toEqual(["agent", "beads", "branch", "budget", "build"]);
});

test("the file is called as the caller calls it", () => {
  expect(formatProblems([problem({})], { text: "epic: a\n", file: "sub/crew.yaml" })).toMatchInlineSnapshot(`
    "sub/crew.yaml:1:1  wrong
      1 | epic: a
        | ^"
  `);
});

test("wide characters, tabs and long lines keep the caret in its place", () => {
  const at = (text: string, piece: string) => problem({ column: text.indexOf(piece) + 1, length: piece.length });
  const show = (text: string, piece: string) => formatProblems([at(text, piece)], { text });
  expect(show("epic: {title: 日本, brnch: x}", "brnch")).toMatchInlineSnapshot(`
    "crew.yaml:1:19  wrong
      1 | epic: {title: 日本, brnch: x}
        |                     ^^^^^"
  `);
  expect(show("\tepic:\tx", "x")).toMatchInlineSnapshot(`
    "crew.yaml:1:8  wrong
      1 |  epic: x
        |        ^"
  `);
  expect(show(`${"a".repeat(300)} here ${"b".repeat(300)}`, "here")).toMatchInlineSnapshot(`
    "crew.yaml:1:302  wrong
      1 | …aaaaaaaaaaaaaaaaaaa here bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
        |                      ^^^^"
  `);
});

test("a place over several lines is marked on the first", () => {
  expect(formatProblems([problem({ column: 7, length: 100 })], { text: "epic: [a,\n  b]\n" })).toMatchInlineSnapshot(`
    "crew.yaml:1:7  wrong
      1 | epic: [a,
        |       ^^^"
  `);
});

test("what a terminal would obey is not printed", () => {
  const text = formatProblems([problem({ message: "a\u001b[31mb\u202e" })], { text: "epic: \u001b]0;x\u0007\n" });
  expect(text).toMatchInlineSnapshot(`
    "crew.yaml:1:1  a�[31mb�
      1 | epic: �]0;x�
        | ^"
  `);
});

test("the long form as YAML, keys in the order of the reference page", () => {
  expect(formatConfig(canonicalOf(smallest), "yaml")).toMatchInlineSnapshot(`
    "name: shop
    inputs: {}
    epic:
      title: Rate-limit sign-in
      branch: epic/rate-limit-sign-in
    tasks:
      limit:
        title: "POST /login: five tries a minute per IP, then 429"
        type: task
        priority: 2
        labels: []
        blocked_by: []
        tasks: {}
    roles:
      dev:
        agent:
          preset: claude
          turn_timeout: 45m
          max_attempts: 3
        branch: feature/rate-limit-sign-in-dev
        beads: {}
        into: epic
        depends_on: []
        setup:
          run: npm ci
        image: node:24
        environment: {}
    gates:
      npm test:
        run: npm test
        setup:
          run: npm ci
        timeout: 30m
        environment: {}
        on:
          - candidate
          - land
        image: node:24
    review: epic
    land: merge
    strategy: merge
    batch: 1
    max_gates: 1
    max_parallel: 4
    radar: warn
    push: false
    close: on-land
    protect: []
    runtime: docker
    tracker:
      kind: auto
    "
  `);
});

test("the long form loads again and gives the same, dollar signs included", () => {
  const shell = "epic: a\nroles: {a: {check: 'echo $$HOME', environment: {A: $$B}}}\ngates: ['echo $$x']\n";
  for (const text of [smallest, team, shell]) {
    const first = canonicalOf(text, { inputs: text === team ? { feature: "auth" } : {} });
    const yaml = formatConfig(first, "yaml");
    expect(formatConfig(canonicalOf(yaml), "yaml")).toBe(yaml);
    expect(JSON.parse(formatConfig(first, "json"))).toEqual(JSON.parse(JSON.stringify(canonicalOf(yaml))));
  }
  const [role] = crewOf(formatConfig(canonicalOf(shell), "yaml")).roles;
  expect([role?.check, role?.environment]).toEqual(["echo $HOME", { A: "$B" }]);
});

test("secrets are names, never values", () => {
  const text = "epic: a\nsecrets: {T: {environment: TOKEN}}\nroles: {a: {environment: {TOKEN: }}}\n";
  const canonical = canonicalOf(text, { env: { TOKEN: "s3cr3t" } });
  expect(formatConfig(canonical, "yaml") + formatConfig(canonical, "json")).not.toContain("s3cr3t");
});

test("any problem anywhere can be printed", () => {
  const place = fc.record({
    line: fc.integer({ min: 1, max: 9 }),
    column: fc.integer({ min: 1, max: 200 }),
    length: fc.nat(200),
  });
  fc.assert(
    fc.property(anyText, place, (text, at) => {
      expect(formatProblems([problem(at)], { text })).toContain(`crew.yaml:${at.line}:${at.column}  wrong`);
    }),
  );
});
