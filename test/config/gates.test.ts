// gates: commands that must pass on a candidate's tree.
import { expect, test } from "vitest";
import { canonicalOf, crewOf, problemsIn } from "./support.ts";

test("a list is named by its commands, a map by its keys", () => {
  expect(
    crewOf("epic: a\ngates: [npm test, {run: npx tsc, timeout: 5m}]\nroles: {a: {}}\n").gates,
  ).toMatchInlineSnapshot(`
    [
      {
        "environment": {},
        "name": "npm test",
        "on": [
          "candidate",
          "land",
        ],
        "run": "npm test",
        "timeoutMs": 1800000,
      },
      {
        "environment": {},
        "name": "npx tsc",
        "on": [
          "candidate",
          "land",
        ],
        "run": "npx tsc",
        "timeoutMs": 300000,
      },
    ]
  `);
  const map = `epic: a
defaults: {setup: npm ci}
gates:
  types: npx tsc -b
  unit tests: {run: npm test, setup: {run: make}, timeout: 10m, environment: {CI: 1, A: }, on: land}
roles: {a: {}}
`;
  expect(crewOf(map, { env: { A: "b" } }).gates).toMatchInlineSnapshot(`
    [
      {
        "environment": {},
        "name": "types",
        "on": [
          "candidate",
          "land",
        ],
        "run": "npx tsc -b",
        "setup": "npm ci",
        "timeoutMs": 1800000,
      },
      {
        "environment": {
          "A": "b",
          "CI": "1",
        },
        "name": "unit tests",
        "on": [
          "land",
        ],
        "run": "npm test",
        "setup": "make",
        "timeoutMs": 600000,
      },
    ]
  `);
  expect(crewOf("epic: a\nroles: {a: {}}\n").gates).toEqual([]);
});

test("setup, image and services of defaults serve gates without their own", () => {
  const text = `epic: a
defaults: {setup: npm ci, image: node:24, services: [db], environment: {A: 1}}
services: {db: {image: postgres}, cache: {image: redis}}
gates: {a: make a, b: {run: make b, image: alpine, services: [cache], setup: {run: make deps, secrets: [T]}}}
secrets: {T: {environment: T}}
roles: {a: {}}
`;
  expect(canonicalOf(text).gates).toMatchInlineSnapshot(`
    {
      "a": {
        "environment": {},
        "image": "node:24",
        "on": [
          "candidate",
          "land",
        ],
        "run": "make a",
        "services": [
          "db",
        ],
        "setup": {
          "run": "npm ci",
        },
        "timeout": "30m",
      },
      "b": {
        "environment": {},
        "image": "alpine",
        "on": [
          "candidate",
          "land",
        ],
        "run": "make b",
        "services": [
          "cache",
        ],
        "setup": {
          "run": "make deps",
          "secrets": [
            "T",
          ],
        },
        "timeout": "30m",
      },
    }
  `);
});

test("mistakes", () => {
  const text = `epic: a
gates: [npm test, "", {timeout: 5m}, {run: npm test, on: [landing], timeout: 0s}, {run: x, on: [], services: [db], secrets: [T]}, {run: y, on: lnd}]
roles: {a: {}}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:19  gate 2 is empty
      2 | gates: [npm test, "", {timeout: 5m}, {run: npm test, on: [landing], timeout: 0s}, {run: x, on: [], s…
        |                   ^^

    crew.yaml:2:23  gate 3 has no run
      2 | gates: [npm test, "", {timeout: 5m}, {run: npm test, on: [landing], timeout: 0s}, {run: x, on: [], s…
        |                       ^^^^^^^^^^^^^
      allowed: build, devcontainer, environment, image, network, on, paths, pull_policy, run, secrets,
        services, setup, timeout

    crew.yaml:2:38  the gate "npm test" is given twice
      2 | gates: [npm test, "", {timeout: 5m}, {run: npm test, on: [landing], timeout: 0s}, {run: x, on: [], s…
        |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    crew.yaml:2:59  item 1 of on of gate 4 must be candidate or land, not "landing"
      2 | gates: [npm test, "", {timeout: 5m}, {run: npm test, on: [landing], timeout: 0s}, {run: x, on: [], s…
        |                                                           ^^^^^^^

    crew.yaml:2:78  timeout of gate 2 must be from 1s to 24h, not 0s
      2 | gates: [npm test, "", {timeout: 5m}, {run: npm test, on: [landing], timeout: 0s}, {run: x, on: [], s…
        |                                                                              ^^

    crew.yaml:2:96  on of gate 5 is an empty list
      2 | …est, on: [landing], timeout: 0s}, {run: x, on: [], services: [db], secrets: [T]}, {run: y, on: lnd}]
        |                                                 ^^

    crew.yaml:2:111  unknown service "db" in services of gate 3
      2 | …est, on: [landing], timeout: 0s}, {run: x, on: [], services: [db], secrets: [T]}, {run: y, on: lnd}]
        |                                                                ^^
      allowed: the file declares no service

    crew.yaml:2:126  unknown secret "T" in secrets of gate 3
      2 | …est, on: [landing], timeout: 0s}, {run: x, on: [], services: [db], secrets: [T]}, {run: y, on: lnd}]
        |                                                                               ^
      allowed: the file declares no secret

    crew.yaml:2:144  on of gate 6 must be candidate or land, not "lnd"
      2 | …est, on: [landing], timeout: 0s}, {run: x, on: [], services: [db], secrets: [T]}, {run: y, on: lnd}]
        |                                                                                                 ^^^
      did you mean "land"?"
  `);
  expect(problemsIn("epic: a\ngates: npm test\nroles: {a: {}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:8  gates must be a list or a map, such as [npm test], not text
      2 | gates: npm test
        |        ^^^^^^^^"
  `);
  expect(
    problemsIn("epic: a\ngates: {test: , b: {run: [npm, test], cmd: x}}\nroles: {a: {}}\n"),
  ).toMatchInlineSnapshot(`
    "crew.yaml:2:15  gate test must be text or a map, not nothing
      2 | gates: {test: , b: {run: [npm, test], cmd: x}}
        |               ^

    crew.yaml:2:26  run of gate b must be text, such as npm test, not a list
      2 | gates: {test: , b: {run: [npm, test], cmd: x}}
        |                          ^^^^^^^^^^^

    crew.yaml:2:39  unknown key "cmd" in gate b
      2 | gates: {test: , b: {run: [npm, test], cmd: x}}
        |                                       ^^^
      allowed: build, devcontainer, environment, image, network, on, paths, pull_policy, run, secrets,
        services, setup, timeout"
  `);
});
