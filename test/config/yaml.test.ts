// YAML itself: mistakes of syntax, anchors, merge keys, and texts that are no crew file at all.
import { expect, test } from "vitest";
import { crewOf, load, problemsIn } from "./support.ts";

test("a file that holds nothing", () => {
  expect(problemsIn("")).toMatchInlineSnapshot(`
    "crew.yaml:1:1  the file is empty
      allowed: epic: Rate-limit sign-in"
  `);
  expect(problemsIn("# only a comment\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:1  the file is empty
      1 | # only a comment
        | ^
      allowed: epic: Rate-limit sign-in"
  `);
  expect(problemsIn("---\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:4  the file is empty
      1 | ---
        |    ^
      allowed: epic: Rate-limit sign-in"
  `);
});

test("a file that is no map", () => {
  expect(problemsIn("- epic\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:1  the file must be a map of keys such as epic, roles and gates
      1 | - epic
        | ^^^^^^
      allowed: epic: Rate-limit sign-in"
  `);
  expect(problemsIn("just text\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:1  the file must be a map of keys such as epic, roles and gates
      1 | just text
        | ^^^^^^^^^
      allowed: epic: Rate-limit sign-in"
  `);
});

test("a file without what it must have", () => {
  expect(problemsIn("name: shop\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:1  the file has no epic
      1 | name: shop
        | ^
      allowed: epic: Rate-limit sign-in

    crew.yaml:1:1  the file has no roles
      1 | name: shop
        | ^
      allowed: roles: {backend: {specialty: backend-developer}, frontend: {depends_on: [backend]}}"
  `);
  expect(problemsIn("epic: Sign-in\nroles: {}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:1  roles is empty: name at least one
      2 | roles: {}
        | ^^^^^
      allowed: {backend: {specialty: backend-developer}, frontend: {depends_on: [backend]}}"
  `);
});

test("every mistake of syntax is reported", () => {
  const text = 'epic: "Sign-in\nroles: {dev: {}\n';
  expect(problemsIn(text)).toMatchInlineSnapshot(
    `"crew.yaml:3:1  not YAML: a text that begins with " is never closed"`,
  );
  expect(problemsIn("epic: a\n\troles: {}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:1  a tab cannot indent: use spaces
      2 |  roles: {}
        | ^"
  `);
  expect(problemsIn("epic: a: b\nroles: [a\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:7  not YAML: a second ": " on this line; text that holds ": " must be in quotes
      1 | epic: a: b
        |       ^

    crew.yaml:3:1  not YAML: flow sequence in block collection must be sufficiently indented and end with a ]"
  `);
});

test("a key given twice, with all other problems", () => {
  const text = "epic: Sign-in\nroles:\n  dev: {}\n  ops: {brnch: x}\n  dev: {check: x}\nepic: Again\n";
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:4:9  unknown key "brnch" in role ops
      4 |   ops: {brnch: x}
        |         ^^^^^
      did you mean "branch"?  allowed: agent, beads, branch, budget, build, cap_add, check, cpus, …

    crew.yaml:5:3  the key "dev" is given twice; first in line 3
      5 |   dev: {check: x}
        |   ^^^

    crew.yaml:6:1  the key "epic" is given twice; first in line 1
      6 | epic: Again
        | ^^^^"
  `);
});

test("a second document, a tag, a key that is no text", () => {
  expect(problemsIn("epic: a\nroles: {dev: {}}\n---\nepic: b\n")).toMatchInlineSnapshot(`
    "crew.yaml:3:1  one file is one crew: "---" begins a second document
      3 | ---
        | ^^^"
  `);
  expect(problemsIn("epic: !secret a\nroles: {dev: !!set {a}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:15  the tag !secret is not used in crew.yaml
      1 | epic: !secret a
        |               ^

    crew.yaml:2:20  the tag !!set is not used in crew.yaml
      2 | roles: {dev: !!set {a}}
        |                    ^^^"
  `);
  expect(problemsIn("epic: a\nroles: {dev: {}}\n? [a, b]\n: c\n: d\n")).toMatchInlineSnapshot(`
    "crew.yaml:3:3  a key must be text
      3 | ? [a, b]
        |   ^^^^^^

    crew.yaml:5:1  a key must be text
      5 | : d
        | ^"
  `);
});

test("anchors, aliases and merge keys", () => {
  const text = `x-agent: &agent {command: ./agent, max_attempts: 2}
x-role: &role {check: npm test, prompt: Be brief.}
x-more: &more {check: npm run all, setup: npm ci}
epic: Sign-in
roles:
  api: {<<: [*role, *more], agent: *agent}
  web: {<<: *role, prompt: Be kind., agent: {<<: *agent, command: ./other}}
`;
  expect(crewOf(text).roles).toMatchInlineSnapshot(`
    [
      {
        "agent": {
          "command": "./agent",
          "maxAttempts": 2,
          "turnTimeoutMs": 2700000,
        },
        "beads": {
          "labels": [
            "api",
          ],
        },
        "branch": "feature/sign-in-api",
        "check": "npm test",
        "dependsOn": [],
        "environment": {},
        "into": "epic",
        "name": "api",
        "prompt": "Be brief.",
        "setup": "npm ci",
      },
      {
        "agent": {
          "command": "./other",
          "maxAttempts": 2,
          "turnTimeoutMs": 2700000,
        },
        "beads": {
          "labels": [
            "web",
          ],
        },
        "branch": "feature/sign-in-web",
        "check": "npm test",
        "dependsOn": [],
        "environment": {},
        "into": "epic",
        "name": "web",
        "prompt": "Be kind.",
      },
    ]
  `);
});

test("a mistake behind an anchor is shown where it stands, once", () => {
  const text = "x-a: &a {brnch: x}\nepic: Sign-in\nroles: {one: *a, two: {<<: *a}}\n";
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:1:10  unknown key "brnch" in role one
      1 | x-a: &a {brnch: x}
        |          ^^^^^
      did you mean "branch"?  allowed: agent, beads, branch, budget, build, cap_add, check, cpus, …"
  `);
});

test("aliases that lead nowhere, to themselves, or to what cannot be merged", () => {
  const text =
    "x-agent: &agnt {}\nepic: *titel\nroles: {dev: {agent: *agent}, ops: &ops {beads: *ops}, qa: {<<: text}}\n";
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:7  unknown alias "*titel": no anchor "&titel" comes before it
      2 | epic: *titel
        |       ^^^^^^

    crew.yaml:3:22  unknown alias "*agent": no anchor "&agent" comes before it
      3 | roles: {dev: {agent: *agent}, ops: &ops {beads: *ops}, qa: {<<: text}}
        |                      ^^^^^^
      did you mean "*agnt"?

    crew.yaml:3:49  alias "*ops" stands inside of what it repeats
      3 | roles: {dev: {agent: *agent}, ops: &ops {beads: *ops}, qa: {<<: text}}
        |                                                 ^^^^

    crew.yaml:3:61  "<<" takes a map, or a list of maps
      3 | roles: {dev: {agent: *agent}, ops: &ops {beads: *ops}, qa: {<<: text}}
        |                                                             ^^"
  `);
});

test("aliases that grow beyond measure", () => {
  const levels = Array.from({ length: 9 }, (_, i) => {
    const items = Array.from({ length: 9 }, () => (i === 0 ? "lol" : `*a${i - 1}`));
    return `x-${i}: &a${i} [${items.join(", ")}]`;
  });
  expect(problemsIn(`${levels.join("\n")}\nepic: Sign-in\nroles: {dev: {}}\n`)).toMatchInlineSnapshot(`
    "crew.yaml:7:10  too large: more than 1000000 values once its aliases are followed
      7 | x-6: &a6 [*a5, *a5, *a5, *a5, *a5, *a5, *a5, *a5, *a5]
        |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
});

test("nesting beyond measure", () => {
  expect(problemsIn(`epic: ${"[".repeat(100)}${"]".repeat(100)}\nroles: {dev: {}}\n`)).toMatchInlineSnapshot(`
    "crew.yaml:1:7  epic must be text or a map, such as Rate-limit sign-in, not a list
      1 | epic: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
        |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    crew.yaml:1:71  nested too deeply: 64 levels are the most
      1 | epic: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
        |                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
  expect(problemsIn(`epic: ${"[".repeat(10_000)}`)).toContain("crew.yaml:1:1  the file is nested too deeply\n");
  const levels = Array.from({ length: 500 }, (_, i) => `x-${i}: &a${i} ${"[".repeat(50)}*a${i - 1}${"]".repeat(50)}`);
  const chain = `x-first: &a-1 x\n${levels.join("\n")}\nepic: Sign-in\nroles: {dev: {}}\n`;
  const [first, ...others] = load(chain).problems;
  expect([first?.line, first?.message]).toEqual([3, "nested too deeply: 64 levels are the most"]);
  expect(others).toHaveLength(498);
});

test("keys that mean something to JavaScript are keys", () => {
  const text = "epic: a\ntasks: {__proto__: one, constructor: two}\nroles: {dev: {environment: {__proto__: x}}}\n";
  const crew = crewOf(text);
  expect(crew.tasks.map((task) => task.key)).toEqual(["__proto__", "constructor"]);
  expect(Object.entries(crew.roles[0]?.environment ?? {})).toEqual([["__proto__", "x"]]);
  expect(problemsIn("epic: a\n__proto__: {}\nroles: {dev: {toString: x}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:1  unknown key "__proto__" at the top
      2 | __proto__: {}
        | ^^^^^^^^^
      allowed: batch, budget, close, defaults, epic, gates, include, inputs, land, max_gates,
        max_parallel, name, networks, protect, push, radar, review, roles, runtime, secrets, services,
        strategy, tasks, tracker, volumes

    crew.yaml:3:15  unknown key "toString" in role dev
      3 | roles: {dev: {toString: x}}
        |               ^^^^^^^^
      allowed: agent, beads, branch, budget, build, cap_add, check, cpus, depends_on, devcontainer, dns,
        env_file, environment, extends, extra_hosts, healthcheck, image, into, labels, mem_limit,
        networks, paths, pids_limit, platform, ports, profiles, prompt, pull_policy, read_only, secrets,
        security_opt, services, setup, shm_size, specialty, stop_grace_period, stop_signal, tmpfs,
        ulimits, user, volumes, working_dir"
  `);
});

test("lines end as they like, and a byte order mark is no character", () => {
  expect(problemsIn("\ufeffepic: Sign-in\r\nroles:\r\n  dev:\r\n    brnch: x\r\n")).toMatchInlineSnapshot(`
    "crew.yaml:4:5  unknown key "brnch" in role dev
      4 |     brnch: x
        |     ^^^^^
      did you mean "branch"?  allowed: agent, beads, branch, budget, build, cap_add, check, cpus, …"
  `);
});
