// Keys that are right and not there yet: `crew config` takes them, `crew up` names each with the way out.
import { expect, test } from "vitest";
import { smallest, team } from "./design-files.ts";
import { unsupportedIn } from "./support.ts";

test("everything that this version can do", () => {
  const text = `name: shop
x-note: anything
inputs: {feature: {default: auth, pattern: ^a}}
epic: {title: "\${feature}", description: d, branch: epic/x, base: main, id: shop-1}
tasks: {a: {title: A, description: d, acceptance: a, priority: 1, type: bug, labels: [x], role: dev, blocked_by: [b]}, b: {title: B, tasks: {c: C}}}
defaults: {agent: {command: ./agent, max_attempts: 2, turn_timeout: 5m}, setup: npm ci}
roles:
  dev:
    setup: {run: make, x-why: because}
    check: make check
    prompt: Be brief.
    branch: feature/dev
    beads: {title_prefix: a, labels: [a], labels_any: [a], types: [a], parent: a, ids: [a], priority: 1, assignee: a, metadata: {a: b}}
    depends_on: [ops]
    environment: {A: 1}
    x-mine: 1
  ops: {into: dev, agent: {command: [a, b]}}
  qa:
gates: {test: {run: x, setup: y, timeout: 5m, environment: {A: 1}, on: [land]}, b: npm test}
services: {}
secrets: {}
networks: {}
volumes: {}
protect: []
budget: {usd: 20, turns: 200, hours: 6}
push: false
radar: off
review: none
land: merge
strategy: merge
batch: 1
max_gates: 2
close: on-merge
max_parallel: 2
runtime: process
tracker: git
`;
  expect(unsupportedIn(text)).toBe("none");
});

test("everything of a container", () => {
  const text = `epic: A
defaults: {agent: {command: ./agent}, image: "node:24", user: node, cpus: 1.5, mem_limit: 512m, pids_limit: 100, read_only: true}
roles: {dev: , ops: {image: "debian:12"}}
gates: {test: {run: x, image: "debian:12"}, b: {run: y}}
`;
  expect(unsupportedIn(text)).toBe("none");
});

test("whoever has no image to run in", () => {
  const text = `epic: A
defaults: {agent: {command: ./agent}}
roles: {dev: , ops: {image: "debian:12"}}
gates: [npm test]
`;
  expect(unsupportedIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:3:9  role dev has no image to run in: write image: … into defaults, or choose runtime: process
      3 | roles: {dev: , ops: {image: "debian:12"}}
        |         ^^^

    crew.yaml:4:1  gate npm test has no image to run in: write image: … into defaults, or choose runtime: process
      4 | gates: [npm test]
        | ^^^^^"
  `);
});

test("the design's smallest file", () => {
  expect(unsupportedIn(smallest)).toMatchInlineSnapshot(`"none"`);
});

test("the design's team file", () => {
  expect(unsupportedIn(team, { inputs: { feature: "auth" } })).toMatchInlineSnapshot(`"none"`);
});

test("the agent: presets and their settings, where they are written", () => {
  const text = `epic: a
runtime: process
roles:
  a: {agent: aider}
  b: {agent: {preset: aider, model: m, max_turns: 3}}
  c: {agent: {command: x, model: sonnet, max_turns: 3}}
  d: {agent: {preset: codex, model: m, effort: high, max_turns: 3}}
  e: {agent: {preset: qwen, effort: high}}
  f: {}
  g: {agent: {preset: claude, model: opus, effort: high, max_turns: 3}}
`;
  expect(unsupportedIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:5:40  max_turns (role b) is nothing that aider can be told: remove it
      5 |   b: {agent: {preset: aider, model: m, max_turns: 3}}
        |                                        ^^^^^^^^^

    crew.yaml:6:27  model (role c) is nothing that a command can be told: remove it
      6 |   c: {agent: {command: x, model: sonnet, max_turns: 3}}
        |                           ^^^^^

    crew.yaml:6:42  max_turns (role c) is nothing that a command can be told: remove it
      6 |   c: {agent: {command: x, model: sonnet, max_turns: 3}}
        |                                          ^^^^^^^^^

    crew.yaml:7:54  max_turns (role d) is nothing that codex can be told: remove it
      7 |   d: {agent: {preset: codex, model: m, effort: high, max_turns: 3}}
        |                                                      ^^^^^^^^^

    crew.yaml:8:29  effort (role e) is nothing that qwen can be told: remove it
      8 |   e: {agent: {preset: qwen, effort: high}}
        |                             ^^^^^^"
  `);
});

test("values that are not there yet", () => {
  const text = `epic: a
runtime: docker
review: bead
land: pr
strategy: squash
batch: 2
push: true
radar: tell
tracker: {kind: bd, command: /opt/bd}
include: [other.yaml]
defaults: {agent: {command: x}}
roles: {a: {extends: b, profiles: [x], env_file: .env, ports: [80]}}
gates: [{run: x, paths: [a], secrets: [T], setup: {run: y, key: [z]}}]
secrets: {T: {environment: T}}
`;
  expect(unsupportedIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:10:1  include is not there yet: write its keys into this file
      10 | include: [other.yaml]
         | ^^^^^^^

    crew.yaml:12:9  role a has no image to run in: write image: … into defaults, or choose runtime: process
      12 | roles: {a: {extends: b, profiles: [x], env_file: .env, ports: [80]}}
         |         ^

    crew.yaml:12:13  extends (role a) is not there yet: write its keys into this role, or into defaults
      12 | roles: {a: {extends: b, profiles: [x], env_file: .env, ports: [80]}}
         |             ^^^^^^^

    crew.yaml:12:25  profiles (role a) is not there yet: remove it
      12 | roles: {a: {extends: b, profiles: [x], env_file: .env, ports: [80]}}
         |                         ^^^^^^^^

    crew.yaml:13:1  gate x has no image to run in: write image: … into defaults, or choose runtime: process
      13 | gates: [{run: x, paths: [a], secrets: [T], setup: {run: y, key: [z]}}]
         | ^^^^^"
  `);
  expect(
    unsupportedIn("epic: a\nruntime: process\ntracker: bd\nroles: {a: {agent: {command: x}}}\n"),
  ).toMatchInlineSnapshot(`"none"`);
});
