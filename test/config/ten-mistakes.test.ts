// All mistakes at once, of the schema and of the rules alike, each with its place.
import { expect, test } from "vitest";
import { problemsIn } from "./support.ts";

test("a file with ten different mistakes prints ten located problems", () => {
  const text = `name: Shop
epic: {title: Sign-in, base: main}
max_parallel: four
review: epik
runtime: process
tasks:
  api: {title: API, role: backnd}
  form: {title: Form, blocked_by: [apii]}
defaults:
  agent: {command: ./agent, turn_timeout: soon}
roles:
  backend:
    brnch: feature/x
    depends_on: [frontend]
  frontend:
    depends_on: [backend]
    branch: feature/a b
    image: node:24
gates: [npm test]
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:1:7  name must be lower-case letters, digits, - and _, beginning with a letter or digit, not "Shop"
      1 | name: Shop
        |       ^^^^

    crew.yaml:3:15  max_parallel must be a whole number, such as 4, not text
      3 | max_parallel: four
        |               ^^^^

    crew.yaml:4:9  review must be epic, bead or none, not "epik"
      4 | review: epik
        |         ^^^^
      did you mean "epic"?

    crew.yaml:7:27  unknown role "backnd" in role of task api
      7 |   api: {title: API, role: backnd}
        |                           ^^^^^^
      did you mean "backend"?  allowed: backend, frontend

    crew.yaml:8:36  unknown task "apii" in blocked_by of task form
      8 |   form: {title: Form, blocked_by: [apii]}
        |                                    ^^^^
      did you mean "api"?  allowed: api, form

    crew.yaml:10:43  turn_timeout of agent of defaults must be a time such as 90s, 45m or 1h30m, not "soon"
      10 |   agent: {command: ./agent, turn_timeout: soon}
         |                                           ^^^^

    crew.yaml:13:5  unknown key "brnch" in role backend
      13 |     brnch: feature/x
         |     ^^^^^
      did you mean "branch"?  allowed: agent, beads, branch, budget, build, cap_add, check, cpus, …

    crew.yaml:14:18  depends_on makes a cycle: backend → frontend → backend
      14 |     depends_on: [frontend]
         |                  ^^^^^^^^

    crew.yaml:17:13  git takes no branch "feature/a b": it holds a space
      17 |     branch: feature/a b
         |             ^^^^^^^^^^^

    crew.yaml:18:5  image describes a container, and runtime is process: remove it, or choose runtime: docker
      18 |     image: node:24
         |     ^^^^^"
  `);
});
