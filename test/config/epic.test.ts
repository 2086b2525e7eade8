// epic: the root bead and its integration branch.
import { expect, test } from "vitest";
import { crewOf, problemsIn } from "./support.ts";

const roles = "\nroles: {dev: {}}\n";

test("a title alone", () => {
  expect(crewOf(`epic: "[EPIC] Rate-limit sign-in"${roles}`).epic).toMatchInlineSnapshot(`
    {
      "branch": "epic/rate-limit-sign-in",
      "slug": "rate-limit-sign-in",
      "title": "[EPIC] Rate-limit sign-in",
    }
  `);
});

test("the long form", () => {
  const text = `epic: {title: Sign-in, description: All of it., branch: big/sign-in, base: develop, id: shop-a3f8, x-note: 1}${roles}`;
  expect(crewOf(text).epic).toMatchInlineSnapshot(`
    {
      "base": "develop",
      "branch": "big/sign-in",
      "description": "All of it.",
      "id": "shop-a3f8",
      "slug": "sign-in",
      "title": "Sign-in",
    }
  `);
});

test("a title without a letter takes its slug from the project's name", () => {
  const crew = crewOf(`name: shop\nepic: "[EPIC] 日本"${roles}`);
  expect([crew.epic.slug, crew.epic.branch, crew.roles[0]?.branch]).toEqual(["shop", "epic/shop", "feature/shop-dev"]);
});

test.each([
  ["the empty title", `epic: ""${roles}`],
  ["a title of spaces", `epic: {title: "  ", id: a..b}${roles}`],
  ["a long title", `epic: ${"a".repeat(501)}${roles}`],
  ["no title", `epic: {branch: epic/x}${roles}`],
  ["a number", `epic: 2024${roles}`],
  ["nothing", `epic:${roles}`],
  ["a list", `epic: [a]${roles}`],
  ["unknown keys", `epic: {titel: Sign-in, title: Sign-in, branche: x, role: dev}${roles}`],
])("%s is a problem", (_name, text) => {
  expect(problemsIn(text)).toMatchSnapshot();
});

test("a title of 500 characters is none, however many bytes they have", () => {
  expect(problemsIn(`epic: ${"é😀".repeat(250)}${roles}`)).toBe("none");
});
