// Undo: a person's word is a candidate of its own; what crew had closed is opened again, and the bead begins a new round.
import { expect, test } from "vitest";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { mergedTree, oid } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  all,
  anUndo,
  aProject,
  aVerdict,
  conflicts,
  merged,
  mergesCleanly,
  moved,
  movedUp,
  reported,
  shows,
  withBeads,
  withFacts,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aGate("test"));
const login = given(aBead("login", { labels: ["backend"] }), "backend");
const tokens = aBead("tokens", { labels: ["backend"], blockedBy: ["login"] });
const loginMerged = all(
  withBeads({ ...login, metadata: { crew_merged: oid("merge1") } }, tokens),
  reported("login.1.1", "backend", "work1"),
  merged("login", "backend", { source: "work1", as: "merge1" }),
  shows("epic", "merge1"),
  shows("backend", "work1"),
);
const asked = all(loginMerged, anUndo("login", { commit: "revert1", evidence: "merge1", words: "not like this" }));

test("it is a candidate with gates; meanwhile nothing is handed out that waits for it", () => {
  const world = aProject(crew, asked, mergesCleanly("revert1"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "gate.start:test:….1 (no verdict on the merge of undo/login)
        on merge1· + revert1
    . instance backend: up to date
    . bead login: its merge is being undone
    . bead tokens: waits for login
    = working"
  `);
  expect(planText(crew, aVerdict(crew, mergedTree("revert1"), "green")(world))).toMatchInlineSnapshot(`
    "tip.move:epic:undo/login (undo/login at revert1: test green)
        merge1· + revert1: Undo login, round 1
    . instance backend: up to date
    . bead login: its merge is being undone
    . bead tokens: waits for login
    = working"
  `);
});

test("red, or in conflict: it stays merged, and a person is told what to type", () => {
  const red = aProject(crew, asked, mergesCleanly("revert1"), aVerdict(crew, mergedTree("revert1"), "red"));
  expect(planText(crew, red)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . bead login: its merge is being undone
    . bead tokens: waits for login
    ! undo-red login: gate test is red without login: it stays merged
        crew logs gate:test
        crew undo login
        crew undo login --abort
    = settled"
  `);
  const conflict = aProject(crew, asked, conflicts("revert1", "epic", "a.ts"));
  expect(planText(crew, conflict)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . bead login: its merge is being undone
    . bead tokens: waits for login
    ! undo-conflict login: undoing login conflicts in a.ts: what was merged after it changes the same lines
        crew undo login --abort
    = settled"
  `);
});

const undone = all(
  asked,
  moved("epic", { as: "undo1", source: "revert1", role: "backend", undo: { id: "login", round: 1 } }),
  shows("epic", "undo1"),
);

test("once it is in, the bead hears of it and begins its next round", () => {
  expect(planText(crew, aProject(crew, undone))).toMatchInlineSnapshot(`
    "order.issue:login.2.1 (ready)
        bead for backend at undo1··
        | An earlier round of this bead was merged, and a person undid it: not like this
    bead.comment:login:undone (undone as undo1··)
        crew/backend: Undone as undo1··································· (round 1): not like this
    bead.mark:login:undone (undone as undo1··)
        crew_undone=undo1··
        after bead.comment:login:undone
    round.record:reopened:login.1 (read back as open)
    . instance backend: up to date
    . bead tokens: waits for login
    = working"
  `);
});

const nested = aCrew(aRole("backend"), aRole("api", { into: "backend" }), aRole("web"), aGate("test"));
const page = aBead("page", { labels: ["web"], blockedBy: ["route"] });
/** `route` is merged below and has moved up; `page`, which builds on it, is merged above. */
const twoTips = all(
  withBeads(given(aBead("route", { labels: ["api"] }), "api"), given(page, "web")),
  reported("route.1.1", "api", "work1"),
  merged("route", "api", { source: "work1", as: "merge1", tip: "backend" }),
  movedUp("backend", { as: "up1" }),
  reported("page.1.1", "web", "work2"),
  merged("page", "web", { source: "work2", as: "merge2" }),
);

test("a tip that brings an undo moves up once what is being undone above is out too", () => {
  const both = all(
    twoTips,
    anUndo("route", { commit: "revert1", evidence: "merge1" }),
    anUndo("page", { commit: "revert2", evidence: "merge2" }),
    moved("backend", { as: "undo1", source: "revert1", role: "api", undo: { id: "route", round: 1 } }),
    mergesCleanly("revert2"),
    conflicts("undo1", "epic", "a.ts"),
  );
  expect(planText(nested, aProject(nested, both))).not.toContain("up/backend");
  const out = moved("epic", { as: "undo2", source: "revert2", role: "web", undo: { id: "page", round: 1 } });
  expect(planText(nested, aProject(nested, both, out, mergesCleanly("undo1")))).toContain("on the merge of up/backend");
});

test("what is undone above comes down first where an undo is to follow", () => {
  const both = all(
    twoTips,
    moved("backend", {
      as: "down1",
      source: "merge2",
      role: "backend",
      move: "epic",
      brings: new Set([oid("merge2")]),
    }),
    anUndo("route", { commit: "revert1", evidence: "merge1" }),
    anUndo("page", { commit: "revert2", evidence: "merge2" }),
    moved("epic", { as: "undo2", source: "revert2", role: "web", undo: { id: "page", round: 1 } }),
    conflicts("revert1", "backend", "a.ts"),
    mergesCleanly("undo2", "backend"),
  );
  const text = planText(nested, aProject(nested, both));
  expect(text).toContain("on the merge of down/backend");
  expect(text).not.toContain("undo-conflict");
});

test("what was begun on it waits, reported or not, until it is there again; a person's closing does not hide the undo", () => {
  const onTop = all(
    undone,
    withBeads({ ...login, metadata: { crew_undone: oid("undo1") } }, given(tokens, "backend")),
    reported("tokens.1.1", "backend", "work2"),
  );
  const text = planText(crew, aProject(crew, onTop));
  expect(text).toContain(". bead tokens: waits for login");
  expect(text).not.toContain("merge of tokens");
  const closed = withBeads({ ...login, status: "closed", metadata: { crew_undone: oid("undo1") } });
  expect(planText(crew, aProject(crew, undone, closed))).toContain("bead.reopen:login (its merge was undone)");
  const dropped = withFacts({ rounds: new Map([["login.1", { reopened: true }]]) });
  expect(planText(crew, aProject(crew, undone, closed, dropped))).not.toContain("bead.reopen");
});

test("what crew had closed is opened again, told before and after; a blocker that is to be opened is not met", () => {
  const closed = all(
    undone,
    withBeads(
      { ...login, status: "closed", metadata: { crew_merged: oid("merge1"), crew_undone: oid("undo1") } },
      tokens,
    ),
    withFacts({ rounds: new Map([["login.1", { closing: true, closed: true }]]) }),
  );
  expect(planText(crew, aProject(crew, closed))).toMatchInlineSnapshot(`
    "round.record:reopening:login.1 (its merge was undone)
    bead.reopen:login (its merge was undone)
        after round.record:reopening:login.1
    . instance backend: up to date
    . bead login: its merge is being undone
    . bead tokens: waits for login
    = working"
  `);
  const opened = all(
    closed,
    withBeads({ ...login, status: "open", metadata: { crew_merged: oid("merge1"), crew_undone: oid("undo1") } }),
    withFacts({ rounds: new Map([["login.1", { closing: true, closed: true, reopening: true }]]) }),
  );
  expect(planText(crew, aProject(crew, opened))).toMatchInlineSnapshot(`
    "order.issue:login.2.1 (ready)
        bead for backend at undo1··
        | An earlier round of this bead was merged, and a person undid it: not like this
    round.record:reopened:login.1 (read back as open)
    . instance backend: up to date
    . bead tokens: waits for login
    = working"
  `);
});
