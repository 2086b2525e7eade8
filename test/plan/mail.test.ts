// Orders out, reports in: delivered until it is there, imported before it is acknowledged, withdrawn when it is not needed.
import { expect, test } from "vitest";
import { aBead, closed, given } from "../builders/bead.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import {
  aMailReport,
  anInstance,
  anOrder,
  aProject,
  aReport,
  atPhase,
  atWork,
  inOutbox,
  mergesCleanly,
  withBeads,
  withMail,
  withRuntime,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aRole("frontend"));
const login = aBead("login", { labels: ["backend"] });
const ordered = [withBeads(login), anOrder("login.1.1", "backend")] as const;

test("an issued order is delivered, and its bead is claimed", () => {
  expect(planText(crew, aProject(crew, ...ordered))).toMatchInlineSnapshot(`
    "order.deliver:login.1.1 (not delivered)
        to backend
    bead.claim:login (given to backend)
        for crew/backend
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
});

test("in the inbox or in hand it is not delivered again", () => {
  const world = aProject(crew, withBeads(given(login, "backend")), anOrder("login.1.1", "backend"));
  expect(planText(crew, withMail("backend", { inbox: ["login.1.1"] })(world))).toBe(
    planText(crew, atWork("backend", "login.1.1")(world)),
  );
  expect(planText(crew, atWork("backend", "login.1.1")(world))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
});

test("an instance that is gone with its volume gets the order again", () => {
  const world = aProject(crew, ...ordered, withRuntime({ instances: new Map(), volumes: new Set(["frontend"]) }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "volume.create:backend (not found)
    instance.create:backend (not found)
        after volume.create:backend
    instance.start:backend (created)
        after instance.create:backend
    instance.create:frontend (not found)
    instance.start:frontend (created)
        after instance.create:frontend
    bead.claim:login (given to backend)
        for crew/backend
    . bead login: with backend: order login.1.1
    = working"
  `);
});

test("a stopped instance is started, then the order delivered", () => {
  expect(planText(crew, aProject(crew, ...ordered, anInstance("backend", { running: false })))).toMatchInlineSnapshot(`
    "instance.start:backend (not running)
    order.deliver:login.1.1 (not delivered)
        to backend
        after instance.start:backend
    bead.claim:login (given to backend)
        for crew/backend
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working"
  `);
});

test("the model refuses the role: a person is needed, until that person says up", () => {
  const world = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    withMail("backend", { inbox: ["login.1.1"] }),
    atPhase("backend", { phase: "refused", order: "login.1.1", detail: "Invalid API key", sinceMs: 500_000 }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! refused backend: the model refuses backend (its agent): Invalid API key. No attempt spent
        crew up
        crew logs backend
    = settled"
  `);
  expect(planText(crew, world, { startedAtMs: 600_000 })).toMatchInlineSnapshot(`
    "order.deliver:login.1.1 (its agent is tried again)
        to backend
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! refused backend: the model refuses backend (its agent): Invalid API key. No attempt spent
        crew up
        crew logs backend
    = working"
  `);
});

test("a role whose model is at a limit is at work: nothing is given to it, and nobody is needed", () => {
  const world = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    withMail("backend", { inbox: ["login.1.1"] }),
    atPhase("backend", { phase: "limited", order: "login.1.1", detail: "usage limit", untilMs: 900_000 }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
});

test("the role's setup failed: a person is needed, until that person says up", () => {
  const world = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    withMail("backend", { inbox: ["login.1.1"] }),
    atPhase("backend", { phase: "setup-failed", order: "login.1.1", detail: "npm ci: 401", sinceMs: 500_000 }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! setup-failed backend: setup of backend failed (npm ci: 401). No agent started; nothing spent
        crew logs backend
        crew up
    = settled"
  `);
  expect(planText(crew, world, { startedAtMs: 600_000 })).toMatchInlineSnapshot(`
    "order.deliver:login.1.1 (its setup is tried again)
        to backend
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    ! setup-failed backend: setup of backend failed (npm ci: 401). No agent started; nothing spent
        crew logs backend
        crew up
    = working"
  `);
});

test("a report is imported first and acknowledged only once it is pinned", () => {
  const reporting = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    inOutbox("backend", "login.1.1"),
  );
  expect(planText(crew, reporting)).toMatchInlineSnapshot(`
    "report.import:login.1.1 (backend reported done)
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working"
  `);
  const pinned = mergesCleanly("work1")(aReport("login.1.1", "backend", "work1")(reporting));
  expect(planText(crew, pinned)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    mail.ack:login.1.1 (the report is pinned)
    tip.move:epic:login (login at work1··: no gates)
        base··· + work1··: Merge Do login (login)
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("what a role says of another role's order, or of an order that never was, is left where it is", () => {
  const world = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    atWork("backend", "login.1.1"),
    inOutbox("frontend", "login.1.1", "ghost.1.1"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
});

test("two files that claim the same order are one report", () => {
  const world = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    withMail("backend", { outbox: [aMailReport("login.1.1"), aMailReport("login.1.1", { state: "failed" })] }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "report.import:login.1.1 (backend reported done)
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working"
  `);
});

test("a person closes the bead: its order is taken back, and a reopening will be a new round", () => {
  const world = aProject(
    crew,
    withBeads(closed(login)),
    anOrder("login.1.1", "backend"),
    atWork("backend", "login.1.1"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.withdraw:login.1.1 (its bead needs no work any more)
        to backend
    round.record:withdrawn:login.1 (closed by a person)
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
  expect(
    planText(crew, withMail("backend", { inbox: ["login.1.1", "withdraw-login.1.1"] })(world)),
  ).toMatchInlineSnapshot(`
    "round.record:withdrawn:login.1 (closed by a person)
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("an order that a person reported in the role's place is withdrawn, one that the role has just finished is not", () => {
  const pinned = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1"),
    mergesCleanly("work1"),
    atPhase("backend", { phase: "reporting", order: "login.1.1" }),
  );
  expect(planText(crew, pinned)).not.toContain("order.withdraw");
  const inHand = withMail("backend", { inbox: ["login.1.1"] })(pinned);
  expect(planText(crew, inHand)).toContain("order.withdraw:login.1.1 (it is reported already)\n    to backend\n");
  const withdrawn = withMail("backend", { inbox: ["login.1.1", "withdraw-login.1.1"] })(pinned);
  expect(planText(crew, withdrawn)).not.toContain("order.withdraw");
});

test("a person takes the bead over while its order is out: the claim is not forced", () => {
  const world = aProject(
    crew,
    withBeads({ ...login, status: "in_progress", assignee: "ana" }),
    anOrder("login.1.1", "backend"),
    atWork("backend", "login.1.1"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
});
