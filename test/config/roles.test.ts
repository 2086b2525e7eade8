// roles and defaults: names, merging, targets and order.
import { expect, test } from "vitest";
import { canonicalOf, crewOf, problemsIn } from "./support.ts";

test("a role may be empty", () => {
  expect(crewOf("epic: Sign-in\nroles:\n  dev:\n").roles).toMatchInlineSnapshot(`
    [
      {
        "agent": {
          "maxAttempts": 3,
          "preset": "claude",
          "turnTimeoutMs": 2700000,
        },
        "beads": {},
        "branch": "feature/sign-in-dev",
        "dependsOn": [],
        "environment": {},
        "into": "epic",
        "name": "dev",
      },
    ]
  `);
});

test("defaults lie under each role: the role wins, maps are merged, lists are replaced", () => {
  const text = `epic: Sign-in
defaults:
  agent: {command: ./agent, max_attempts: 5}
  setup: {run: npm ci, key: [package-lock.json]}
  environment: [A=1, B=2]
  beads: {types: [task]}
  paths: [a, b]
  check: npm test
  labels: {team: core}
roles:
  plain: {}
  other:
    agent: {turn_timeout: 1h}
    setup: npm install
    environment: {B: 3, C: null}
    beads: {labels: ui}
    paths: [c]
    check: npm run all
    labels: {team: web}
`;
  expect(canonicalOf(text).roles).toMatchInlineSnapshot(`
    {
      "other": {
        "agent": {
          "command": "./agent",
          "max_attempts": 5,
          "turn_timeout": "1h",
        },
        "beads": {
          "labels": [
            "ui",
          ],
          "types": [
            "task",
          ],
        },
        "branch": "feature/sign-in-other",
        "check": "npm run all",
        "depends_on": [],
        "environment": {
          "A": "1",
          "B": "3",
          "C": null,
        },
        "into": "epic",
        "labels": {
          "team": "web",
        },
        "paths": [
          "c",
        ],
        "setup": {
          "key": [
            "package-lock.json",
          ],
          "run": "npm install",
        },
      },
      "plain": {
        "agent": {
          "command": "./agent",
          "max_attempts": 5,
          "turn_timeout": "45m",
        },
        "beads": {
          "types": [
            "task",
          ],
        },
        "branch": "feature/sign-in-plain",
        "check": "npm test",
        "depends_on": [],
        "environment": {
          "A": "1",
          "B": "2",
        },
        "into": "epic",
        "labels": {
          "team": "core",
        },
        "paths": [
          "a",
          "b",
        ],
        "setup": {
          "key": [
            "package-lock.json",
          ],
          "run": "npm ci",
        },
      },
    }
  `);
});

test("environment: a map or a list, a name alone takes crew's own value", () => {
  const text = `epic: Sign-in
roles:
  a: {environment: {PORT: 8080, DEBUG: true, VERSION: 1.10, EMPTY: "", TOKEN: , ABSENT: null}}
  b: {environment: [PORT=8080, X=a=b, TOKEN, EMPTY=, ABSENT]}
`;
  expect(crewOf(text, { env: { TOKEN: "t" } }).roles.map((role) => role.environment)).toMatchInlineSnapshot(`
    [
      {
        "DEBUG": "true",
        "EMPTY": "",
        "PORT": "8080",
        "TOKEN": "t",
        "VERSION": "1.10",
      },
      {
        "EMPTY": "",
        "PORT": "8080",
        "TOKEN": "t",
        "X": "a=b",
      },
    ]
  `);
  expect(
    problemsIn("epic: a\nroles: {a: {environment: [=x, A]}, b: {environment: {A B: [1]}}}\n"),
  ).toMatchInlineSnapshot(`
    "crew.yaml:2:27  item 1 of environment of role a must be NAME=value or NAME, not "=x"
      2 | roles: {a: {environment: [=x, A]}, b: {environment: {A B: [1]}}}
        |                           ^^

    crew.yaml:2:54  the variable "A B" in environment of role b must be a name without spaces and =
      2 | roles: {a: {environment: [=x, A]}, b: {environment: {A B: [1]}}}
        |                                                      ^^^"
  `);
});

test("names of roles", () => {
  const long = "a".repeat(41);
  const text = `epic: Sign-in\nroles:\n  Back End: {}\n  -x: {}\n  epic: {}\n  日本: {}\n  ${long}: {}\n  a.b: {}\n  ok_1-2: {}\n`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:3:3  the name "Back End" in roles must be lower-case letters, digits, - and _, at most 40, beginning with a letter or digit
      3 |   Back End: {}
        |   ^^^^^^^^
      did you mean "back-end"?

    crew.yaml:4:3  the name "-x" in roles must be lower-case letters, digits, - and _, at most 40, beginning with a letter or digit
      4 |   -x: {}
        |   ^^
      did you mean "x"?

    crew.yaml:5:3  the role name "epic" is reserved: it is what roles merge into
      5 |   epic: {}
        |   ^^^^

    crew.yaml:6:3  the name "日本" in roles must be lower-case letters, digits, - and _, at most 40, beginning with a letter or digit
      6 |   日本: {}
        |   ^^^^

    crew.yaml:7:3  the name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" in roles must be lower-case letters, digits, - and _, at most 40, beginning with a letter or digit
      7 |   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: {}
        |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      did you mean "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"?

    crew.yaml:8:3  the name "a.b" in roles must be lower-case letters, digits, - and _, at most 40, beginning with a letter or digit
      8 |   a.b: {}
        |   ^^^
      did you mean "a-b"?"
  `);
});

test("unknown keys, and keys that belong elsewhere", () => {
  const text = `epic: Sign-in
image: node:24
labels_any: [a]
roles:
  dev: {brnch: x, model: sonnet, max_parallel: 2, zzz: 1, x-mine: 1}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:1  unknown key "image" at the top; it belongs in a role or in defaults
      2 | image: node:24
        | ^^^^^
      allowed: batch, budget, close, defaults, epic, gates, include, inputs, land, max_gates,
        max_parallel, name, networks, protect, push, radar, review, roles, runtime, secrets, services,
        strategy, tasks, tracker, volumes

    crew.yaml:3:1  unknown key "labels_any" at the top; it belongs in beads
      3 | labels_any: [a]
        | ^^^^^^^^^^
      allowed: batch, budget, close, defaults, epic, gates, include, inputs, land, max_gates,
        max_parallel, name, networks, protect, push, radar, review, roles, runtime, secrets, services,
        strategy, tasks, tracker, volumes

    crew.yaml:5:9  unknown key "brnch" in role dev
      5 |   dev: {brnch: x, model: sonnet, max_parallel: 2, zzz: 1, x-mine: 1}
        |         ^^^^^
      did you mean "branch"?  allowed: agent, beads, branch, budget, build, cap_add, check, cpus, …

    crew.yaml:5:19  unknown key "model" in role dev; it belongs in agent
      5 |   dev: {brnch: x, model: sonnet, max_parallel: 2, zzz: 1, x-mine: 1}
        |                   ^^^^^
      allowed: agent, beads, branch, budget, build, cap_add, check, cpus, depends_on, devcontainer, dns,
        env_file, environment, extends, extra_hosts, healthcheck, image, into, labels, mem_limit,
        networks, paths, pids_limit, platform, ports, profiles, prompt, pull_policy, read_only, secrets,
        security_opt, services, setup, shm_size, specialty, stop_grace_period, stop_signal, tmpfs,
        ulimits, user, volumes, working_dir

    crew.yaml:5:34  unknown key "max_parallel" in role dev; it belongs at the top
      5 |   dev: {brnch: x, model: sonnet, max_parallel: 2, zzz: 1, x-mine: 1}
        |                                  ^^^^^^^^^^^^
      allowed: agent, beads, branch, budget, build, cap_add, check, cpus, depends_on, devcontainer, dns,
        env_file, environment, extends, extra_hosts, healthcheck, image, into, labels, mem_limit,
        networks, paths, pids_limit, platform, ports, profiles, prompt, pull_policy, read_only, secrets,
        security_opt, services, setup, shm_size, specialty, stop_grace_period, stop_signal, tmpfs,
        ulimits, user, volumes, working_dir

    crew.yaml:5:51  unknown key "zzz" in role dev
      5 |   dev: {brnch: x, model: sonnet, max_parallel: 2, zzz: 1, x-mine: 1}
        |                                                   ^^^
      allowed: agent, beads, branch, budget, build, cap_add, check, cpus, depends_on, devcontainer, dns,
        env_file, environment, extends, extra_hosts, healthcheck, image, into, labels, mem_limit,
        networks, paths, pids_limit, platform, ports, profiles, prompt, pull_policy, read_only, secrets,
        security_opt, services, setup, shm_size, specialty, stop_grace_period, stop_signal, tmpfs,
        ulimits, user, volumes, working_dir"
  `);
});

test("into and depends_on name roles", () => {
  const text = `epic: Sign-in
roles:
  backend: {depends_on: [fronted, epic]}
  frontend: {into: epic}
  ui: {into: frotnend}
  all: {depends_on: backend, into: [ui]}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:3:26  unknown role "fronted" in depends_on of role backend
      3 |   backend: {depends_on: [fronted, epic]}
        |                          ^^^^^^^
      did you mean "frontend"?  allowed: backend, frontend, ui, all

    crew.yaml:3:35  unknown role "epic" in depends_on of role backend
      3 |   backend: {depends_on: [fronted, epic]}
        |                                   ^^^^
      allowed: backend, frontend, ui, all

    crew.yaml:5:14  unknown role "frotnend" in into of role ui
      5 |   ui: {into: frotnend}
        |              ^^^^^^^^
      did you mean "frontend"?  allowed: epic, backend, frontend, ui, all

    crew.yaml:6:21  depends_on of role all must be a list, such as [backend], not text
      6 |   all: {depends_on: backend, into: [ui]}
        |                     ^^^^^^^

    crew.yaml:6:36  into of role all must be text, such as frontend, not a list
      6 |   all: {depends_on: backend, into: [ui]}
        |                                    ^^^^"
  `);
});

test("cycles are shown with their path", () => {
  const text = `epic: Sign-in
roles:
  z: {depends_on: [a]}
  a: {depends_on: [b], into: c}
  b: {depends_on: [z, b], into: a}
  c: {into: b}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:3:20  depends_on makes a cycle: z → a → b → z
      3 |   z: {depends_on: [a]}
        |                    ^

    crew.yaml:4:30  into makes a cycle, so that nothing reaches the epic: a → c → b → a
      4 |   a: {depends_on: [b], into: c}
        |                              ^

    crew.yaml:5:23  depends_on makes a cycle: b → b
      5 |   b: {depends_on: [z, b], into: a}
        |                       ^"
  `);
});

test("a cycle through defaults is shown there", () => {
  expect(problemsIn("epic: a\ndefaults: {depends_on: [a]}\nroles: {a: {}, b: {}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:25  depends_on makes a cycle: a → a
      2 | defaults: {depends_on: [a]}
        |                         ^"
  `);
});

test("what is wrong with a role does not make its name unknown", () => {
  expect(problemsIn("epic: a\nroles: {a: 5, b: {depends_on: [a], into: a}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:12  role a must be a map, not the number 5
      2 | roles: {a: 5, b: {depends_on: [a], into: a}}
        |            ^"
  `);
});

test("specialties are looked for where the caller has looked", () => {
  const text = "epic: a\nroles: {a: {specialty: rust-enginer}, b: {specialty: [rust-engineer, poet]}}\n";
  const specialties = {
    names: ["rust-engineer", "frontend-developer"],
    lookedIn: [".crew/specialties", "the catalog"],
  };
  expect(problemsIn(text, { known: { specialties } })).toMatchInlineSnapshot(`
    "crew.yaml:2:24  unknown specialty "rust-enginer" in role a; looked in .crew/specialties, the catalog
      2 | roles: {a: {specialty: rust-enginer}, b: {specialty: [rust-engineer, poet]}}
        |                        ^^^^^^^^^^^^
      did you mean "rust-engineer"?  allowed: rust-engineer, frontend-developer

    crew.yaml:2:70  unknown specialty "poet" in role b; looked in .crew/specialties, the catalog
      2 | roles: {a: {specialty: rust-enginer}, b: {specialty: [rust-engineer, poet]}}
        |                                                                      ^^^^
      allowed: rust-engineer, frontend-developer"
  `);
  expect(problemsIn(text)).toBe("none");
});
