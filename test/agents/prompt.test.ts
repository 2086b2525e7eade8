// What an agent is told with its order.
import { expect, test } from "vitest";
import { promptOf } from "../../src/agents/prompt.ts";
import type { Order } from "../../src/model/records.ts";
import { aBead } from "../builders/bead.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { oid } from "../builders/oids.ts";

const crew = aCrew(aRole("backend"));
const bead = aBead("login", { title: "Log in" });
const rejected: Order = {
  id: { subject: "login", round: 1, attempt: 2 },
  kind: "rejected",
  role: "backend",
  start: oid("base"),
  cause: "rejected: no",
  words: "A person says: no",
  counts: true,
  issuedAtMs: 0,
};

function told(order: Order): string {
  const [role] = crew.roles;
  return role ? promptOf({ crew, role, order, bead, beads: new Map() }) : "";
}

test("a merge that is under way in the work tree is told, whatever the order is given for", () => {
  const merge = "is under way in your work tree";
  expect(told(rejected)).not.toContain(merge);
  expect(told({ ...rejected, merge: oid("work0") })).toContain(merge);
  expect(told({ ...rejected, kind: "conflict", merge: oid("work0") })).toContain(
    "Resolve the merge that is under way.",
  );
});
