// What is typed after --budget.
import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { budgetWish } from "../../src/cli/flags.ts";

test("limits by kind, or the word that takes them back", () => {
  expect(budgetWish("turns=20,usd=2.5, hours=0.5")).toEqual({ turns: 20, usd: 2.5, hours: 0.5 });
  expect(budgetWish("usd=5")).toEqual({ usd: 5 });
  expect(budgetWish("dev.turns=20,turns=40,front-end.usd=1")).toEqual({
    "dev.turns": 20,
    turns: 40,
    "front-end.usd": 1,
  });
  expect(budgetWish("file")).toBe("file");
});

test.each([
  "",
  "20",
  "turns",
  "turns=",
  "turns=0",
  "turns=1.5",
  "turns=-1",
  "usd=1e9",
  "usd=NaN",
  "tokens=5",
  "turns=1,,",
  ".turns=1",
  "dev.tokens=1",
  "a.b.turns=1",
  "dev.turns=1.5",
])("no budget: %j", (text) =>
  expect(() => budgetWish(text)).toThrow("write limits such as turns=20,usd=5,dev.hours=2, or file."),
);

test("a limit that is given twice is none", () => {
  expect(() => budgetWish("turns=1,turns=2")).toThrow(InvalidArgumentError);
  expect(() => budgetWish("dev.turns=1,dev.turns=2")).toThrow("write each limit once.");
});
