// The order of merging, and where work merges: the branch tree from its leaves to the epic.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Candidate } from "../../src/merge/candidate.ts";
import { inMergeOrder } from "../../src/merge/order.ts";
import { parentTip, targetOf, tipDepth, tipNames } from "../../src/merge/targets.ts";
import { beadTree } from "../../src/merge/tree.ts";
import { aBead } from "../builders/bead.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { oid, treeOf } from "../builders/oids.ts";

const crew = aCrew(
  aRole("api", { dependsOn: ["db"] }),
  aRole("db", { dependsOn: ["infra"] }),
  aRole("infra"),
  aRole("ui"),
  aRole("form", { into: "ui" }),
  aRole("field", { into: "form" }),
);

test("every role merges into its own tip where others merge into it, else into the one above", () => {
  expect(tipNames(crew)).toEqual(["epic", "ui", "form"]);
  expect(["api", "ui", "form", "field", "gone"].map((role) => targetOf(crew, role))).toEqual([
    "epic",
    "ui",
    "form",
    "form",
    "epic",
  ]);
  expect(["epic", "ui", "form", "gone"].map((tip) => parentTip(crew, tip))).toEqual([undefined, "epic", "ui", "epic"]);
  expect(["epic", "ui", "form"].map((tip) => tipDepth(crew, tip))).toEqual([0, 1, 2]);
});

const beads = new Map(
  [
    aBead("b1", { priority: 0 }),
    aBead("b2", { priority: 3 }),
    aBead("b10", { priority: 3 }),
    aBead("f1", { type: "feature" }),
    aBead("f1.1", { parent: "f1", priority: 4 }),
  ].map((bead) => [bead.id, bead]),
);

function candidate(kind: Candidate["kind"], about: string, role: string): Candidate {
  const target = kind === "up" ? (parentTip(crew, role) ?? "epic") : targetOf(crew, role);
  const tip = { name: target, oid: oid(target), tree: treeOf(target), chain: [], reaches: new Set<string>() };
  const bead = kind === "bead" ? { bead: { id: about, round: 1 } } : {};
  return {
    kind,
    subject: about,
    target,
    source: oid(about),
    role,
    title: about,
    tip,
    state: "green",
    paths: [],
    checks: [],
    ...bead,
  };
}

/** As they are to merge. */
const inOrder = [
  candidate("person", "person/form", "form"),
  candidate("bead", "b1", "field"),
  candidate("down", "down/ui", "ui"),
  candidate("up", "up/form", "form"),
  candidate("person", "person/infra", "infra"),
  candidate("bead", "f1.1", "infra"),
  candidate("bead", "b1", "infra"),
  candidate("bead", "b2", "infra"),
  candidate("bead", "b10", "infra"),
  candidate("bead", "b1", "db"),
  candidate("bead", "b1", "api"),
  candidate("up", "up/ui", "ui"),
];

test("leaves of the branch tree first; people, then what comes down, then beads, then what moves up; depends_on, depth, priority, id", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (shuffled) => {
      const sorted = inMergeOrder(shuffled, { crew, beads, tree: beadTree("auth", beads) });
      expect(sorted.map(({ subject, role }) => `${subject} ${role}`)).toEqual(
        inOrder.map(({ subject, role }) => `${subject} ${role}`),
      );
    }),
  );
});
