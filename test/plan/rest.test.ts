// Whether a role has anything to do that goes on by itself.
import { expect, test } from "vitest";
import { survey } from "../../src/merge/survey.ts";
import type { World } from "../../src/model/world.ts";
import { epicPlace } from "../../src/plan/epic.ts";
import { plan } from "../../src/plan/plan.ts";
import { restOf } from "../../src/plan/rest.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { all, anInstance, aProject, reported, withBeads, withFacts } from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aGate("test"));
const login = given(aBead("login", { labels: ["backend"] }), "backend");
const reportedWork = all(withBeads(login), reported("login.1.1", "backend", "work1"));
const stopped = all(
  withFacts({ holds: new Map([["backend", { state: "stopped", reason: "", atMs: 1 }]]) }),
  anInstance("backend", { running: false }),
);

function rest(world: World, isSettled = false) {
  const options = { startedAtMs: 0, allowRedBase: false };
  const seen = { epic: epicPlace(crew, world).id, startedAtMs: 0 };
  return restOf("backend", { world, isSettled, plan: plan(crew, world, options), survey: survey(crew, world, seen) });
}

test("what is tried out for a merge goes on without its role, also where that is stopped", () => {
  expect(rest(aProject(crew, reportedWork))).toEqual({ kind: "busy" });
  expect(rest(aProject(crew, reportedWork, stopped))).toEqual({ kind: "busy" });
});

test("work in the hand of a stopped role waits for a person", () => {
  expect(rest(aProject(crew, withBeads(login), stopped))).toMatchObject({ kind: "stuck" });
});

test("what only others could bring on is stuck once whoever drives says so", () => {
  const world = aProject(crew, withBeads(login));
  expect([rest(world).kind, rest(world, true).kind]).toEqual(["busy", "stuck"]);
});

test("nothing to do is done", () => {
  expect(rest(aProject(crew))).toEqual({ kind: "done" });
});
