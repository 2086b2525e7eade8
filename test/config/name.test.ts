// name: the project's name, by default made from the directory's.
import { expect, test } from "vitest";
import { crewOf, problemsIn } from "./support.ts";

const rest = "epic: Sign-in\nroles: {dev: {}}\n";

test.each([
  ["/work/shop/crew.yaml", "shop"],
  ["/work/My Shop (2)/crew.yaml", "my-shop-2"],
  ["/work/_.hidden/crew.yaml", "hidden"],
  ["/work/日本/crew.yaml", "crew"],
  ["/crew.yaml", "crew"],
])("the name of %s is %s", (file, name) => {
  expect(crewOf(rest, { file }).name).toBe(name);
});

test("a name is lower case, and must be text", () => {
  expect(problemsIn(`name: My Shop\n${rest}`)).toMatchInlineSnapshot(`
    "crew.yaml:1:7  name must be lower-case letters, digits, - and _, beginning with a letter or digit, not "My Shop"
      1 | name: My Shop
        |       ^^^^^^^"
  `);
  expect(problemsIn(`name: 2024\n${rest}`)).toMatchInlineSnapshot(`
    "crew.yaml:1:7  name must be lower-case letters, digits, - and _, beginning with a letter or digit, not the number 2024 (as text: "2024")
      1 | name: 2024
        |       ^^^^"
  `);
  expect(problemsIn(`name: ${"a".repeat(64)}\n${rest}`)).toMatchInlineSnapshot(`
    "crew.yaml:1:7  name is longer than 63 characters
      1 | name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
  expect(problemsIn(`name: ""\n${rest}`)).toMatchInlineSnapshot(`
    "crew.yaml:1:7  name must be lower-case letters, digits, - and _, beginning with a letter or digit, not ""
      1 | name: ""
        |       ^^"
  `);
});

test("digits that come from a variable are a name", () => {
  expect(crewOf(`name: "\${YEAR}"\n${rest}`, { env: { YEAR: "2024" } }).name).toBe("2024");
  expect(crewOf(`name: \${YEAR}\n${rest}`, { env: { YEAR: "2024" } }).name).toBe("2024");
});
