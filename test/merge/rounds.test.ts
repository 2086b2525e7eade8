// Evidence and rounds: merged is what a tip reaches and no undo of it does; a round ends once.
import { expect, test } from "vitest";
import { evidenceOf } from "../../src/merge/evidence.ts";
import { historyOf, roundOf } from "../../src/merge/history.ts";
import type { Tip } from "../../src/model/chain.ts";
import type { RoundFacts } from "../../src/model/records.ts";

import { aBead, closed } from "../builders/bead.ts";
import { oid, treeOf } from "../builders/oids.ts";
import { anOrder, aWorld } from "../builders/world.ts";

type Says = { readonly bead?: string; readonly undo?: string; readonly round?: number };

function aTip(name: string, chain: Readonly<Record<string, Says>>, reaches: readonly string[] = []): [string, Tip] {
  const commits = Object.entries(chain).map(([id, { bead, undo, round = 1 }]) => ({
    oid: oid(id),
    tree: treeOf(id),
    parents: [],
    subject: id,
    gates: [],
    ...(bead !== undefined && { bead: { id: bead, round } }),
    ...(undo !== undefined && { undo: { id: undo, round } }),
  }));
  const all = [...commits.map((commit) => commit.oid), ...reaches.map(oid)];
  return [name, { name, oid: all[0] ?? oid("base"), tree: treeOf(name), chain: commits, reaches: new Set(all) }];
}

test("merged is where the evidence is reached: in its own tip, above once it moved up, nowhere else", () => {
  const before = evidenceOf(new Map([aTip("epic", {}), aTip("ui", { m1: { bead: "form" } }), aTip("api", {})]));
  expect(["ui", "epic", "api"].map((tip) => before.isMergedIn("form", 1, tip))).toEqual([true, false, false]);
  expect(before.commitOf("form", 1)?.oid).toBe(oid("m1"));
  const after = evidenceOf(new Map([aTip("epic", { up: {} }, ["m1"]), aTip("ui", { m1: { bead: "form" } })]));
  expect(after.isMergedIn("form", 1, "epic")).toBe(true);
});

test("an undo ends it where it is reached; where it is not, the round still stands", () => {
  const tips = new Map([
    aTip("epic", { m1: { bead: "form" }, u1: { undo: "form" } }),
    aTip("ui", { down: {} }, ["m1"]),
  ]);
  const evidence = evidenceOf(tips);
  expect(evidence.isMergedIn("form", 1, "epic")).toBe(false);
  expect(evidence.isMergedIn("form", 1, "ui")).toBe(true);
  const everywhere = evidenceOf(new Map([aTip("epic", { m1: { bead: "form" }, u1: { undo: "form" } })]));
  expect(everywhere.commitOf("form", 1)).toBeUndefined();
  expect(everywhere.isUndone("form", 1)).toBe(true);
});

function round(
  bead: Parameters<typeof roundOf>[0],
  given: { rounds?: Record<string, RoundFacts>; orders?: string[]; chain?: Record<string, Says> },
) {
  const world = (given.orders ?? []).reduce((before, id) => anOrder(id, "dev")(before), aWorld());
  const facts = { ...world.repository.facts, rounds: new Map(Object.entries(given.rounds ?? {})) };
  const evidence = evidenceOf(new Map([aTip("epic", given.chain ?? {})]));
  return roundOf(bead, { history: historyOf(world.repository), evidence, facts, rounds: new Map() });
}

test.each<[string, number, Parameters<typeof round>[0], Parameters<typeof round>[1]]>([
  ["a new bead", 1, aBead("b"), {}],
  ["at work", 1, aBead("b"), { orders: ["b.1.1", "b.1.2"] }],
  ["being closed by crew", 1, aBead("b"), { rounds: { "b.1": { closing: true } } }],
  ["closed by crew", 1, closed(aBead("b")), { rounds: { "b.1": { closing: true, closed: true } } }],
  ["reopened by a person", 2, aBead("b"), { rounds: { "b.1": { closing: true, closed: true } } }],
  [
    "closed by a person while it was out",
    1,
    closed(aBead("b")),
    { orders: ["b.1.1"], rounds: { "b.1": { withdrawn: true } } },
  ],
  ["and reopened", 2, aBead("b"), { orders: ["b.1.1"], rounds: { "b.1": { withdrawn: true } } }],
  ["undone", 2, aBead("b"), { chain: { m1: { bead: "b" }, u1: { undo: "b" } } }],
  [
    "undone, and ordered again",
    2,
    aBead("b"),
    { orders: ["b.1.1", "b.2.1"], chain: { m1: { bead: "b" }, u1: { undo: "b" } } },
  ],
  ["undone twice", 3, aBead("b"), { orders: ["b.2.1"], chain: { u1: { undo: "b" }, u2: { undo: "b", round: 2 } } }],
  [
    "closed again in its second round",
    2,
    closed(aBead("b")),
    { rounds: { "b.1": { closed: true }, "b.2": { closing: true } } },
  ],
])("%s: round %i", (_, expected, bead, given) => {
  expect(round(bead, given)).toBe(expected);
});
