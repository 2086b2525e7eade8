// Names of variables: a container takes them by a shell, a process takes any.
import { expect, test } from "vitest";
import { problemsIn } from "./support.ts";

const file = (runtime: string) => `epic: A
runtime: ${runtime}
defaults: {agent: {command: ./agent}, environment: {ok_1: 1}}
roles:
  dev: {environment: {my.key: 1}}
  ops:
gates: {test: {run: x, environment: {odd-name: 1}}}
`;

test("only what a shell can export, in containers", () => {
  expect(problemsIn(file("process"))).toBe("none");
  expect(problemsIn(file("docker"))).toMatchInlineSnapshot(`
    "crew.yaml:5:22  "my.key" cannot be the name of a variable in a container: letters, digits and _
      5 |   dev: {environment: {my.key: 1}}
        |                      ^^^^^^^^^^^

    crew.yaml:7:1  "odd-name" cannot be the name of a variable in a container: letters, digits and _
      7 | gates: {test: {run: x, environment: {odd-name: 1}}}
        | ^^^^^"
  `);
});
