// Gate runs: started up to the limit, kept while needed, collected once, repeated when red, cleared away.
import { expect, test } from "vitest";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { mergedTree } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  aGateRun,
  all,
  anOrder,
  aProject,
  aReport,
  aVerdict,
  conflicts,
  mergesCleanly,
  reported,
  withBeads,
  withFacts,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aRole("frontend"), aGate("test"));
const login = given(aBead("login", { labels: ["backend"] }), "backend");
const form = given(aBead("form", { labels: ["frontend"] }), "frontend");
const loginDone = all(withBeads(login), reported("login.1.1", "backend", "work1"));
const formDone = all(withBeads(form), reported("form.1.1", "frontend", "work2"));
const tree = mergedTree("work1");

test("the first candidate in merge order is tested on the tree that the tip would move to; the other waits its turn", () => {
  expect(planText(crew, aProject(crew, loginDone, formDone))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    branch.show:frontend (shows work2··)
        feature/frontend: base··· → work2··
    gate.start:test:….1 (no verdict on the merge of form)
        on base··· + work2··
    . instance backend: up to date
    . instance frontend: up to date
    . bead form: its gates decide whether it merges into epic
    . bead login: waits for its turn to merge into epic
    = working"
  `);
});

test("a gate that runs is not started again, and keeps its candidate first", () => {
  expect(planText(crew, aProject(crew, loginDone, formDone, aGateRun(crew, tree)))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    branch.show:frontend (shows work2··)
        feature/frontend: base··· → work2··
    . instance backend: up to date
    . instance frontend: up to date
    . bead form: waits for its turn to merge into epic
    . bead login: its gates decide whether it merges into epic
    = working, in flight"
  `);
});

test("max_gates run at once; a gate that is no longer needed makes room", () => {
  const two = aCrew(aRole("backend"), aRole("frontend"), aGate("test"), aGate("types"));
  expect(planText(two, aProject(two, loginDone, aGateRun(two, mergedTree("old"))))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.start:test:….1 (no verdict on the merge of login)
        on base··· + work1··
        after gate.remove:test:….1, gate.remove:types:….1
    gate.remove:test:….1 (no longer needed)
    gate.remove:types:….1 (no longer needed)
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working, in flight"
  `);
  const wide = settings({ maxGates: 2 })(two);
  expect(planText(wide, aProject(wide, loginDone))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.start:test:….1 (no verdict on the merge of login)
        on base··· + work1··
    gate.start:types:….1 (no verdict on the merge of login)
        on base··· + work1··
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("a gate that was killed is started again", () => {
  expect(planText(crew, aProject(crew, loginDone, aGateRun(crew, tree, { running: false })))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.start:test:….1 (no verdict on the merge of login)
        on base··· + work1··
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("green is recorded, then the run is cleared away and the tip moves", () => {
  const ended = aGateRun(crew, tree, { running: false, result: { kind: "exited", exitCode: 0, output: "ok" } });
  const world = aProject(crew, loginDone, ended);
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.collect:test:….1 (test is green)
        green, exit 0, run 1
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
  expect(planText(crew, aVerdict(crew, tree, "green")(world))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.remove:test:….1 (its verdict is recorded)
    tip.move:epic:login (login at work1··: test green)
        base··· + work1··: Merge Do login (login)
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("red is run once more; green then is flaky and counts as green", () => {
  const red = aGateRun(crew, tree, { running: false, result: { kind: "exited", exitCode: 1, output: "1 failed" } });
  expect(planText(crew, aProject(crew, loginDone, red))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.collect:test:….1 (test is red)
        red, exit 1, run 1
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
  const once = aVerdict(crew, tree, "red", { runs: 1 });
  expect(planText(crew, aProject(crew, loginDone, red, once))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.start:test:….2 (red: once more, to tell a flaky gate)
        on base··· + work1··
        after gate.remove:test:….1
    gate.remove:test:….1 (its verdict is recorded)
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
  const again = aGateRun(crew, tree, { run: 2, running: false, result: { kind: "exited", exitCode: 0, output: "ok" } });
  expect(planText(crew, aProject(crew, loginDone, once, again))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.collect:test:….2 (test is green)
        green, flaky, exit 0, run 2
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("too slow is red", () => {
  const slow = aGateRun(crew, tree, {
    run: 2,
    running: false,
    result: { kind: "timed-out", exitCode: 124, output: "…" },
  });
  expect(
    planText(crew, aProject(crew, loginDone, aVerdict(crew, tree, "red", { runs: 1 }), slow)),
  ).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.collect:test:….2 (test is red)
        red, exit 124, run 2
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("a failed setup judges nothing and spends no attempt; up tries it again, and a red after it is run once more", () => {
  const failed = aGateRun(crew, tree, {
    running: false,
    result: { kind: "setup-failed", exitCode: 1, output: "npm: 401" },
  });
  expect(planText(crew, aProject(crew, loginDone, failed))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.collect:test:….1 (test is setup-failed)
        setup-failed, exit 1, run 2
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
  const recorded = aProject(crew, loginDone, aVerdict(crew, tree, "setup-failed", { runs: 2 }));
  expect(planText(crew, recorded)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    . instance backend: up to date
    . instance frontend: up to date
    ! setup-failed test: Setup of gate test failed (exit 1). Nothing was judged; no attempt spent
        crew logs gate:test
        crew up
    = working"
  `);
  expect(planText(crew, recorded, { startedAtMs: 600_000 })).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.start:test:….3 (setup-failed before; tried again)
        on base··· + work1··
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
  const red = aGateRun(crew, tree, {
    run: 3,
    running: false,
    result: { kind: "exited", exitCode: 1, output: "1 failed" },
  });
  const world = aProject(crew, loginDone, aVerdict(crew, tree, "red", { runs: 3 }), red);
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.start:test:….4 (red: once more, to tell a flaky gate)
        on base··· + work1··
        after gate.remove:test:….3
    gate.remove:test:….3 (its verdict is recorded)
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("retry runs the red gates of its bead's tree again, even without a new commit", () => {
  const world = aProject(
    crew,
    withBeads(login),
    anOrder("login.1.1", "backend"),
    anOrder("login.1.2", "backend", { kind: "mend" }),
    anOrder("login.1.3", "backend", { kind: "mend" }),
    aReport("login.1.3", "backend", "work1"),
    mergesCleanly("work1"),
    aVerdict(crew, tree, "red", { atMs: 500_000 }),
    withFacts({ retries: new Map([["login", { round: 1, attempt: 3, words: "", atMs: 600_000 }]]) }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    gate.start:test:….3 (red before; tried again)
        on base··· + work1··
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("a red candidate and one in conflict leave the tip to the others", () => {
  const menu = given(aBead("menu", { labels: ["frontend"], priority: 4 }), "frontend");
  const world = aProject(
    crew,
    loginDone,
    aVerdict(crew, tree, "red"),
    withBeads(form, menu),
    anOrder("form.1.1", "frontend"),
    aReport("form.1.1", "frontend", "work2"),
    conflicts("work2", "epic", "src/form.ts"),
    reported("menu.1.1", "frontend", "work3"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    branch.show:frontend (shows work3··)
        feature/frontend: base··· → work3··
    order.issue:login.1.2 (gate test is red with login)
        mend for backend at base··· + work1··
        | Gate "test" (run test) failed with exit code 1 on the merge of your work with its target.
        | You start at exactly that merge. Mend it. The end of its output:
        | 1 failed: expected 401
    order.issue:form.1.2 (conflicts with epic in src/form.ts)
        conflict for frontend at base···, merging work2··
        | Your work conflicts with what was merged into epic meanwhile, in:
        | - src/form.ts
        | The merge of your commit into that state is under way in your work tree. Resolve every conflicting path so that
        | both sides keep their intent, leave no conflict marker, and commit. The sides of a path are \`git show :1:PATH\` (what both
        | began with), \`:2:PATH\` (what was merged) and \`:3:PATH\` (yours); where one side is just gone, a person looks first.
    gate.start:test:….1 (no verdict on the merge of menu)
        on base··· + work3··
    . instance backend: up to date
    . instance frontend: up to date
    . bead menu: its gates decide whether it merges into epic
    = working"
  `);
});
