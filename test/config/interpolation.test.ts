// Variables in a file: where they hold, what they become, and where a problem with one is shown.
import { expect, test } from "vitest";
import { crewOf, problemsIn } from "./support.ts";

test("values become what YAML would read there, keys stay", () => {
  const text = `epic: \${TITLE:-Sign-in}
max_parallel: \${N}
push: \${PUSH:-false}
runtime: process
roles:
  dev: {environment: {"$HOME": "\${N}", B: 1.10}, agent: {command: [run, "\${N}"], max_attempts: "\${N}"}}
`;
  const crew = crewOf(text, { env: { N: "7" } });
  expect([crew.epic.title, crew.maxParallel, crew.roles[0]?.agent.maxAttempts]).toEqual(["Sign-in", 7, 7]);
  expect(crew.roles[0]?.environment).toEqual({ $HOME: "7", B: "1.10" });
  expect(crew.roles[0]?.agent.command).toEqual(["run", "7"]);
});

test("a value that is not what must stand there is wrong where it stands", () => {
  const text = `epic: Sign-in\nmax_parallel: \${N}\nbatch: \${M}\nroles: {dev: {}}\n`;
  expect(problemsIn(text, { env: { N: "many", M: "1000" } })).toMatchInlineSnapshot(`
    "crew.yaml:2:15  max_parallel must be a whole number, such as 4, not text
      2 | max_parallel: \${N}
        |               ^^^^

    crew.yaml:3:8  batch must be at most 100, not 1000
      3 | batch: \${M}
        |        ^^^^"
  `);
});

test("an unset variable is a problem, with the way out; in commands it names $$", () => {
  const text = `epic: "\${FEATURE} sign-in"
roles:
  dev:
    branch: feature/$FEATUR
    setup: echo $PWD2
    check: |
      set -e
      for f in *.js; do node --check $f; done
    prompt: >-
      Costs
      \${PRICE}.
    agent: {command: [sh, -c, "echo $HOMEX"]}
gates:
  one: grep \${X} y
  two: {run: "$Y", environment: {A: "$Z"}}
`;
  expect(problemsIn(text, { env: { FEATURE: "", HOME: "/root" } })).toMatchInlineSnapshot(`
    "crew.yaml:4:21  variable FEATUR is not set; export it, or give a default: "\${FEATUR:-…}"
      4 |     branch: feature/$FEATUR
        |                     ^^^^^^^
      did you mean "FEATURE"?

    crew.yaml:5:17  variable PWD2 is not set; for a dollar sign of the shell write "$$PWD2"
      5 |     setup: echo $PWD2
        |                 ^^^^^

    crew.yaml:8:38  variable f is not set; for a dollar sign of the shell write "$$f"
      8 |       for f in *.js; do node --check $f; done
        |                                      ^^

    crew.yaml:11:7  variable PRICE is not set; for a dollar sign of the shell write "$\${PRICE}"
      11 |       \${PRICE}.
         |       ^^^^^^^^

    crew.yaml:12:37  variable HOMEX is not set; for a dollar sign of the shell write "$$HOMEX"
      12 |     agent: {command: [sh, -c, "echo $HOMEX"]}
         |                                     ^^^^^^
      did you mean "HOME"?

    crew.yaml:14:13  variable X is not set; for a dollar sign of the shell write "$\${X}"
      14 |   one: grep \${X} y
         |             ^^^^

    crew.yaml:15:15  variable Y is not set; for a dollar sign of the shell write "$$Y"
      15 |   two: {run: "$Y", environment: {A: "$Z"}}
         |               ^^

    crew.yaml:15:38  variable Z is not set; export it, or give a default: "\${Z:-…}"
      15 |   two: {run: "$Y", environment: {A: "$Z"}}
         |                                      ^^"
  `);
});

test("a required variable brings its own words", () => {
  const text = `epic: "\${A:?say which feature, as in A=auth}"\nroles: {dev: {}}\n`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:1:8  variable A is missing: say which feature, as in A=auth
      1 | epic: "\${A:?say which feature, as in A=auth}"
        |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
});

test("a dollar sign that begins no variable", () => {
  const text = "epic: Sign-in\nroles: {dev: {check: \"test $(date) = $1\"}}\ngates: [grep 'x$' README]\n";
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:28  "$(" is no variable; for a plain dollar sign write "$$"
      2 | roles: {dev: {check: "test $(date) = $1"}}
        |                            ^^

    crew.yaml:2:38  "$1" is no variable; for a plain dollar sign write "$$"
      2 | roles: {dev: {check: "test $(date) = $1"}}
        |                                      ^^

    crew.yaml:3:16  "$'" is no variable; for a plain dollar sign write "$$"
      3 | gates: [grep 'x$' README]
        |                ^^"
  `);
});

test("$$ is a dollar sign for the shell", () => {
  const text = "epic: Sign-in\nroles: {dev: {check: 'echo $$HOME $$(date)'}}\n";
  expect(crewOf(text).roles[0]?.check).toBe("echo $HOME $(date)");
});

test("what an anchor holds is reported once", () => {
  const text = "x-check: &check test $NOPE\nepic: Sign-in\nroles: {a: {check: *check}, b: {check: *check}}\n";
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:1:22  variable NOPE is not set; export it, or give a default: "\${NOPE:-…}"
      1 | x-check: &check test $NOPE
        |                      ^^^^^"
  `);
});

test("a variable is looked for among the variables only", () => {
  expect(problemsIn("epic: $constructor\nroles: {dev: {}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:7  variable constructor is not set; export it, or give a default: "\${constructor:-…}"
      1 | epic: $constructor
        |       ^^^^^^^^^^^^"
  `);
});
