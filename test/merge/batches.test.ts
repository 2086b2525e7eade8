// What is tried together of a tip's candidates, and in which order.
import { expect, test } from "vitest";
import { batchTrials } from "../../src/merge/batches.ts";
import { survey } from "../../src/merge/survey.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { mergedTree, oid } from "../builders/oids.ts";
import { aGateRun, all, aProject, mergesCleanly, reported, type WorldPart, withBeads } from "../builders/world.ts";

const names = ["a", "b"] as const;
const crew = aCrew(...names.map((name) => aRole(name)), aGate("test"), settings({ batch: 4 }));
const ready = all(
  ...names.flatMap((name) => [
    withBeads(given(aBead(name, { labels: [name] }), name)),
    reported(`${name}.1.1`, name, `work-${name}`),
    mergesCleanly(`work-${name}`),
  ]),
);

function trials(parts: readonly WorldPart[], before: Parameters<typeof batchTrials>[1] = new Map()) {
  const world = aProject(crew, ready, ...parts);
  return batchTrials(survey(crew, world, { epic: "auth", startedAtMs: 0 }), before);
}

const of = (...sources: readonly string[]) => [
  { tip: "epic", target: oid("base"), sources: sources.map((name) => oid(`work-${name}`)) },
];

test("in merge order", () => expect(trials([])).toEqual(of("a", "b")));

test("what was tried last stays in front as long as the tip stands", () => {
  const last = (target: string) => new Map([["epic", { tip: "epic", target: oid(target), sources: [oid("work-b")] }]]);
  expect(trials([], last("base"))).toEqual(of("b", "a"));
  expect(trials([], last("other"))).toEqual(of("a", "b"));
});

test("what is judged by itself stays in front of what is reported meanwhile", () => {
  expect(trials([aGateRun(crew, mergedTree("work-b"))])).toEqual(of("b", "a"));
});
