// Commits that people make on visible branches count, and are never overwritten.
import { expect, test } from "vitest";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { mergedTree, oid } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  aBranch,
  aheadBy,
  all,
  anOrder,
  aProject,
  aReport,
  aVerdict,
  conflicts,
  merged,
  mergesCleanly,
  moved,
  reported,
  shows,
  withBeads,
  withFacts,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend", { maxAttempts: 1 }), aGate("test"));
const login = given(aBead("login", { labels: ["backend"] }), "backend");
const tokens = aBead("tokens", { labels: ["backend"] });
const loginMerged = all(
  withBeads(login),
  reported("login.1.1", "backend", "work1"),
  merged("login", "backend", { source: "work1", as: "merge1" }),
  shows("epic", "merge1"),
  shows("backend", "work1"),
);

test("on a role's branch: a candidate of its own before that role's next order", () => {
  const world = aProject(crew, loginMerged, withBeads(tokens), aheadBy("backend", "mine1"), mergesCleanly("mine1"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "gate.start:test:….1 (no verdict on the merge of person/backend)
        on merge1· + mine1··
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    . bead tokens: ready for backend
    = working"
  `);
  expect(planText(crew, aVerdict(crew, mergedTree("mine1"), "green")(world))).toMatchInlineSnapshot(`
    "tip.move:epic:person/backend (person/backend at mine1··: test green)
        merge1· + mine1··: Merge commits made on feature/backend
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    . bead tokens: ready for backend
    = working"
  `);
});

test("once merged, the branch is crew's to move again", () => {
  const world = aProject(
    crew,
    loginMerged,
    withBeads(tokens),
    moved("epic", { as: "person1", source: "mine1", role: "backend", person: oid("mine1") }),
    aBranch("backend", { relation: "ahead", oid: oid("mine1"), own: [] }),
    reported("tokens.1.1", "backend", "work2"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work2··)
        feature/backend: mine1·· → work2··
    branch.show:epic (shows person1)
        epic/auth: merge1· → person1
    gate.start:test:….1 (no verdict on the merge of tokens)
        on person1 + work2··
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    . bead tokens: its gates decide whether it merges into epic
    = working"
  `);
});

test("on the epic's branch: a candidate of its own; roles go on", () => {
  const world = aProject(
    crew,
    loginMerged,
    withBeads(tokens),
    aheadBy("epic", "mine1"),
    mergesCleanly("mine1"),
    aVerdict(crew, mergedTree("mine1"), "green"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.issue:tokens.1.1 (ready)
        bead for backend at merge1·
    tip.move:epic:person/epic (person/epic at mine1··: test green)
        merge1· + mine1··: Merge commits made on epic/auth
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("on top of a report that is not merged: the bead's next start", () => {
  const failed = all(
    withBeads(login),
    anOrder("login.1.1", "backend", { counts: false }),
    aReport("login.1.1", "backend", "work1", { state: "failed", note: "2 tests failed" }),
    shows("backend", "work1"),
    aheadBy("backend", "mine1"),
  );
  expect(planText(crew, aProject(crew, failed))).toMatchInlineSnapshot(`
    "order.issue:login.1.2 (2 tests failed)
        failed for backend at mine1··
        | Your turns were used up before the work was done.
        | 
        | 2 tests failed
    . instance backend: up to date
    = working"
  `);
});

test("on top of a report that is on its way: the report merges first", () => {
  const world = aProject(
    crew,
    withBeads(login),
    reported("login.1.1", "backend", "work1"),
    shows("backend", "work1"),
    aheadBy("backend", "mine1"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "gate.start:test:….1 (no verdict on the merge of login)
        on base··· + work1··
    . instance backend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("on top of a blocked bead's report: kept for its next start, never merged without the bead", () => {
  const world = aProject(
    crew,
    withBeads(login, tokens),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1", { state: "failed", note: "2 tests failed" }),
    shows("backend", "work1"),
    aheadBy("backend", "mine1"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.issue:tokens.1.1 (ready)
        bead for backend at base···
    . instance backend: up to date
    ! blocked login: login is blocked, its attempts are used up: 2 tests failed
        crew retry login -m …
        crew logs backend
        crew bead close login
    = working"
  `);
});

/** A person's commits on what login reported and nobody merged, all of it green. */
const onReport = all(
  anOrder("login.1.1", "backend"),
  aReport("login.1.1", "backend", "work1", { protects: [".github/workflows/ci.yml"] }),
  shows("backend", "work1"),
  aheadBy("backend", "mine1"),
  mergesCleanly("mine1"),
);

test("on top of a report whose bead was closed without it: a person's to take, for it would come in unseen", () => {
  const closed = withBeads({ ...login, status: "closed" }, tokens);
  const world = aProject(crew, closed, onReport, aVerdict(crew, mergedTree("mine1"), "green"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.issue:tokens.1.1 (ready)
        bead for backend at base···
    round.record:withdrawn:login.1 (closed by a person)
    . instance backend: up to date
    ! person-unmerged feature/backend: commits on feature/backend stand on work1··, which login reported and which is not merged: they would bring it into epic
        git diff epic/auth...feature/backend
        crew approve feature/backend
        git rebase --onto epic/auth work1·· feature/backend && crew approve feature/backend
    = working"
  `);
  // Taken as it is: crew showed what the branch and its target have in common.
  const taken = aBranch("backend", { relation: "ahead", oid: oid("mine1"), shown: oid("base"), own: [oid("mine1")] });
  expect(planText(crew, taken(world))).toContain("tip.move:epic:person/backend");
});

test("on top of a report that a later round of its bead does without: the same", () => {
  const reopened = all(withBeads(login), onReport, withFacts({ rounds: new Map([["login.1", { withdrawn: true }]]) }));
  const text = planText(crew, aProject(crew, reopened, aVerdict(crew, mergedTree("mine1"), "green")));
  expect(text).toContain("! person-unmerged feature/backend");
  expect(text).not.toContain("person/backend");
});

test("on top of a report that is still to be merged or answered: kept with it, and nothing to decide", () => {
  const report = all(reported("login.1.1", "backend", "work1"), shows("backend", "work1"), aheadBy("backend", "mine1"));
  const red = all(anOrder("login.1.1", "backend"), aReport("login.1.1", "backend", "work1", { state: "failed" }));
  const ahead = all(shows("backend", "work1"), aheadBy("backend", "mine1"), mergesCleanly("mine1"));
  const untaken = aProject(aCrew(aRole("backend")), withBeads(login), red, ahead);
  const blocked = aBead("login", { labels: ["backend"], blockedBy: ["tokens"] });
  const undone = withFacts({
    undos: new Map([
      ["other.1", { bead: "other", round: 1, commit: oid("u"), evidence: oid("e"), words: "", atMs: 1 }],
    ]),
  });
  const waiting = aProject(crew, withBeads(given(blocked, "backend"), tokens), report, mergesCleanly("mine1"), undone);
  for (const text of [planText(aCrew(aRole("frontend"), aGate("test")), untaken), planText(crew, waiting)]) {
    expect(text).not.toContain("person/backend");
    expect(text).not.toContain("person-unmerged");
  }
});

test("on top of what was squashed into its target: a candidate, as the round's last report is in it", () => {
  const squashed = all(
    withBeads(login),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1"),
    moved("epic", { as: "merge1", source: "base", role: "backend", bead: { id: "login", round: 1 } }),
    shows("backend", "work1"),
    aheadBy("backend", "mine1"),
    mergesCleanly("mine1"),
  );
  expect(planText(crew, aProject(crew, squashed))).toContain("no verdict on the merge of person/backend");
  const earlier = all(anOrder("login.1.2", "backend", { kind: "retry" }), aReport("login.1.2", "backend", "work2"));
  expect(planText(crew, aProject(crew, squashed, earlier))).toContain("! person-unmerged feature/backend");
});

test("commits that are in the role's order already are no candidate; its report may be shown over them", () => {
  const mended = all(
    withBeads(login),
    anOrder("login.1.1", "backend", { counts: false }),
    aReport("login.1.1", "backend", "work1", { state: "failed" }),
    anOrder("login.1.2", "backend", { kind: "failed", start: oid("mine1") }),
    shows("backend", "work1"),
    aheadBy("backend", "mine1"),
  );
  expect(planText(crew, aProject(crew, mended))).toMatchInlineSnapshot(`
    "order.deliver:login.1.2 (not delivered)
        to backend
    . instance backend: up to date
    . bead login: with backend: order login.1.2
    = working, in flight"
  `);
  expect(
    planText(crew, aProject(crew, mended, aReport("login.1.2", "backend", "work2"), mergesCleanly("work2"))),
  ).toMatchInlineSnapshot(`
    "branch.show:backend (shows work2··)
        feature/backend: mine1·· → work2··
    gate.start:test:….1 (no verdict on the merge of login)
        on base··· + work2··
    . instance backend: up to date
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("red or in conflict: a person's; nobody gets an order for it", () => {
  const red = aProject(
    crew,
    loginMerged,
    withBeads(tokens),
    aheadBy("backend", "mine1"),
    mergesCleanly("mine1"),
    aVerdict(crew, mergedTree("mine1"), "red"),
  );
  expect(planText(crew, red)).toMatchInlineSnapshot(`
    "bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    . bead tokens: ready for backend
    ! person-red feature/backend: gate test is red with commits on feature/backend
        crew logs gate:test
        git switch feature/backend
    = working"
  `);
  const conflict = aProject(
    crew,
    loginMerged,
    withBeads(tokens),
    aheadBy("backend", "mine1"),
    conflicts("mine1", "epic", "a.ts"),
  );
  expect(planText(crew, conflict)).toMatchInlineSnapshot(`
    "bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    . bead tokens: ready for backend
    ! person-conflict feature/backend: commits on feature/backend conflict with epic in a.ts
        git switch feature/backend && git merge epic/auth
        crew up
    = working"
  `);
});

test("rewritten: shown with both commits, never overwritten; the role goes on", () => {
  const world = aProject(
    crew,
    loginMerged,
    withBeads(tokens),
    aBranch("backend", { relation: "rewritten", oid: oid("theirs"), own: [oid("theirs")] }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.issue:tokens.1.1 (ready)
        bead for backend at merge1·
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    ! rewritten feature/backend: branch feature/backend was rewritten: it is at theirs·, crew showed work1··
        crew approve feature/backend
        git branch -f feature/backend work1··
        git branch -D feature/backend
    = working"
  `);
});

test("shown, and killed before that was noted: it is noted, also where the branch is checked out", () => {
  const at = oid("work1");
  const seen = (given: { readonly isUnnoted?: true }) => {
    const branch = aBranch("backend", { oid: at, shown: at, checkedOutAt: "/w", ...given });
    const lines = planText(crew, aProject(crew, loginMerged, withBeads(tokens), branch)).split("\n");
    return lines.filter((line) => /branch.show:backend|feature\/backend/.test(line));
  };
  expect(seen({})).toEqual([]);
  expect(seen({ isUnnoted: true })).toEqual([
    "branch.show:backend (shows work1··)",
    "    feature/backend: work1·· → work1··",
  ]);
});

test("deleted: shown again with the next work", () => {
  const deleted = aBranch("backend", { branch: "feature/backend", relation: "deleted", own: [] });
  const gone = (world: Parameters<typeof deleted>[0]) => {
    const { oid: _, ...branch } = deleted(world).repository.branches.get("backend") ?? {
      branch: "",
      relation: "deleted",
      own: [],
    };
    return {
      ...world,
      repository: { ...world.repository, branches: new Map(world.repository.branches).set("backend", branch) },
    };
  };
  expect(planText(crew, aProject(crew, loginMerged, gone))).not.toContain("branch.show:backend");
  expect(
    planText(
      crew,
      aProject(
        crew,
        loginMerged,
        withBeads(given(tokens, "backend")),
        reported("tokens.1.1", "backend", "work2"),
        gone,
      ),
    ),
  ).toMatchInlineSnapshot(`
    "branch.show:backend (shows work2··)
        feature/backend: created → work2··
    gate.start:test:….1 (no verdict on the merge of tokens)
        on merge1· + work2··
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    . bead tokens: its gates decide whether it merges into epic
    = working"
  `);
});

test("checked out: not moved under a person's feet", () => {
  const world = aProject(
    crew,
    withBeads(login),
    reported("login.1.1", "backend", "work1"),
    aBranch("backend", { checkedOutAt: "/src/shop" }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "gate.start:test:….1 (no verdict on the merge of login)
        on base··· + work1··
    . instance backend: up to date
    . branch feature/backend: not moved: checked out at /src/shop
    . bead login: its gates decide whether it merges into epic
    = working"
  `);
});

test("commits on the branch of a role that the file no longer has still count", () => {
  const left = aCrew(aGate("test"));
  const world = aProject(crew, loginMerged, aheadBy("backend", "mine1"), mergesCleanly("mine1"));
  expect(planText(left, world)).toMatchInlineSnapshot(`
    "gate.start:test:….1 (no verdict on the merge of person/backend)
        on merge1· + mine1··
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: not in the file any more; takes no order; crew up --remove-orphans removes it
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});
