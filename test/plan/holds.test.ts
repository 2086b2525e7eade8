// Roles that are held back by a person or by crew: what is done to their instances, what waits, and who is needed.
import { expect, test } from "vitest";
import { plan } from "../../src/plan/plan.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aRole, epicOf, settings } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import {
  all,
  anInstance,
  anOrder,
  aProject,
  atPhase,
  atWork,
  type WorldPart,
  withBeads,
  withFacts,
  withRuntime,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aRole("frontend"));
const login = given(aBead("login", { labels: ["backend"] }), "backend");
const inHand: readonly WorldPart[] = [
  withBeads(login),
  anOrder("login.1.1", "backend"),
  atWork("backend", "login.1.1"),
];

function held(state: "stopped" | "paused" | "quarantined" | "none", reason = ""): WorldPart {
  return withFacts({ holds: new Map([["backend", { state, reason, atMs: 600_000 }]]) });
}

test("a stopped role at work is stopped at once; its order stays with it", () => {
  expect(planText(crew, aProject(crew, ...inHand, held("stopped")))).toMatchInlineSnapshot(`
    "instance.stop:backend (stopped: crew start backend)
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! role-held backend: backend is stopped: its work waits
        crew start backend
    = working"
  `);
});

test("stopped, it is neither started nor given anything, and its work needs a person", () => {
  const stopped = anInstance("backend", { running: false });
  expect(planText(crew, aProject(crew, ...inHand, stopped, held("stopped")))).toMatchInlineSnapshot(`
    ". instance backend: stopped: crew start backend
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! role-held backend: backend is stopped: its work waits
        crew start backend
    = settled"
  `);
});

test("without an instance nothing is created for it, and without work nobody is needed", () => {
  const gone = withRuntime({ instances: new Map() });
  expect(planText(aCrew(aRole("backend")), aProject(crew, gone, held("stopped")))).toMatchInlineSnapshot(`
    ". instance backend: stopped: crew start backend
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = settled"
  `);
});

test("a paused role is frozen, stays so, and goes on when it is let go", () => {
  const running = aProject(crew, ...inHand, held("paused"));
  expect(planText(crew, running)).toMatchInlineSnapshot(`
    "instance.pause:backend (paused: crew unpause backend)
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! role-held backend: backend is paused: its work waits
        crew unpause backend
    = working"
  `);
  const frozen = aProject(crew, ...inHand, anInstance("backend", { paused: true }), held("paused"));
  expect(planText(crew, frozen)).toMatchInlineSnapshot(`
    ". instance backend: paused: crew unpause backend
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! role-held backend: backend is paused: its work waits
        crew unpause backend
    = settled"
  `);
  // A pause that was cut off is brought to its end, or taken back.
  const half = anInstance("backend", { halfPaused: true });
  expect(planText(crew, aProject(crew, ...inHand, half, held("paused")))).toBe(planText(crew, running));
  expect(planText(crew, aProject(crew, ...inHand, half))).toContain("instance.resume:backend (no longer paused)");
  const freed = aProject(crew, ...inHand, anInstance("backend", { paused: true }), held("none"));
  expect(planText(crew, freed)).toMatchInlineSnapshot(`
    "instance.resume:backend (no longer paused)
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working"
  `);
});

test("what is ready for a held role waits", () => {
  const ready = withBeads(aBead("login", { labels: ["backend"] }));
  expect(planText(crew, aProject(crew, ready, held("stopped")))).toMatchInlineSnapshot(`
    "instance.stop:backend (stopped: crew start backend)
    . instance frontend: up to date
    . order login.1.1: waits: backend is stopped: crew start backend
    . bead login: ready for backend
    ! role-held backend: backend is stopped: its work waits
        crew start backend
    = working"
  `);
});

test("a held role is not at work: another takes its place among those that work at the same time", () => {
  const one = aCrew(aRole("backend"), aRole("frontend"), settings({ maxParallel: 1 }));
  const form = withBeads(login, aBead("form", { labels: ["frontend"] }));
  expect(planText(one, aProject(one, ...inHand, form))).toContain(". order form.1.1: waits: 1 roles are at work\n");
  expect(planText(one, aProject(one, ...inHand, form, held("stopped")))).toContain("order.issue:form.1.1 (ready)\n");
});

test("a role that is ended from inside three times in a row is quarantined, then stopped", () => {
  const crashing = atPhase("backend", { phase: "working", order: "login.1.1", fruitless: 3 });
  expect(planText(crew, aProject(crew, ...inHand, crashing))).toMatchInlineSnapshot(`
    "hold.record:backend (began login.1.1 3 times in a row and finished no turn)
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
  const twice = atPhase("backend", { phase: "working", order: "login.1.1", fruitless: 2 });
  expect(planText(crew, aProject(crew, ...inHand, twice))).not.toContain("hold.record");
  // Let go by a person, by a clock that was set back since.
  const since = (liftsSinceMs: number): WorldPart =>
    withFacts({ holds: new Map([["backend", { state: "none", reason: "", liftsSinceMs, atMs: 1 }]]) });
  const sinceOf = (sinceMs: number) =>
    atPhase("backend", { phase: "working", order: "login.1.1", fruitless: 3, sinceMs });
  expect(planText(crew, aProject(crew, ...inHand, sinceOf(900), since(900)))).not.toContain("hold.record");
  expect(planText(crew, aProject(crew, ...inHand, sinceOf(800), since(900)))).toContain("hold.record");
  expect(
    planText(crew, aProject(crew, ...inHand, crashing, held("quarantined", "ended 3 times"))),
  ).toMatchInlineSnapshot(`
    "instance.stop:backend (quarantined (ended 3 times): crew start backend)
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! role-held backend: backend is quarantined (ended 3 times): its work waits
        crew start backend
        crew logs backend
    = working"
  `);
});

test("where the file names another epic nothing goes on, but a role is still held and let go", () => {
  const other = aCrew(aRole("backend"), aRole("frontend"), epicOf({ slug: "another" }));
  const world = aProject(crew, ...inHand);
  const text = (...parts: readonly WorldPart[]) => planText(other, all(...parts)(world)).split("\n")[0];
  expect(text(held("stopped"))).toBe("instance.stop:backend (stopped: crew start backend)");
  expect(text(held("none"), anInstance("backend", { paused: true }))).toBe(
    "instance.resume:backend (no longer paused)",
  );
  expect(text()).toMatch(/^! other-epic auth: /);
});

test("a role that a person stops has the time that it was given", () => {
  const stopped = (graceMs: object) =>
    aProject(crew, withFacts({ holds: new Map([["backend", { state: "stopped", reason: "", ...graceMs, atMs: 1 }]]) }));
  const graceOf = (world: ReturnType<typeof stopped>) =>
    plan(crew, world, { startedAtMs: 0, allowRedBase: false }).operations.flatMap((each) =>
      each.kind === "instance.stop" ? [each.graceMs] : [],
    );
  expect([graceOf(stopped({})), graceOf(stopped({ graceMs: 2_000 }))]).toEqual([[10_000], [2_000]]);
});
