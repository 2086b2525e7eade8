// review, land, strategy, batch, max_gates, max_parallel, radar, push, close, protect, budget, tracker.
import { expect, test } from "vitest";
import { canonicalOf, crewOf, problemsIn } from "./support.ts";

const rest = "epic: a\nroles: {a: {}}\n";

test("defaults", () => {
  const { epic: _epic, roles: _roles, text, ...crew } = crewOf(rest);
  expect(text).toBe(rest);
  expect(crew).toMatchInlineSnapshot(`
    {
      "batch": 1,
      "budget": {
        "turns": 100,
        "usd": 10,
      },
      "close": "on-land",
      "declaredName": "shop",
      "file": "/work/shop/crew.yaml",
      "gates": [],
      "inputs": {},
      "land": "merge",
      "maxGates": 1,
      "maxParallel": 4,
      "name": "shop",
      "protect": [],
      "push": false,
      "radar": "warn",
      "review": "epic",
      "runtime": "docker",
      "strategy": "merge",
      "tasks": [],
      "tracker": {
        "kind": "auto",
      },
    }
  `);
});

test("values", () => {
  const text = `${rest}review: none\nland: pr\nclose: on-merge\nmax_parallel: 9\nmax_gates: 2\ntracker: git\n`;
  const { review, land, close, maxParallel, maxGates, tracker } = crewOf(text);
  expect([review, land, close, maxParallel, maxGates, tracker]).toEqual([
    "none",
    "pr",
    "on-merge",
    9,
    2,
    { kind: "git" },
  ]);
  expect(crewOf(`${rest}protect: ["migrations/**"]\n`).protect).toEqual(["migrations/**"]);
  expect(canonicalOf(`${rest}tracker: {kind: bd, command: /opt/bd}\n`).tracker).toEqual({
    kind: "bd",
    command: "/opt/bd",
  });
});

test("a role's own budget, limit by limit over that of defaults", () => {
  const { budget, roles } = crewOf(`epic: Sign-in
runtime: process
defaults: {budget: {turns: 20, usd: 5}, agent: {command: ./agent}}
roles:
  plain: {}
  other: {budget: {usd: 2.5, hours: 1, x-why: slow}}
`);
  expect([budget, ...roles.map((role) => role.budget)]).toEqual([
    undefined,
    { turns: 20, usd: 5 },
    { turns: 20, usd: 2.5, hours: 1 },
  ]);
  expect(problemsIn("epic: Sign-in\nroles: {dev: {budget: {turns: 0}}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:31  turns of budget of role dev must be at least 1, not 0
      2 | roles: {dev: {budget: {turns: 0}}}
        |                               ^"
  `);
});

test("mistakes", () => {
  const text = `${rest}review: Epic
land: rebase
strategy: sqash
batch: 0
max_gates: 1.5
max_parallel: 0
radar: loud
push: no
close: onland
protect: .github
budget: {usd: 0, turns: 1.5, hous: 3}
tracker: jira
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:3:9  review must be epic, bead or none, not "Epic"
      3 | review: Epic
        |         ^^^^
      did you mean "epic"?

    crew.yaml:4:7  land must be merge or pr, not "rebase"
      4 | land: rebase
        |       ^^^^^^

    crew.yaml:5:11  strategy must be merge or squash, not "sqash"
      5 | strategy: sqash
        |           ^^^^^
      did you mean "squash"?

    crew.yaml:6:8  batch must be at least 1, not 0
      6 | batch: 0
        |        ^

    crew.yaml:7:12  max_gates must be a whole number, such as 2, not the number 1.5
      7 | max_gates: 1.5
        |            ^^^

    crew.yaml:8:15  max_parallel must be at least 1, not 0
      8 | max_parallel: 0
        |               ^

    crew.yaml:9:8  radar must be warn, tell or off, not "loud"
      9 | radar: loud
        |        ^^^^

    crew.yaml:10:7  push must be true or false, not text
      10 | push: no
         |       ^^

    crew.yaml:11:8  close must be on-land or on-merge, not "onland"
      11 | close: onland
         |        ^^^^^^
      did you mean "on-land"?

    crew.yaml:12:10  protect must be a list, such as [.github/**], not text
      12 | protect: .github
         |          ^^^^^^^

    crew.yaml:13:15  usd of budget must be more than 0, not 0
      13 | budget: {usd: 0, turns: 1.5, hous: 3}
         |               ^

    crew.yaml:13:25  turns of budget must be a whole number, such as 200, not the number 1.5
      13 | budget: {usd: 0, turns: 1.5, hous: 3}
         |                         ^^^

    crew.yaml:13:30  unknown key "hous" in budget
      13 | budget: {usd: 0, turns: 1.5, hous: 3}
         |                              ^^^^
      did you mean "hours"?  allowed: hours, turns, usd

    crew.yaml:14:10  tracker must be auto, bd or git, not "jira"
      14 | tracker: jira
         |          ^^^^"
  `);
  expect(problemsIn(`${rest}tracker: {command: bd}\nbudget: 20\n`)).toMatchInlineSnapshot(`
    "crew.yaml:3:1  tracker has no kind
      3 | tracker: {command: bd}
        | ^^^^^^^
      allowed: command, kind

    crew.yaml:4:9  budget must be a map, such as {usd: 20, turns: 200, hours: 6}, not the number 20
      4 | budget: 20
        |         ^^"
  `);
});
