// Before the first order the gates run on base: red there spends nothing.
import { expect, test } from "vitest";
import { aBead } from "../builders/bead.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { treeOf } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import { aGateRun, aProject, aVerdict, withBeads, withRepository } from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aGate("test"));
const login = withBeads(aBead("login", { labels: ["backend"] }));
const noVerdict = withRepository({ verdicts: new Map() });
const base = treeOf("base");

test("no verdict on base yet: the gates run, nothing is handed out", () => {
  expect(planText(crew, aProject(crew, login, noVerdict))).toMatchInlineSnapshot(`
    "gate.start:test:….1 (no verdict on main yet)
        on base···
    . instance backend: up to date
    . order login.1.1: waits until the gates are green on main
    . bead login: ready for backend
    = working"
  `);
});

test("while the gates run on base, nothing is handed out", () => {
  expect(planText(crew, aProject(crew, login, noVerdict, aGateRun(crew, base)))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . order login.1.1: waits until the gates are green on main
    . bead login: ready for backend
    = working, in flight"
  `);
});

test("green on base: the first order", () => {
  expect(planText(crew, aProject(crew, login, aVerdict(crew, base, "green")))).toMatchInlineSnapshot(`
    "order.issue:login.1.1 (ready)
        bead for backend at base···
    . instance backend: up to date
    = working"
  `);
});

test("red on base: once more, to tell a flaky gate", () => {
  const world = aProject(crew, login, aVerdict(crew, base, "red", { runs: 1 }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "gate.start:test:….2 (red: once more, to tell a flaky gate)
        on base···
    . instance backend: up to date
    . order login.1.1: waits until the gates are green on main
    . bead login: ready for backend
    = working"
  `);
});

test("red twice on base: no agent starts, nothing is spent", () => {
  expect(planText(crew, aProject(crew, login, aVerdict(crew, base, "red")))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . order login.1.1: waits until the gates are green on main
    . bead login: ready for backend
    ! base-red test: Gate test is red on main itself (exit 1). No agent started; nothing spent
        crew logs gate:test
        crew up
        crew up --allow-red-base
    = settled"
  `);
});

test("red on base, and a person said up since: the gates run again", () => {
  const world = aProject(crew, login, aVerdict(crew, base, "red", { atMs: 500_000 }));
  expect(planText(crew, world, { startedAtMs: 600_000 })).toMatchInlineSnapshot(`
    "gate.start:test:….3 (red before; tried again)
        on base···
    . instance backend: up to date
    . order login.1.1: waits until the gates are green on main
    . bead login: ready for backend
    = working"
  `);
});

test("red on base, and a person allows it", () => {
  const world = aProject(crew, login, aVerdict(crew, base, "red"));
  expect(planText(crew, world, { allowRedBase: true })).toMatchInlineSnapshot(`
    "order.issue:login.1.1 (ready)
        bead for backend at base···
    . instance backend: up to date
    = working"
  `);
});

test("a gate's setup failed on base", () => {
  const world = aProject(crew, login, aVerdict(crew, base, "setup-failed", { runs: 2 }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . order login.1.1: waits until the gates are green on main
    . bead login: ready for backend
    ! base-red test: Setup of gate test failed on main. No agent started; nothing spent
        crew logs gate:test
        crew up
    = settled"
  `);
});
