// The tree of beads: found from the epic downwards, in natural order, whatever parents say of each other.
import { expect, test } from "vitest";
import { ancestors, beadTree, compareIds, leavesBelow } from "../../src/merge/tree.ts";
import type { Bead } from "../../src/model/bead.ts";
import { aBead } from "../builders/bead.ts";

function beads(parents: Readonly<Record<string, string>>): ReadonlyMap<string, Bead> {
  return new Map(Object.entries(parents).map(([id, parent]) => [id, aBead(id, { parent })]));
}

test("leaves are what has no children, in natural order; depth counts from the epic", () => {
  const tree = beadTree("e", beads({ "e.10": "e", "e.2": "e", "e.2.1": "e.2", "x.1": "x" }));
  expect(tree.leaves).toEqual(["e.2.1", "e.10"]);
  expect([...tree.depth]).toEqual([
    ["e.2", 1],
    ["e.10", 1],
    ["e.2.1", 2],
  ]);
  expect([...tree.children]).toEqual([
    ["e", ["e.2", "e.10"]],
    ["e.2", ["e.2.1"]],
  ]);
});

test("circles of parents are not entered, not even through the epic", () => {
  const all = new Map([...beads({ a: "b", b: "a", c: "e", d: "c" }), ["e", aBead("e", { parent: "d" })]]);
  const tree = beadTree("e", all);
  expect(tree.leaves).toEqual(["d"]);
  expect(leavesBelow(tree, "c")).toEqual(["d"]);
  expect(ancestors(tree, "d", all)).toEqual(["c"]);
  expect(ancestors(tree, "a", all)).toEqual([]);
});

test("numbers in ids count as numbers, of any length; equal ones keep an order", () => {
  const ids = ["a.10", "a.9", "a.09", "a.100000000000000000001", "a.100000000000000000000", "a", "a.1b", "a.1.1"];
  expect([...ids].sort(compareIds)).toEqual([
    "a",
    "a.1.1",
    "a.1b",
    "a.09",
    "a.9",
    "a.10",
    "a.100000000000000000000",
    "a.100000000000000000001",
  ]);
});

test("a chain of ten thousand is no deeper than a short one", () => {
  const chain = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`b${n}`, n === 0 ? "e" : `b${n - 1}`]));
  const all = beads(chain);
  const tree = beadTree("e", all);
  expect(leavesBelow(tree, "b0")).toEqual(["b9999"]);
  expect(ancestors(tree, "b9999", all).length).toBe(9999);
});
