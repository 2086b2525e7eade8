// Who takes a bead: its task's role, else the filters; each kind of filter, alone and together.
import { expect, test } from "vitest";
import { routeBead } from "../../src/merge/routing.ts";
import { beadTree } from "../../src/merge/tree.ts";
import { type Bead, metadataKeys } from "../../src/model/bead.ts";
import type { BeadFilter } from "../../src/model/crew.ts";
import { noFacts } from "../../src/model/records.ts";
import { aBead } from "../builders/bead.ts";
import { aCrew, aRole, aTask } from "../builders/crew.ts";

const bead = aBead("auth.1.2", {
  title: "[auth/api] POST /login",
  parent: "auth.1",
  labels: ["api", "urgent"],
  priority: 1,
  type: "bug",
  assignee: "ann",
  metadata: { team: "blue" },
});
const above = aBead("auth.1");

function route(filters: Readonly<Record<string, BeadFilter>>, given: Bead = bead) {
  const crew = aCrew(...Object.entries(filters).map(([name, beads]) => aRole(name, { beads })));
  const beads = new Map([above, given].map((each) => [each.id, each]));
  return routeBead(given, { crew, beads, tree: beadTree("auth", beads), facts: noFacts });
}

test.each<[string, BeadFilter, BeadFilter]>([
  ["title_prefix", { titlePrefix: "[auth/api]" }, { titlePrefix: "[auth/ui]" }],
  ["labels: all of them", { labels: ["api", "urgent"] }, { labels: ["api", "ui"] }],
  ["labels_any", { labelsAny: ["ui", "urgent"] }, { labelsAny: ["ui"] }],
  ["types", { types: ["bug"] }, { types: ["task"] }],
  ["ids", { ids: ["auth.1.2"] }, { ids: ["auth.1"] }],
  ["priority", { priority: [0, 1] }, { priority: [2] }],
  ["parent, at any depth", { parent: "auth.1" }, { parent: "auth.2" }],
  ["metadata", { metadata: { team: "blue" } }, { metadata: { team: "red" } }],
  ["assignee", { assignee: "ann" }, { assignee: "bob" }],
  ["an empty filter takes every bead", {}, { ids: [] }],
  ["all that are given must hold", { labels: ["api"], types: ["bug"] }, { labels: ["api"], types: ["task"] }],
  ["no label at all", { labels: [] }, { labels: [""] }],
])("%s", (_, yes, no) => {
  expect(route({ dev: yes })).toEqual({ kind: "role", role: "dev" });
  expect(route({ dev: no })).toEqual({ kind: "nobody" });
});

test("a bead that crew has given to the role stays with it, whomever people gave it to before", () => {
  const filters = { dev: { assignee: "ann" }, ops: { assignee: "bob" } };
  expect(route(filters, { ...bead, assignee: "crew/ops" })).toEqual({ kind: "role", role: "ops" });
  const { assignee: _, ...free } = bead;
  expect(route(filters, free)).toEqual({ kind: "nobody" });
});

test("two that match are named in the order of the file", () => {
  const filters = { zoe: { labels: ["urgent"] }, ann: {}, kim: { titlePrefix: "[auth" } };
  expect(route(filters)).toEqual({ kind: "ambiguous", roles: ["zoe", "ann", "kim"] });
});

test("a label that a bead has twice counts once", () => {
  expect(route({ dev: { labels: ["api"] } }, { ...bead, labels: ["api", "api"] })).toEqual({
    kind: "role",
    role: "dev",
  });
});

test("a task's role wins, as long as the file has that role and the bead is this project's", () => {
  const crew = aCrew(
    aRole("dev", { beads: {} }),
    aRole("ops"),
    aTask("one", { role: "ops" }),
    aTask("two", { role: "left" }),
  );
  const task = (key: string, project = "shop") =>
    aBead("auth.9", { metadata: { [metadataKeys.project]: project, [metadataKeys.key]: key } });
  const facts = { assignments: new Map([["auth.8", { role: "dev", atMs: 1 }]]) };
  const to = (given: Bead) => routeBead(given, { crew, beads: new Map(), tree: beadTree("auth", new Map()), facts });
  expect(to({ ...task("one"), id: "auth.8" })).toEqual({ kind: "role", role: "dev" });
  expect(to(task("one"))).toEqual({ kind: "role", role: "ops" });
  expect(to(task("two"))).toEqual({ kind: "role", role: "dev" });
  expect(to(task("one", "other"))).toEqual({ kind: "role", role: "dev" });
});
