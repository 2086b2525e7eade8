// What a report that cannot be merged leads to: an order with all that is needed, a person's word, or a blocked bead.
import { expect, test } from "vitest";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { mergedTree, oid, treeOf } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  anInstance,
  anOrder,
  aProject,
  aReport,
  atWork,
  aVerdict,
  conflicts,
  merged,
  mergesCleanly,
  type WorldPart,
  withBeads,
  withFacts,
  withRuntime,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend", { maxAttempts: 2 }), aRole("frontend"), aGate("test"));
const login = given(aBead("login", { labels: ["backend"] }), "backend");
const tokens = aBead("tokens", { labels: ["backend"] });
const tree = mergedTree("work1");

/** The bead was ordered once and reported like this. */
function loginReported(how: Parameters<typeof aReport>[3] = {}): WorldPart[] {
  return [withBeads(login), anOrder("login.1.1", "backend"), aReport("login.1.1", "backend", "work1", how)];
}

function retried(words = "", attempt = 1): WorldPart {
  return withFacts({ retries: new Map([["login", { round: 1, attempt, words, atMs: 600_000 }]]) });
}

test("red: the same role mends it, starting at the failed candidate, with the gate's output", () => {
  const world = aProject(crew, ...loginReported(), mergesCleanly("work1"), aVerdict(crew, tree, "red"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (gate test is red with login)
        mend for backend at base··· + work1··
        | Gate "test" (run test) failed with exit code 1 on the merge of your work with its target.
        | You start at exactly that merge. Mend it. The end of its output:
        | 1 failed: expected 401
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("conflict: the same role resolves it, the merge under way at the target's tip, both intents named", () => {
  const world = aProject(
    crew,
    ...loginReported(),
    merged("form", "frontend", { source: "work9", as: "merge1" }),
    conflicts("work1", "epic", "src/app.ts"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    branch.show:epic (shows merge1·)
        epic/auth: base··· → merge1·
    order.issue:login.1.2 (conflicts with epic in src/app.ts)
        conflict for backend at merge1·, merging work1··
        | Your work conflicts with what was merged into epic meanwhile, in:
        | - src/app.ts
        | The merge of your commit into that state is under way in your work tree. Resolve every conflicting path so that
        | both sides keep their intent, leave no conflict marker, and commit. The sides of a path are \`git show :1:PATH\` (what both
        | began with), \`:2:PATH\` (what was merged) and \`:3:PATH\` (yours); where one side is just gone, a person looks first.
        | Merged there lately:
        | - merge1· Merge work9
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("a resolution that conflicts again because the tip moved meanwhile costs no attempt", () => {
  const world = aProject(
    crew,
    withBeads(login),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1"),
    anOrder("login.1.2", "backend", { kind: "conflict", start: oid("base"), merge: oid("work1") }),
    aReport("login.1.2", "backend", "resolved1"),
    merged("form", "frontend", { source: "work9", as: "merge1" }),
    conflicts("resolved1", "epic", "src/app.ts"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows resolve)
        feature/backend: base··· → resolve
    branch.show:epic (shows merge1·)
        epic/auth: base··· → merge1·
    order.issue:login.1.3 (conflicts with epic in src/app.ts)
        conflict for backend at merge1·, merging resolve, costs no attempt
        | Your work conflicts with what was merged into epic meanwhile, in:
        | - src/app.ts
        | The merge of your commit into that state is under way in your work tree. Resolve every conflicting path so that
        | both sides keep their intent, leave no conflict marker, and commit. The sides of a path are \`git show :1:PATH\` (what both
        | began with), \`:2:PATH\` (what was merged) and \`:3:PATH\` (yours); where one side is just gone, a person looks first.
        | Merged there lately:
        | - merge1· Merge work9
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("a resolution that takes one side everywhere waits for approval; approved it merges, retried it is done again", () => {
  const world = aProject(
    crew,
    withBeads(login),
    anOrder("login.1.1", "backend", { kind: "conflict", merge: oid("work0") }),
    aReport("login.1.1", "backend", "work1", { oneSided: true }),
    mergesCleanly("work1"),
    aVerdict(crew, tree, "green"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    . instance backend: up to date
    . instance frontend: up to date
    ! approval login: login waits for approval: its resolution drops what one side changed
        crew diff login
        crew approve login
        crew reject login -m …
    = working"
  `);
  const approval = { commit: oid("work1"), noChange: false, atMs: 600_000 };
  expect(planText(crew, withFacts({ approvals: new Map([["login.1.1", approval]]) })(world))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    tip.move:epic:login (login at work1··: test green)
        base··· + work1··: Merge Do login (login)
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
  expect(planText(crew, retried("keep the limiter")(world))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (retried: its resolution drops what one side changed)
        conflict for backend at base···, merging work0··
        | A person says: keep the limiter
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("a conflict order that ended without a resolution begins again at the target, whatever its commit holds", () => {
  for (const state of ["failed", "unresolved", "refused"] as const) {
    const world = aProject(
      crew,
      withBeads(login),
      anOrder("login.1.1", "backend", { kind: "conflict", merge: oid("work0") }),
      aReport("login.1.1", "backend", "half", { state, note: `it is ${state}` }),
      merged("form", "frontend", { source: "work9", as: "merge1" }),
    );
    expect(planText(crew, world)).toMatchSnapshot(state);
  }
});

test("refused: begun again where the order began, with the reason", () => {
  const world = aProject(crew, ...loginReported({ state: "refused", note: "it adds a submodule at lib" }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.issue:login.1.2 (it adds a submodule at lib)
        refused for backend at base···
        | Your last report was refused.
        | 
        | it adds a submodule at lib
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("failed: the next order goes on from what was reported, with the end of the output", () => {
  const world = aProject(crew, ...loginReported({ state: "failed", note: "2 tests failed", detail: "expected 429" }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (2 tests failed)
        failed for backend at work1··
        | Your turns were used up before the work was done.
        | 
        | 2 tests failed
        | 
        | expected 429
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("attempts used up: the bead is blocked, the role goes on", () => {
  const world = aProject(
    crew,
    withBeads(login, tokens),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work0", { state: "failed", note: "2 tests failed" }),
    anOrder("login.1.2", "backend", { kind: "failed" }),
    aReport("login.1.2", "backend", "work1", { state: "failed", note: "1 test failed" }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:tokens.1.1 (ready)
        bead for backend at base···
    . instance backend: up to date
    . instance frontend: up to date
    ! blocked login: login is blocked, its attempts are used up: 1 test failed
        crew retry login -m …
        crew logs backend
        crew bead close login
    = working"
  `);
});

const usedUp = [
  withBeads(login),
  anOrder("login.1.1", "backend"),
  aReport("login.1.1", "backend", "work0", { state: "failed", note: "2 tests failed" }),
  anOrder("login.1.2", "backend", { kind: "failed" }),
  aReport("login.1.2", "backend", "work1", { state: "failed", note: "1 test failed" }),
] as const;

test("retry gives a blocked bead new attempts, with a person's words", () => {
  expect(planText(crew, aProject(crew, ...usedUp, retried("use the clock port", 2)))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.3 (1 test failed)
        failed for backend at work1··
        | A person says: use the clock port
        | 
        | Your turns were used up before the work was done.
        | 
        | 1 test failed
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("retry without words", () => {
  expect(planText(crew, aProject(crew, ...usedUp, retried("", 2)))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.3 (1 test failed)
        failed for backend at work1··
        | Your turns were used up before the work was done.
        | 
        | 1 test failed
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("retry can give the bead to another role; a retry of an earlier round says nothing", () => {
  const to = (round: number) =>
    withFacts({ retries: new Map([["login", { round, attempt: 2, words: "", role: "frontend", atMs: 600_000 }]]) });
  expect(planText(crew, aProject(crew, ...usedUp, to(1)))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.3 (1 test failed)
        failed for frontend at work1··
        | Your turns were used up before the work was done.
        | 
        | 1 test failed
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
  expect(planText(crew, aProject(crew, ...usedUp, retried("", 2)))).not.toContain("frontend at");
});

test("of two words on who takes a bead the later one counts", () => {
  const words = (assignedAtMs: number) =>
    withFacts({
      retries: new Map([["login", { round: 1, attempt: 2, words: "", role: "frontend", atMs: 600_000 }]]),
      assignments: new Map([["login", { role: "backend", atMs: assignedAtMs }]]),
    });
  expect(planText(crew, aProject(crew, ...usedUp, words(500_000)))).toContain("failed for frontend at work1··");
  expect(planText(crew, aProject(crew, ...usedUp, words(700_000)))).toContain("failed for backend at work1··");
});

test("a report that changes nothing never merges by itself", () => {
  const same = [mergesCleanly("work1", "epic", treeOf("base")), aVerdict(crew, treeOf("base"), "green")];
  const world = aProject(crew, ...loginReported(), ...same);
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    . instance backend: up to date
    . instance frontend: up to date
    ! approval login: login waits for approval: its report brings no change
        crew approve login --no-change
        crew reject login -m …
    = working"
  `);
  expect(planText(crew, retried("look again")(world))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (retry after a report without a change)
        retry for backend at work1··
        | A person says: look again
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
  const approval = (noChange: boolean) =>
    withFacts({ approvals: new Map([["login.1.1", { commit: oid("work1"), noChange, atMs: 600_000 }]]) });
  expect(planText(crew, approval(true)(world))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    tip.move:epic:login (login at work1··: test green)
        base··· + work1··: Merge Do login (login)
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
  expect(planText(crew, approval(false)(world))).toBe(planText(crew, world));
});

test("an approval of another commit says nothing", () => {
  const world = aProject(crew, ...loginReported(), mergesCleanly("work1", "epic", treeOf("base")));
  const approval = { commit: oid("work0"), noChange: true, atMs: 600_000 };
  expect(planText(crew, withFacts({ approvals: new Map([["login.1.1", approval]]) })(world))).toBe(
    planText(crew, world),
  );
});

test("a withdrawn order whose bead is wanted after all goes on without costing an attempt", () => {
  expect(planText(crew, aProject(crew, ...loginReported({ state: "withdrawn" })))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (it was withdrawn before)
        retry for backend at work1··, costs no attempt
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("filters that change while a role is at work move nothing until its report is answered", () => {
  const moved = aCrew(aRole("backend", { beads: { labels: ["nothing"] } }), aRole("frontend", { beads: {} }));
  const working = aProject(
    moved,
    withBeads(login, tokens),
    anOrder("login.1.1", "backend"),
    atWork("backend", "login.1.1"),
  );
  expect(planText(moved, working)).toMatchInlineSnapshot(`
    "order.issue:tokens.1.1 (ready)
        bead for frontend at base···
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
  const reported = aProject(moved, ...loginReported({ state: "failed", note: "2 tests failed" }));
  expect(planText(moved, reported)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (2 tests failed)
        failed for frontend at work1··
        | Your turns were used up before the work was done.
        | 
        | 2 tests failed
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("a role that is gone from the file: its turn ends and its report merges; an order nobody has in hand goes to whoever takes the bead", () => {
  const left = aCrew(aRole("frontend", { beads: {} }));
  const old = aCrew(aRole("frontend", { beads: {} }), aRole("backend"));
  const ordered = [withBeads(login), anOrder("login.1.1", "backend", { words: "carefully" })];
  expect(planText(left, aProject(old, ...ordered, atWork("backend", "login.1.1")))).toMatchInlineSnapshot(`
    ". instance frontend: up to date
    . instance backend: not in the file any more; takes no order; crew up --remove-orphans removes it
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
  expect(planText(left, aProject(old, ...loginReported(), mergesCleanly("work1")))).toMatchInlineSnapshot(`
    "tip.move:epic:login (login at work1··: no gates)
        base··· + work1··: Merge Do login (login)
    . instance frontend: up to date
    . instance backend: not in the file any more; takes no order; crew up --remove-orphans removes it
    = working"
  `);
  expect(planText(left, aProject(old, ...ordered, anInstance("backend", { running: false })))).toMatchInlineSnapshot(`
    "order.issue:login.1.2 (given again: backend is not in the file any more)
        bead for frontend at base···, costs no attempt
        | carefully
    . instance frontend: up to date
    . instance backend: not in the file any more; takes no order; crew up --remove-orphans removes it
    = working"
  `);
  expect(planText(aCrew(), aProject(old, ...ordered, withRuntime({ instances: new Map() })))).toMatchInlineSnapshot(`
    "! unassigned login: no role takes login (Do login)
        crew bead show login
        crew bead close login
    = settled"
  `);
});

test("a report that contains another bead's unmerged report waits for approval; retried it begins again without it", () => {
  const other = [
    withBeads(given(tokens, "frontend")),
    anOrder("tokens.1.1", "frontend"),
    aReport("tokens.1.1", "frontend", "work2"),
    mergesCleanly("work2"),
  ];
  const world = aProject(crew, ...other, ...loginReported({ reaches: ["tokens.1.1"] }), mergesCleanly("work1"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    branch.show:frontend (shows work2··)
        feature/frontend: base··· → work2··
    gate.start:test:….1 (no verdict on the merge of tokens)
        on base··· + work2··
    . instance backend: up to date
    . instance frontend: up to date
    . bead tokens: its gates decide whether it merges into epic
    ! approval login: login waits for approval: it contains tokens.1.1, a report that is not merged
        crew diff login
        crew approve login
        crew reject login -m …
    = working"
  `);
  expect(planText(crew, retried("only the limiter")(world))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    branch.show:frontend (shows work2··)
        feature/frontend: base··· → work2··
    order.issue:login.1.2 (retried: it contains tokens.1.1, a report that is not merged)
        retry for backend at base···
        | A person says: only the limiter
        | 
        | Your last report contained tokens.1.1, another bead's work that is not merged. You begin again without it.
    gate.start:test:….1 (no verdict on the merge of tokens)
        on base··· + work2··
    . instance backend: up to date
    . instance frontend: up to date
    . bead tokens: its gates decide whether it merges into epic
    = working"
  `);
  const after = merged("tokens", "frontend", { source: "work2", as: "merge1" })(world);
  expect(planText(crew, mergesCleanly("work1")(after))).not.toContain("approval");
});

test("what contains another bead's unmerged report begins again where the round was last without it", () => {
  const reaches = { reaches: ["tokens.1.1"] };
  const other = [
    withBeads(given(tokens, "frontend")),
    anOrder("tokens.1.1", "frontend"),
    aReport("tokens.1.1", "frontend", "work9"),
    mergesCleanly("work9"),
  ];
  const clean = [
    withBeads(login),
    anOrder("login.1.1", "backend", { counts: false }),
    aReport("login.1.1", "backend", "work1", { state: "failed" }),
  ];
  // Brought in by the second attempt, which failed; the third was refused; the fourth goes on from it.
  const later = [
    anOrder("login.1.2", "backend", { kind: "failed", start: oid("work1"), counts: false }),
    aReport("login.1.2", "backend", "work2", { state: "failed", ...reaches }),
    anOrder("login.1.3", "backend", { kind: "failed", start: oid("work2"), counts: false }),
    aReport("login.1.3", "backend", "work2", { state: "refused" }),
    anOrder("login.1.4", "backend", { kind: "refused", start: oid("work2"), counts: false }),
    aReport("login.1.4", "backend", "work4", reaches),
    mergesCleanly("work4"),
  ];
  const no = { commit: oid("work4"), words: "without tokens", atMs: 600_000 };
  const world = aProject(crew, ...other, ...clean, ...later, withFacts({ rejections: new Map([["login.1.4", no]]) }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work4··)
        feature/backend: base··· → work4··
    branch.show:frontend (shows work9··)
        feature/frontend: base··· → work9··
    order.issue:login.1.5 (rejected: without tokens)
        rejected for backend at work1··
        | A person says: without tokens
        | 
        | Your last report contained tokens.1.1, another bead's work that is not merged. You begin again without it.
    gate.start:test:….1 (no verdict on the merge of tokens)
        on base··· + work9··
    . instance backend: up to date
    . instance frontend: up to date
    . bead tokens: its gates decide whether it merges into epic
    = working"
  `);
  // Merged meanwhile: there is nothing to be rid of, and the rejection goes on from the candidate.
  const merging = merged("tokens", "frontend", { source: "work9", as: "merge1" })(world);
  expect(planText(crew, mergesCleanly("work4")(merging))).toContain("rejected for backend at merge1· + work4··");
});

test("a resolution that took one side and asks something is done again from both sides with the answer, at no cost", () => {
  const asked = (oneSided: boolean) =>
    aProject(
      crew,
      withBeads(login),
      anOrder("login.1.1", "backend", { kind: "conflict", merge: oid("work0") }),
      aReport("login.1.1", "backend", "work1", { oneSided, note: "needs you: which of both?" }),
      mergesCleanly("work1"),
      aVerdict(crew, tree, "green"),
      retried("both"),
    );
  expect(planText(crew, asked(true))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (its question is answered)
        conflict for backend at base···, merging work0··, costs no attempt
        | A person says: both
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
  // With both sides in it the work that asked goes on.
  expect(planText(crew, asked(false))).toContain("retry for backend at work1··, costs no attempt\n");
});

function rejected(commit: string, atMs = 600_000): WorldPart {
  const words = "Use the limiter.\nIt is in lib/.";
  return withFacts({ rejections: new Map([["login.1.1", { commit: oid(commit), words, atMs }]]) });
}

test("rejected: the same role begins at the candidate that was rejected, with the person's words", () => {
  const world = aProject(crew, ...loginReported(), mergesCleanly("work1"), aVerdict(crew, tree, "green"));
  expect(planText(crew, rejected("work1")(world))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (rejected: Use the limiter.)
        rejected for backend at base··· + work1··
        | A person says: Use the limiter.
        | It is in lib/.
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
  expect(planText(crew, rejected("work0")(world))).toBe(planText(crew, world));
  const approval = { commit: oid("work1"), noChange: false, atMs: 600_001 };
  const approvedLater = withFacts({ approvals: new Map([["login.1.1", approval]]) });
  expect(planText(crew, approvedLater(rejected("work1")(world)))).toBe(planText(crew, approvedLater(world)));
});

test("a conflict that uses up the attempts is a person's to resolve; a red bead is not", () => {
  const once = aCrew(aRole("backend", { maxAttempts: 1 }), aRole("frontend"), aGate("test"));
  const conflicting = [
    merged("form", "frontend", { source: "work9", as: "merge1" }),
    conflicts("work1", "epic", "a.ts"),
  ];
  expect(planText(once, aProject(once, ...loginReported(), ...conflicting))).toContain(
    "crew retry login -m …\n    crew resolve login\n",
  );
  const red = [mergesCleanly("work1"), aVerdict(once, tree, "red")];
  expect(planText(once, aProject(once, ...loginReported(), ...red))).not.toContain("crew resolve");
});

test("a bead that its attempts left red names the gate's log, and says where the gate ran out of time", () => {
  const once = aCrew(aRole("backend", { maxAttempts: 1 }), aRole("frontend"), aGate("test", { timeoutMs: 2_000 }));
  const text = (given: Parameters<typeof aVerdict>[3] = {}) =>
    planText(once, aProject(once, ...loginReported(), mergesCleanly("work1"), aVerdict(once, tree, "red", given)));
  const commands =
    "    crew retry login -m …\n    crew logs gate:test\n    crew logs backend\n    crew bead close login\n";
  const blocked = "! blocked login: login is blocked, its attempts are used up: gate test";
  expect(text()).toContain(`${blocked} is red with login\n${commands}`);
  const late = text({ exitCode: 137, output: "1 of 2\n(stopped after 2 s)" });
  expect(late).toContain(`${blocked} (stopped after 2 s) is red with login\n${commands}`);
});

test("a rejected resolution goes on from what was rejected; one that took one side only is done again", () => {
  const resolved = (oneSided: boolean) => [
    withBeads(login),
    anOrder("login.1.1", "backend", { kind: "conflict", merge: oid("work0") }),
    aReport("login.1.1", "backend", "work1", { oneSided }),
    mergesCleanly("work1"),
  ];
  const text = (oneSided: boolean) => planText(crew, aProject(crew, ...resolved(oneSided), rejected("work1")));
  expect(text(false)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (rejected: Use the limiter.)
        rejected for backend at base··· + work1··
        | A person says: Use the limiter.
        | It is in lib/.
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
  expect(text(true)).toContain("rejected for backend at base···, merging work0··\n");
});

test("a report that changes what is protected waits for approval, told with all that is to be approved", () => {
  const protects = [".github/workflows/ci.yml", "crew.yaml"];
  const world = aProject(
    crew,
    ...loginReported({ protects, oneSided: true }),
    mergesCleanly("work1"),
    aVerdict(crew, tree, "green"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    . instance backend: up to date
    . instance frontend: up to date
    ! approval login: login waits for approval: it changes what is protected: .github/workflows/ci.yml, crew.yaml; its resolution drops what one side changed
        crew diff login
        crew approve login
        crew reject login -m …
    = working"
  `);
  const approval = { commit: oid("work1"), noChange: false, atMs: 600_000 };
  expect(planText(crew, withFacts({ approvals: new Map([["login.1.1", approval]]) })(world))).toContain(
    "tip.move:epic",
  );
  expect(planText(crew, retried("leave CI alone")(world))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    order.issue:login.1.2 (retried: it changes what is protected: .github/workflows/ci.yml, crew.yaml; its resolution drops what one side changed)
        retry for backend at base···
        | A person says: leave CI alone
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});
