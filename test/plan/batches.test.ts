// `batch: n`: what is ready together is judged together; red is halved until the one that is red stands alone.
import { expect, test } from "vitest";
import type { TestMerge, World } from "../../src/model/world.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { mergedTree, oid } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  aGateRun,
  all,
  aProject,
  aVerdict,
  reported,
  shows,
  type WorldPart,
  withBeads,
  withFacts,
} from "../builders/world.ts";

const names = ["a", "b", "c", "d"] as const;
const crew = aCrew(...names.map((name) => aRole(name)), aGate("test"), settings({ batch: 4 }));
const ready = all(
  ...names.flatMap((name) => [
    withBeads(given(aBead(name, { labels: [name] }), name)),
    reported(`${name}.1.1`, name, `work-${name}`),
    shows(name, `work-${name}`),
  ]),
);

/** Each tried on the one before, in this order; `tree-abc` holds what the first three bring. */
function chain(...sources: readonly string[]): WorldPart {
  return (world: World) => {
    const links = sources.map((name, at): TestMerge => {
      const target = at === 0 ? oid("base") : oid(`link-${sources.slice(0, at).join("")}`);
      return { kind: "clean", source: oid(`work-${name}`), target, tree: treeOf(...sources.slice(0, at + 1)) };
    });
    return { ...world, chains: new Map([["epic", links]]) };
  };
}

function treeOf(...sources: readonly string[]): string {
  return sources.length === 1 ? mergedTree(`work-${sources[0]}`) : oid(`tree-${sources.join("")}`);
}

function told(...parts: readonly WorldPart[]): string {
  return planText(crew, aProject(crew, ready, ...parts))
    .split("\n")
    .filter((line) => /^(tip.move|gate.start|gate.remove|order.issue| {4}base)/.test(line))
    .join("\n");
}

const all4 = chain("a", "b", "c", "d");

test("all that is ready is judged as one, and merged by one move", () => {
  expect(told(all4)).toMatchInlineSnapshot(`"gate.start:test:….1 (no verdict on the merge of a, b, c, d)"`);
  expect(told(all4, aVerdict(crew, treeOf("a", "b", "c", "d"), "green"))).toMatchInlineSnapshot(`
    "tip.move:epic:d (a, b, c, d together: test green)
        base··· + work-d·: Merge Do d (d)"
  `);
});

test("red: half of it, and half of that; the one that is red by itself goes back alone", () => {
  const red = (...sources: readonly string[]) => aVerdict(crew, treeOf(...sources), "red");
  expect(told(all4, red("a", "b", "c", "d"))).toMatchInlineSnapshot(
    `"gate.start:test:….1 (no verdict on the merge of a, b)"`,
  );
  expect(told(all4, red("a", "b", "c", "d"), red("a", "b"))).toMatchInlineSnapshot(
    `"gate.start:test:….1 (no verdict on the merge of a)"`,
  );
  expect(told(all4, red("a", "b", "c", "d"), aVerdict(crew, treeOf("a", "b"), "green"))).toMatchInlineSnapshot(`
    "tip.move:epic:b (a, b together: test green)
        base··· + work-b·: Merge Do b (b)"
  `);
  // Without the one that is red by itself, the others are tried anew.
  expect(told(chain("b", "c", "d"), red("a"))).toMatchInlineSnapshot(`
    "order.issue:a.1.2 (gate test is red with a)
    gate.start:test:….1 (no verdict on the merge of b, c, d)"
  `);
});

test("what a person is to see, or has seen at protected paths, is never merged together with others", () => {
  const reviewed = settings({ review: "bead" })(crew);
  const green = aVerdict(crew, treeOf("a", "b", "c", "d"), "green");
  const text = planText(reviewed, aProject(reviewed, ready, all4, green));
  expect(text).toContain("gate.start:test:….1 (no verdict on the merge of a)");
  expect(text).not.toContain("tip.move");
  const approval = { commit: oid("work-a"), noChange: false, atMs: 1, entries: { ".envrc": `100644 ${oid("seen")}` } };
  expect(told(all4, green, withFacts({ approvals: new Map([["a.1.1", approval]]) }))).not.toContain("together");
});

test("a gate that runs goes on, whatever is appended; a green verdict is not thrown away", () => {
  expect(told(all4, aGateRun(crew, treeOf("a", "b")))).toBe("");
  expect(told(all4, aVerdict(crew, treeOf("c"), "green"))).toMatchInlineSnapshot(`
    "tip.move:epic:c (c at work-c·: test green)
        base··· + work-c·: Merge Do c (c)"
  `);
});

test("what brings nothing after the others, or conflicts with them, waits for the next time", () => {
  const links: readonly TestMerge[] = [
    { kind: "clean", source: oid("work-a"), target: oid("base"), tree: treeOf("a") },
    { kind: "conflict", source: oid("work-b"), target: oid("link-a"), paths: ["x"] },
    { kind: "clean", source: oid("work-c"), target: oid("link-a"), tree: treeOf("a") },
    { kind: "clean", source: oid("work-d"), target: oid("link-ac"), tree: treeOf("a", "d") },
  ];
  expect(told((world) => ({ ...world, chains: new Map([["epic", links]]) }))).toMatchInlineSnapshot(
    `"gate.start:test:….1 (no verdict on the merge of a, d)"`,
  );
});
