// setup: its text, and the files of its key.
import { expect, test } from "vitest";
import { crewOf, problemsIn, unsupportedIn } from "./support.ts";

const text = `epic: A
runtime: process
defaults: {agent: {command: ./agent}, setup: {run: npm ci, key: [package-lock.json, apps/web/package-lock.json, package-lock.json]}}
roles: {dev: {}, ops: {setup: make}}
gates: {test: npm test, lint: {run: npx lint, setup: {run: npm ci, key: []}}}
`;

test("its key goes with it, in one order and each file once, to roles and gates", () => {
  const { roles, gates } = crewOf(text);
  const setupKey = ["apps/web/package-lock.json", "package-lock.json"];
  const npm = { setup: "npm ci", setupKey };
  expect([...roles, ...gates].map(({ name, setup, setupKey }) => ({ name, setup, setupKey }))).toEqual([
    { name: "dev", ...npm },
    // Maps are merged one level deep: a key goes on to a text of the role's own.
    { name: "ops", setup: "make", setupKey },
    { name: "test", ...npm },
    { name: "lint", setup: "npm ci", setupKey: undefined },
  ]);
  expect(unsupportedIn(text)).toBe("none");
});

test("a file that can be none of the tree's is refused at its place", () => {
  const odd = `epic: A
runtime: process
defaults: {agent: {command: ./agent}, setup: {run: x, key: [/etc/passwd]}}
roles: {dev: {setup: {run: x, key: [ok, ../lock]}}}
gates: [{run: test, setup: {run: x, key: ["a//b", .git/config]}}]
`;
  expect(problemsIn(odd)).toMatchInlineSnapshot(`
    "crew.yaml:3:61  "/etc/passwd" is no path from the top of the repository to a file, such as package-lock.json
      3 | defaults: {agent: {command: ./agent}, setup: {run: x, key: [/etc/passwd]}}
        |                                                             ^^^^^^^^^^^

    crew.yaml:4:41  "../lock" is no path from the top of the repository to a file, such as package-lock.json
      4 | roles: {dev: {setup: {run: x, key: [ok, ../lock]}}}
        |                                         ^^^^^^^

    crew.yaml:5:43  "a//b" is no path from the top of the repository to a file, such as package-lock.json
      5 | gates: [{run: test, setup: {run: x, key: ["a//b", .git/config]}}]
        |                                           ^^^^^^

    crew.yaml:5:51  ".git/config" is no path from the top of the repository to a file, such as package-lock.json
      5 | gates: [{run: test, setup: {run: x, key: ["a//b", .git/config]}}]
        |                                                   ^^^^^^^^^^^"
  `);
});
