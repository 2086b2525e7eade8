// tasks: the tree of beads under the epic.
import { expect, test } from "vitest";
import { crewOf, problemsIn } from "./support.ts";

const roles = "\nroles: {backend: {}, frontend: {}}\nepic: Sign-in\n";

test("titles, the long form, inherited roles and their labels", () => {
  const text = `tasks:
  api:
    title: API
    role: backend
    labels: [security, backend]
    tasks:
      login: POST /login
      page: {title: Page, role: frontend, tasks: {form: {title: Form, type: bug, priority: 0, labels: [ui]}}}
  docs: {title: Docs, description: Words., acceptance: They are read., blocked_by: [api.login, api]}
${roles}`;
  expect(crewOf(text).tasks).toMatchInlineSnapshot(`
    [
      {
        "blockedBy": [],
        "key": "api",
        "labels": [
          "security",
          "backend",
        ],
        "priority": 2,
        "role": "backend",
        "title": "API",
        "type": "feature",
      },
      {
        "blockedBy": [],
        "key": "api.login",
        "labels": [
          "backend",
        ],
        "parent": "api",
        "priority": 2,
        "role": "backend",
        "title": "POST /login",
        "type": "task",
      },
      {
        "blockedBy": [],
        "key": "api.page",
        "labels": [
          "frontend",
        ],
        "parent": "api",
        "priority": 2,
        "role": "frontend",
        "title": "Page",
        "type": "feature",
      },
      {
        "blockedBy": [],
        "key": "api.page.form",
        "labels": [
          "ui",
          "frontend",
        ],
        "parent": "api.page",
        "priority": 0,
        "role": "frontend",
        "title": "Form",
        "type": "bug",
      },
      {
        "acceptance": "They are read.",
        "blockedBy": [
          "api.login",
          "api",
        ],
        "description": "Words.",
        "key": "docs",
        "labels": [],
        "priority": 2,
        "title": "Docs",
        "type": "task",
      },
    ]
  `);
});

test("unknown roles and blockers, with what was meant", () => {
  const text = `tasks:
  api: {title: API, role: backand, tasks: {login: Login}}
  form: {title: Form, blocked_by: [login, api.logn, nowhere]}
${roles}`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:27  unknown role "backand" in role of task api
      2 |   api: {title: API, role: backand, tasks: {login: Login}}
        |                           ^^^^^^^
      did you mean "backend"?  allowed: backend, frontend

    crew.yaml:3:36  unknown task "login" in blocked_by of task form
      3 |   form: {title: Form, blocked_by: [login, api.logn, nowhere]}
        |                                    ^^^^^
      did you mean "api.login"?  allowed: api, api.login, form

    crew.yaml:3:43  unknown task "api.logn" in blocked_by of task form
      3 |   form: {title: Form, blocked_by: [login, api.logn, nowhere]}
        |                                           ^^^^^^^^
      did you mean "api.login"?  allowed: api, api.login, form

    crew.yaml:3:53  unknown task "nowhere" in blocked_by of task form
      3 |   form: {title: Form, blocked_by: [login, api.logn, nowhere]}
        |                                                     ^^^^^^^
      allowed: api, api.login, form"
  `);
});

test("cycles, also those that go through the tree", () => {
  expect(problemsIn(`tasks: {a: {title: A, blocked_by: [a]}}${roles}`)).toMatchInlineSnapshot(`
    "crew.yaml:1:36  blocked_by makes a cycle: a → a
      1 | tasks: {a: {title: A, blocked_by: [a]}}
        |                                    ^"
  `);
  const three = `tasks:
  a: {title: A, blocked_by: [b]}
  b: {title: B, blocked_by: [c.x]}
  c: {title: C, blocked_by: [a], tasks: {x: X}}
${roles}`;
  expect(problemsIn(three)).toMatchInlineSnapshot(`
    "crew.yaml:2:30  blocked_by makes a cycle: a → b → c.x → c → a
      2 |   a: {title: A, blocked_by: [b]}
        |                              ^"
  `);
  expect(problemsIn(`tasks: {a: {title: A, tasks: {x: {title: X, blocked_by: [a]}}}}${roles}`)).toMatchInlineSnapshot(`
    "crew.yaml:1:58  blocked_by makes a cycle: a.x → a → a.x
      1 | tasks: {a: {title: A, tasks: {x: {title: X, blocked_by: [a]}}}}
        |                                                          ^"
  `);
  expect(problemsIn(`tasks: {a: {title: A, blocked_by: [a.x], tasks: {x: X}}}${roles}`)).toMatchInlineSnapshot(`
    "crew.yaml:1:36  blocked_by makes a cycle: a → a.x → a
      1 | tasks: {a: {title: A, blocked_by: [a.x], tasks: {x: X}}}
        |                                    ^^^"
  `);
});

test("a blocker beside or below another task is no cycle", () => {
  const text = `tasks:
  a: {title: A, tasks: {x: X, y: {title: Y, blocked_by: [a.x, b.z]}}}
  b: {title: B, tasks: {z: Z}}
${roles}`;
  expect(problemsIn(text)).toBe("none");
});

test("keys, titles, types and priorities", () => {
  const text = `tasks:
  a.b: One
  "a b": Two
  c: ""
  d: {description: no title}
  e: {title: E, type: story, priority: 5, acceptence: x}
  f: {title: F, priority: high, labels: ui, tasks: [a]}
  g: {title: G, blocked_by: [d]}
${roles}`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:3  the key "a.b" in tasks must be letters, digits, - and _: dots are for the path to a task below
      2 |   a.b: One
        |   ^^^
      did you mean "a-b"?

    crew.yaml:3:3  the key "a b" in tasks must be letters, digits, - and _: dots are for the path to a task below
      3 |   "a b": Two
        |   ^^^^^
      did you mean "a-b"?

    crew.yaml:4:6  task c is empty
      4 |   c: ""
        |      ^^

    crew.yaml:5:3  task d has no title
      5 |   d: {description: no title}
        |   ^
      allowed: acceptance, blocked_by, description, labels, priority, role, tasks, title, type

    crew.yaml:6:23  type of task e must be feature, task, bug or chore, not "story"
      6 |   e: {title: E, type: story, priority: 5, acceptence: x}
        |                       ^^^^^

    crew.yaml:6:40  priority of task e must be at most 4, not 5
      6 |   e: {title: E, type: story, priority: 5, acceptence: x}
        |                                        ^

    crew.yaml:6:43  unknown key "acceptence" in task e
      6 |   e: {title: E, type: story, priority: 5, acceptence: x}
        |                                           ^^^^^^^^^^
      did you mean "acceptance"?  allowed: acceptance, blocked_by, description, labels, priority, role, …

    crew.yaml:7:27  priority of task f must be a whole number, such as 1, not text
      7 |   f: {title: F, priority: high, labels: ui, tasks: [a]}
        |                           ^^^^

    crew.yaml:7:41  labels of task f must be a list, such as [security], not text
      7 |   f: {title: F, priority: high, labels: ui, tasks: [a]}
        |                                         ^^

    crew.yaml:7:52  tasks of task f must be a map, such as {limit: "POST /login: five tries a minute per IP"}, not a list
      7 |   f: {title: F, priority: high, labels: ui, tasks: [a]}
        |                                                    ^^^"
  `);
});
