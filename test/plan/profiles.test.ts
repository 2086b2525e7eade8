// Roles of which no profile is chosen: nothing becomes of them, their beads wait or go to others, and the plan says why.
import { expect, test } from "vitest";
import { plan } from "../../src/plan/plan.ts";
import { aBead } from "../builders/bead.ts";
import { aCrew, aRole, aService, type settings } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { aBranch, anInstance, anOrder, aProject, atWork, withBeads, withRuntime } from "../builders/world.ts";

const services = [aService("db")];
const reviewer = aRole("reviewer", { unchosen: ["review"], services });
const crew = aCrew(aRole("backend"), reviewer);
const look = aBead("look", { labels: ["reviewer"] });
const login = aBead("login", { labels: ["backend"] });
const none = withRuntime({ instances: new Map() });

test("nothing of it is made, and its beads wait with a reason and the way on", () => {
  const world = aProject(crew, withBeads(login, look), none, aBranch("reviewer", { relation: "new" }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "instance.create:backend (not found)
    instance.start:backend (created)
        after instance.create:backend
    order.issue:login.1.1 (ready)
        bead for backend at base···
    . instance reviewer: its profile review is not chosen: crew up --profile review
    . bead look: waits for reviewer: its profile review is not chosen
    ! role-unchosen reviewer: 1 piece of work waits for reviewer: its profile review is not chosen
        crew up --profile review
        crew up reviewer
    = working"
  `);
});

test("what runs of it is left alone, drifted and among orphans that are removed", () => {
  const old = { role: "reviewer", environment: { OLD: "1" } };
  const world = aProject(crew, withBeads(look), anInstance("reviewer", { spec: old }));
  const options = { removeOrphans: true, recreate: ["reviewer"], roles: ["reviewer"] };
  expect(planText(crew, world, options)).toMatchInlineSnapshot(`
    ". instance reviewer: its profile review is not chosen: crew up --profile review; left as it is, takes no order
    . bead look: waits for reviewer: its profile review is not chosen
    ! role-unchosen reviewer: 1 piece of work waits for reviewer: its profile review is not chosen
        crew up --profile review
        crew up reviewer
    = settled"
  `);
});

test("an order that it has is not waited for", () => {
  const world = aProject(crew, withBeads(look), anOrder("look.1.1", "reviewer"), atWork("reviewer", "look.1.1"));
  const { inFlight, attention } = plan(crew, world, { startedAtMs: 0, allowRedBase: false });
  expect([inFlight, attention.map(({ kind, subject }) => `${kind} ${subject}`)]).toEqual([
    false,
    ["role-unchosen reviewer"],
  ]);
});

test("of two roles that would take a bead the one that takes part does", () => {
  const beads = { labels: ["work"] };
  const team = (unchosen: readonly string[]) =>
    aCrew(
      aRole("fast", { beads, ...(unchosen.includes("fast") && { unchosen: ["fast"] }) }),
      aRole("careful", { beads }),
    );
  const work = withBeads(aBead("work", { labels: ["work"] }));
  expect(planText(team([]), aProject(team([]), work))).toContain("ambiguous work");
  expect(planText(team(["fast"]), aProject(team(["fast"]), work))).toContain("order.issue:work.1.1");
});

test("another choice is recorded", () => {
  const chosen = { ...crew, ...settingsOf({ chosen: ["review"], named: ["reviewer"] }) };
  const { operations } = plan(chosen, aProject(crew, withBeads(look)), { startedAtMs: 0, allowRedBase: false });
  const record = operations.find(({ kind }) => kind === "project.record");
  expect(record).toMatchObject({
    cause: "other profiles are chosen",
    fact: { profiles: ["review"], named: ["reviewer"] },
  });
});

function settingsOf(profiles: NonNullable<Parameters<typeof settings>[0]["profiles"]>) {
  return { profiles };
}
