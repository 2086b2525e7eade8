// `radar: tell`: whoever goes on with work that would conflict with another role's hears of it; `warn` says it to people alone.
import { expect, test } from "vitest";
import { mergePair, type World } from "../../src/model/world.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { mergedTree, oid } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import { all, aProject, aVerdict, reported, shows, withBeads } from "../builders/world.ts";

const ready = all(
  ...["a", "b"].flatMap((name) => [
    withBeads(given(aBead(name, { labels: [name] }), name)),
    reported(`${name}.1.1`, name, `work-${name}`),
    shows(name, `work-${name}`),
  ]),
);

const colliding = (world: World): World => {
  const pair = { source: oid("work-b"), target: oid("work-a") };
  const merge = { kind: "conflict", ...pair, paths: ["src/app.ts"] } as const;
  return { ...world, merges: new Map(world.merges).set(mergePair(pair), merge) };
};

function wordsTo(radar: "warn" | "tell" | "off"): boolean {
  const crew = aCrew(aRole("a"), aRole("b"), aGate("test"), settings({ radar }));
  const world = aProject(crew, ready, colliding, aVerdict(crew, mergedTree("work-a"), "red"));
  const text = planText(crew, world);
  expect(text).toContain("order.issue:a.1.2 (gate test is red with a)");
  return text.includes("Your work and that of b on b change the same places, in: src/app.ts.");
}

test("only where the file says tell", () => {
  expect([wordsTo("tell"), wordsTo("warn"), wordsTo("off")]).toEqual([true, false, false]);
});
