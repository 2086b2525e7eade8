// What status says of money: in all, by role and by bead, and apart what only a subscription would have cost.
import { expect, test } from "vitest";
import { renderLines } from "../../src/ui/lines.ts";
import { spentJson, spentLines } from "../../src/ui/spent-state.ts";
import { spentText } from "../../src/ui/spent-table.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { anOrder, aProject, aReport } from "../builders/world.ts";

const crew = aCrew(aRole("ada", { credential: { variable: "TOKEN", billing: "subscription" } }), aRole("bob"));
const spent = { runs: 2, seconds: 60, input: 1_000, cached: 200, output: 34, usd: 0.5 };
const text = (given: Parameters<typeof spentJson>[0]) =>
  renderLines(spentLines(spentJson(given)), { width: 80, color: false });

test("each report counts for its role and its bead", () => {
  const world = aProject(
    crew,
    aReport("login.1.1", "ada", "work1", { turns: 1, spent }),
    aReport("login.1.2", "ada", "work2", { turns: 2, spent }),
    aReport("form.1.1", "bob", "work3", { turns: 1, spent: { ...spent, usd: 0.25 } }),
    aReport("menu.1.1", "bob", "work4", { turns: 3 }),
  );
  expect(text({ crew, world })).toBe("Spent  7 turns, 3702 tokens, $0.25, ≈ $1.00 on a subscription\n");
  const { project, roles, beads } = spentJson({ crew, world });
  expect([project.turns, project.usd, project.ofSubscriptions]).toEqual([7, 1.25, 1]);
  expect(Object.entries(roles).map(([role, { turns, usd }]) => [role, turns, usd])).toEqual([
    ["ada", 3, 1],
    ["bob", 4, 0.25],
  ]);
  expect(Object.entries(beads).map(([bead, { turns, runs, output }]) => [bead, turns, runs, output])).toEqual([
    ["form", 1, 2, 34],
    ["login", 3, 4, 68],
    ["menu", 3, 0, 0],
  ]);
});

test("an order says itself how it was paid, whatever whoever looks would sign in with", () => {
  const world = aProject(
    crew,
    anOrder("login.1.1", "ada", { billing: "per token" }),
    anOrder("form.1.1", "bob", { billing: "subscription" }),
    aReport("login.1.1", "ada", "work1", { turns: 1, spent }),
    aReport("form.1.1", "bob", "work3", { turns: 1, spent: { ...spent, usd: 0.25 } }),
  );
  expect(text({ crew, world })).toBe("Spent  2 turns, 2468 tokens, $0.50, ≈ $0.25 on a subscription\n");
});

test("nothing is said where no program has told of tokens", () => {
  expect(text({ crew, world: aProject(crew, aReport("menu.1.1", "bob", "work4", { turns: 3 })) })).toBe("");
});

test("the table of stats has a row for each role and each bead, and what has no price was not free", () => {
  const many = { runs: 9, seconds: 3_900, input: 1_234_567, cached: 54_321, output: 9_999, usd: 12.5 };
  const world = aProject(
    crew,
    aReport("login.1.1", "ada", "work1", { turns: 1, spent }),
    aReport("a-bead-with-a-long-name.1.1", "bob", "work2", { turns: 9, spent: many }),
    aReport("login.1.2", "bob", "work3", { turns: 1, spent: { ...spent, usd: 0 } }),
    aReport("menu.1.1", "cyd", "work4", { turns: 3 }),
  );
  const table = spentText(spentJson({ crew, world }), { width: 80, color: false });
  expect(table).toMatchInlineSnapshot(`
    "ROLE                    TURNS    TIME  TOKENS IN  CACHED    OUT             COST
    ada                         1  1m 00s       1000     200     34          ≈ $0.50
    bob                        10  1h 06m       1.2M   54.5k  10.0k           $12.50
    cyd                         3       -          -       -      -                -
    BEAD
    a-bead-with-a-long-na…      9  1h 05m       1.2M   54.3k   9999           $12.50
    login                       2  2m 00s       2000     400     68          ≈ $0.50
    menu                        3       -          -       -      -                -
    project                    14  1h 07m       1.2M   54.7k  10.1k  $12.50, ≈ $0.50
    "
  `);
  expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(spentText(spentJson({ crew, world: aProject(crew) }), { width: 80, color: false })).toBe("");
});
