// Closing on evidence: told before and after, level by level; what a person closes or reopens is that person's word.
import { expect, test } from "vitest";
import { type Bead, metadataKeys } from "../../src/model/bead.ts";
import type { HoldFact, RoundFacts } from "../../src/model/records.ts";
import { type ServiceState, serviceId } from "../../src/model/services.ts";
import { aBead, anEpic, closed, given } from "../builders/bead.ts";
import { aCrew, aRole, aService, settings } from "../builders/crew.ts";
import { oid } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  all,
  anInstance,
  anOrder,
  aProject,
  merged,
  reported,
  shows,
  type WorldPart,
  withBase,
  withBeads,
  withFacts,
  withRuntime,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"));
const marked = { metadata: { [metadataKeys.merged]: oid("merge1") } };
const api = aBead("api", { type: "feature" });
const login = given(aBead("login", { labels: ["backend"], parent: "api", ...marked }), "backend");
const loginMerged = all(
  withBeads(api, login),
  reported("login.1.1", "backend", "work1"),
  merged("login", "backend", { source: "work1", as: "merge1" }),
  shows("epic", "merge1"),
  shows("backend", "work1"),
);
const landed = all(loginMerged, withBase({ oid: oid("merge1"), reachesTip: true, behindTip: true }));
const landedEpic = anEpic({ metadata: { ...anEpic().metadata, [metadataKeys.landed]: oid("merge1") } });

function flags(of: Readonly<Record<string, RoundFacts>>) {
  return withFacts({ rounds: new Map(Object.entries(of)) });
}

function plan(...parts: readonly WorldPart[]) {
  return planText(crew, aProject(crew, ...parts));
}

test("merged: a comment for people, then the fact", () => {
  expect(plan(loginMerged, withBeads({ ...login, metadata: {} }))).toMatchInlineSnapshot(`
    "bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("landed: each level is told, closed, read back, and only then the next", () => {
  const steps: [string, Bead[], Record<string, RoundFacts>][] = [
    ["nothing yet", [], {}],
    ["announced, not closed", [], { "login.1": { closing: true } }],
    ["leaf closed", [closed(login)], { "login.1": { closing: true } }],
    ["leaf read back", [closed(login)], { "login.1": { closing: true, closed: true } }],
    [
      "feature closed",
      [closed(login), closed(api)],
      { "login.1": { closing: true, closed: true }, "api.1": { closing: true } },
    ],
    [
      "epic marked",
      [closed(login), closed(api), landedEpic],
      {
        "login.1": { closing: true, closed: true },
        "api.1": { closing: true, closed: true },
        "auth.1": { closing: true },
      },
    ],
    [
      "epic closed",
      [closed(login), closed(api), closed(landedEpic)],
      {
        "login.1": { closing: true, closed: true },
        "api.1": { closing: true, closed: true },
        "auth.1": { closing: true },
      },
    ],
    [
      "complete",
      [closed(login), closed(api), closed(landedEpic)],
      {
        "login.1": { closing: true, closed: true },
        "api.1": { closing: true, closed: true },
        "auth.1": { closing: true, closed: true },
      },
    ],
  ];
  const told = steps.map(([name, beads, rounds]) => `${name}:\n${plan(landed, withBeads(...beads), flags(rounds))}`);
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "nothing yet:
    round.record:closing:login.1 (Landed in main as merge1··································)
    bead.close:login (Landed in main as merge1··································)
        after round.record:closing:login.1
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working

    announced, not closed:
    bead.close:login (Landed in main as merge1··································)
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working

    leaf closed:
    round.record:closed:login.1 (read back as closed)
    round.record:closing:api.1 (All below it is closed)
    bead.close:api (All below it is closed)
        after round.record:closing:api.1
    . instance backend: up to date
    = working

    leaf read back:
    round.record:closing:api.1 (All below it is closed)
    bead.close:api (All below it is closed)
        after round.record:closing:api.1
    . instance backend: up to date
    = working

    feature closed:
    round.record:closed:api.1 (read back as closed)
    round.record:closing:auth.1 (Landed in main as merge1··································)
    bead.mark:auth:landed (Landed in main as merge1··································)
        crew_landed=merge1·
        after round.record:closing:auth.1
    bead.close:auth (Landed in main as merge1··································)
        after round.record:closing:auth.1, bead.mark:auth:landed
    . instance backend: up to date
    = working

    epic marked:
    bead.close:auth (Landed in main as merge1··································)
    . instance backend: up to date
    = working

    epic closed:
    round.record:closed:auth.1 (read back as closed)
    . instance backend: up to date
    = working

    complete:
    . epic auth: landed and closed
    = complete"
  `);
});

test("close: on-merge closes once the work is in the epic", () => {
  const early = settings({ close: "on-merge" })(crew);
  expect(planText(early, aProject(early, loginMerged))).toMatchInlineSnapshot(`
    "round.record:closing:login.1 (Merged as merge1··································)
    bead.close:login (Merged as merge1··································)
        after round.record:closing:login.1
    . instance backend: up to date
    . bead login: merged into epic
    = working"
  `);
});

test("closed by a person while it was out: withdrawn; reopened: a new round, from the beginning", () => {
  const out = [withBeads(api), anOrder("login.1.1", "backend")] as const;
  expect(plan(...out, withBeads(closed(login)))).toMatchInlineSnapshot(`
    "round.record:withdrawn:login.1 (closed by a person)
    round.record:closing:api.1 (All below it is closed)
    bead.close:api (All below it is closed)
        after round.record:closing:api.1
    . instance backend: up to date
    = working"
  `);
  expect(
    plan(...out, withBeads({ ...login, status: "open" }), flags({ "login.1": { withdrawn: true } })),
  ).toMatchInlineSnapshot(`
    "order.issue:login.2.1 (ready)
        bead for backend at base···
    . instance backend: up to date
    = working"
  `);
});

test("closed by a person although merged: it stays closed, the feature above closes too", () => {
  expect(plan(landed, withBeads(closed(login)))).toMatchInlineSnapshot(`
    "round.record:withdrawn:login.1 (closed by a person)
    round.record:closing:api.1 (All below it is closed)
    bead.close:api (All below it is closed)
        after round.record:closing:api.1
    . instance backend: up to date
    = working"
  `);
});

test("closed by crew, reopened by a person: a new round", () => {
  const reopened = withBeads({ ...login, status: "open" }, closed(api));
  const world = [
    landed,
    reopened,
    flags({ "login.1": { closing: true, closed: true }, "api.1": { closing: true, closed: true } }),
  ];
  expect(plan(...world)).toMatchInlineSnapshot(`
    "order.issue:login.2.1 (ready)
        bead for backend at merge1·
    . instance backend: up to date
    = working"
  `);
});

test("undone on the tip: a new round", () => {
  const undone = (world: Parameters<typeof landed>[0]) => {
    const tip = world.repository.tips.get("epic");
    if (!tip) return world;
    const commit = {
      oid: oid("undo1"),
      tree: oid("t-undo1"),
      parents: [tip.oid],
      subject: "Undo login",
      undo: { id: "login", round: 1 },
      role: "epic",
      gates: [],
    };
    const next = {
      ...tip,
      oid: commit.oid,
      tree: commit.tree,
      chain: [...tip.chain, commit],
      reaches: new Set([...tip.reaches, commit.oid]),
    };
    return { ...world, repository: { ...world.repository, tips: new Map([["epic", next]]) } };
  };
  expect(plan(loginMerged, undone)).toMatchInlineSnapshot(`
    "branch.show:epic (shows undo1··)
        epic/auth: merge1· → undo1··
    order.issue:login.2.1 (ready)
        bead for backend at undo1··
        | An earlier round of this bead was merged, and a person undid it.
    bead.comment:login:undone (undone as undo1··)
        crew/epic: Undone as undo1··································· (round 1).
    bead.mark:login:undone (undone as undo1··)
        crew_undone=undo1··
        after bead.comment:login:undone
    round.record:reopened:login.1 (read back as open)
    . instance backend: up to date
    = working"
  `);
});

test("a feature that a person reopened, with nothing open below it, is that person's", () => {
  const world = [
    landed,
    withBeads(closed(login)),
    flags({ "login.1": { closing: true, closed: true }, "api.1": { closing: true, closed: true } }),
  ];
  expect(plan(...world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! held api: api was reopened by a person, and nothing below it is open
        crew bead close api
        crew bead add --parent api "…"
    = settled"
  `);
});

test("an epic that a person reopened stays open until something new has landed", () => {
  const done = flags({
    "login.1": { closing: true, closed: true },
    "api.1": { closing: true, closed: true },
    "auth.1": { closing: true, closed: true },
  });
  const world = [landed, withBeads(closed(login), closed(api), landedEpic), done];
  expect(plan(...world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! held auth: auth was reopened by a person, and nothing below it is open
        crew bead close auth
        crew bead add --parent auth "…"
    = settled"
  `);
  const more = all(
    ...world,
    withBeads(closed(aBead("tokens", { metadata: { [metadataKeys.merged]: oid("merge2") } }))),
    merged("tokens", "backend", { source: "work2", as: "merge2" }),
    shows("epic", "merge2"),
    flags({ "tokens.1": { closing: true, closed: true } }),
    withBase({ oid: oid("merge2"), reachesTip: true }),
  );
  expect(plan(more)).toMatchInlineSnapshot(`
    "round.record:closing:auth.2 (Landed in main as merge2··································)
    bead.mark:auth:landed (Landed in main as merge2··································)
        crew_landed=merge2·
        after round.record:closing:auth.2
    bead.close:auth (Landed in main as merge2··································)
        after round.record:closing:auth.2, bead.mark:auth:landed
    . instance backend: up to date
    = working"
  `);
});

test("every bead closed by a person, nothing merged: the end of the epic is still a person's word", () => {
  const over = [withBeads(closed(api), closed({ ...login, metadata: {} }))] as const;
  expect(plan(...over)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    = landable"
  `);
  expect(plan(...over, withFacts({ land: { tip: oid("base"), atMs: 600_000 } }))).toMatchInlineSnapshot(`
    "round.record:closing:auth.1 (Landed in main as base····································)
    bead.mark:auth:landed (Landed in main as base····································)
        crew_landed=base···
        after round.record:closing:auth.1
    bead.close:auth (Landed in main as base····································)
        after round.record:closing:auth.1, bead.mark:auth:landed
    . instance backend: up to date
    = working"
  `);
});

const complete = all(
  landed,
  withBeads(closed(login), closed(api), closed(landedEpic)),
  flags({
    "login.1": { closing: true, closed: true },
    "api.1": { closing: true, closed: true },
    "auth.1": { closing: true, closed: true },
  }),
);

test("complete: nothing to do, and up after down does nothing", () => {
  expect(plan(complete)).toMatchInlineSnapshot(`
    ". epic auth: landed and closed
    = complete"
  `);
});

test("complete: a person still stops, freezes and lets go what is there", () => {
  const holds = (state: HoldFact["state"]) =>
    withFacts({ holds: new Map([["backend", { state, reason: "", atMs: 600_000 }]]) });
  expect(plan(complete, holds("stopped"))).toMatchInlineSnapshot(`
    "instance.stop:backend (stopped: crew start backend)
    . epic auth: landed and closed
    = working"
  `);
  expect(plan(complete, holds("paused"))).toMatchInlineSnapshot(`
    "instance.pause:backend (paused: crew unpause backend)
    . epic auth: landed and closed
    = working"
  `);
  expect(plan(complete, anInstance("backend", { paused: true }), holds("none"))).toMatchInlineSnapshot(`
    "instance.resume:backend (no longer paused)
    . epic auth: landed and closed
    = working"
  `);
  const rested = aProject(crew, complete, anInstance("backend", { running: false }), holds("none"));
  expect(planText(crew, rested)).toBe(plan(complete));
  expect(planText(crew, rested, { started: ["backend"] })).toMatchInlineSnapshot(`
    "instance.start:backend (let go)
    . epic auth: landed and closed
    = working"
  `);
});

test("complete: what is a role's own goes on in its order, and no job is done twice", () => {
  const migrate = aService("migrate", { needs: [{ service: "db", until: "healthy" }] });
  const web = aService("web", { needs: [{ service: "migrate", until: "completed" }] });
  const served = aCrew(aRole("backend", { services: [web, migrate, aService("db")] }));
  const rested = (name: string, exitCode: number): ServiceState => ({
    ...{ owner: { kind: "role", role: "backend" }, name, specHash: "", createdAtMs: 0, running: false, exitCode },
  });
  const states = [rested("web", 137), rested("migrate", 0), rested("db", 0)];
  const services = new Map(states.map((each) => [serviceId(each.owner, each.name), each]));
  const world = aProject(served, complete, anInstance("backend", { running: false }));
  expect(planText(served, withRuntime({ services })(world), { started: ["backend"] })).toMatchInlineSnapshot(`
    "service.start:backend/web (let go)
        after service.start:backend/db
    service.start:backend/db (let go)
    instance.start:backend (let go)
        after service.start:backend/web, service.start:backend/db
    . epic auth: landed and closed
    = working"
  `);
});

test("an epic that a person closed with nothing merged is that person's: nothing is landable", () => {
  const world = aProject(
    crew,
    withBeads(anEpic({ status: "closed" }), aBead("login", { labels: ["backend"], status: "closed" })),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! epic-closed auth: epic auth is closed: nothing is handed out or landed
        crew bead reopen auth
        crew down
    = settled"
  `);
});

test("what waits for a bead closes after it; one outside of the epic is a person's to close", () => {
  const form = given(aBead("form", { labels: ["backend"], blockedBy: ["login"], ...marked }), "backend");
  const both = all(
    landed,
    withBeads(form, landedEpic),
    reported("form.1.1", "backend", "work2"),
    merged("form", "backend", { source: "work2", as: "merge2" }),
    withBase({ oid: oid("merge2"), reachesTip: true, behindTip: true }),
    shows("epic", "merge2"),
  );
  expect(plan(both)).toContain("bead.close:login");
  expect(plan(both)).not.toContain("bead.close:form");
  expect(plan(both, withBeads(closed(login)))).toContain("bead.close:form");
  const outside = withBeads(closed(login), { ...form, blockedBy: ["legal"] }, { ...aBead("legal"), parent: "legal" });
  expect(plan(both, outside)).toContain(
    "form is done, and cannot be closed before legal, which is not part of this epic",
  );
  expect(plan(both, outside)).not.toContain("bead.close:form");
});
