// The branch tree: work merges into the role above first, tips move up with what they hold, and down with what is waited for.
import { expect, test } from "vitest";
import type { OwnChanges } from "../../src/model/records.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { mergedTree, oid } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  all,
  anOrder,
  aProject,
  aReport,
  aVerdict,
  conflicts,
  merged,
  mergesCleanly,
  movedUp,
  reported,
  withBeads,
  withFacts,
} from "../builders/world.ts";

const crew = aCrew(
  aRole("backend"),
  aRole("frontend", { maxAttempts: 1 }),
  aRole("form", { into: "frontend" }),
  aGate("test"),
);
const field = given(aBead("field", { labels: ["form"] }), "form");
const page = aBead("page", { labels: ["frontend"] });
const login = given(aBead("login", { labels: ["backend"] }), "backend");
const fieldMerged = all(
  withBeads(field),
  reported("field.1.1", "form", "work1", "frontend"),
  merged("field", "form", { source: "work1", as: "field1", tip: "frontend" }),
);
const loginMerged = all(
  withBeads(login),
  reported("login.1.1", "backend", "work2"),
  merged("login", "backend", { source: "work2", as: "login1" }),
);

test("a nested role's work merges into the tip of the role above", () => {
  const world = aProject(
    crew,
    withBeads(field, page),
    reported("field.1.1", "form", "work1", "frontend"),
    aVerdict(crew, mergedTree("work1"), "green"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:form (shows work1··)
        feature/form: base··· → work1··
    order.issue:page.1.1 (ready)
        bead for frontend at base···
    tip.move:frontend:field (field at work1··: test green)
        base··· + work1··: Merge Do field (field)
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    = working"
  `);
});

test("a tip that holds evidence moves up; its own role's next bead starts at it", () => {
  const world = aProject(
    crew,
    withBeads(page),
    fieldMerged,
    mergesCleanly("field1"),
    aVerdict(crew, mergedTree("field1"), "green"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:form (shows work1··)
        feature/form: base··· → work1··
    branch.show:frontend (shows field1·)
        feature/frontend: base··· → field1·
    order.issue:page.1.1 (ready)
        bead for frontend at field1·
    tip.move:epic:up/frontend (up/frontend at field1·: test green)
        base··· + field1·: Merge frontend up into epic
    bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    . bead field: merged into frontend; closed when the epic lands
    = working"
  `);
});

test("what is merged above already does not move again", () => {
  const world = aProject(crew, fieldMerged, movedUp("frontend", { as: "up1" }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:epic (shows up1····)
        epic/auth: base··· → up1····
    branch.show:form (shows work1··)
        feature/form: base··· → work1··
    branch.show:frontend (shows field1·)
        feature/frontend: base··· → field1·
    bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    . bead field: merged into frontend; closed when the epic lands
    = working"
  `);
});

test("a bead waits for what is merged above: that comes down into its tip, gated", () => {
  const world = aProject(
    crew,
    loginMerged,
    withBeads({ ...page, blockedBy: ["login"] }),
    mergesCleanly("login1", "frontend"),
    aVerdict(crew, mergedTree("login1"), "green"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work2··)
        feature/backend: base··· → work2··
    branch.show:epic (shows login1·)
        epic/auth: base··· → login1·
    tip.move:frontend:down/frontend (down/frontend at login1·: test green)
        base··· + login1·: Take epic into frontend
    bead.comment:login (merged as login1·)
        crew/backend: Merged as login1·································· (round 1; no gates).
    bead.mark:login:merged (merged as login1·)
        crew_merged=login1·
        after bead.comment:login
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    . bead login: merged into epic; closed when the epic lands
    . bead page: waits for login
    = working"
  `);
});

test("nothing comes down for a bead that waits for what is merged nowhere", () => {
  const world = aProject(crew, withBeads(aBead("login", { labels: ["backend"] }), { ...page, blockedBy: ["login"] }));
  expect(planText(crew, world)).not.toContain("tip.move");
});

test("two steps down: the tip above takes it in first", () => {
  const deep = aCrew(aRole("a"), aRole("b", { into: "a" }), aRole("c", { into: "b" }), aRole("other"));
  const world = aProject(
    deep,
    withBeads(given(aBead("one", { labels: ["other"] }), "other"), aBead("two", { labels: ["c"], blockedBy: ["one"] })),
    reported("one.1.1", "other", "work1"),
    merged("one", "other", { source: "work1", as: "one1" }),
    mergesCleanly("one1", "a"),
  );
  expect(planText(deep, world)).toMatchInlineSnapshot(`
    "branch.show:epic (shows one1···)
        epic/auth: base··· → one1···
    branch.show:other (shows work1··)
        feature/other: base··· → work1··
    tip.move:a:down/a (down/a at one1···: no gates)
        base··· + one1···: Take epic into a
    bead.comment:one (merged as one1···)
        crew/other: Merged as one1···································· (round 1; no gates).
    bead.mark:one:merged (merged as one1···)
        crew_merged=one1···
        after bead.comment:one
    . instance a: up to date
    . instance b: up to date
    . instance c: up to date
    . instance other: up to date
    . bead one: merged into epic; closed when the epic lands
    . bead two: waits for one
    = working"
  `);
});

test("a move up that is red is an order to the role of the tip, starting at the failed merge", () => {
  const world = aProject(crew, fieldMerged, mergesCleanly("field1"), aVerdict(crew, mergedTree("field1"), "red"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:form (shows work1··)
        feature/form: base··· → work1··
    branch.show:frontend (shows field1·)
        feature/frontend: base··· → field1·
    order.issue:up/frontend.1.1 (gate test is red with up/frontend)
        mend for frontend at base··· + field1·
        | Gate "test" (run test) failed with exit code 1 on the merge of your work with its target.
        | You start at exactly that merge. Mend it. The end of its output:
        | 1 failed: expected 401
    bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    . bead field: merged into frontend; closed when the epic lands
    = working"
  `);
});

test("a move up that conflicts is an order to the role of the tip", () => {
  const world = aProject(crew, fieldMerged, loginMerged, conflicts("field1", "epic", "src/app.ts"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work2··)
        feature/backend: base··· → work2··
    branch.show:epic (shows login1·)
        epic/auth: base··· → login1·
    branch.show:form (shows work1··)
        feature/form: base··· → work1··
    branch.show:frontend (shows field1·)
        feature/frontend: base··· → field1·
    order.issue:up/frontend.1.1 (conflicts with epic in src/app.ts)
        conflict for frontend at login1·, merging field1·
        | Your work conflicts with what was merged into epic meanwhile, in:
        | - src/app.ts
        | The merge of your commit into that state is under way in your work tree. Resolve every conflicting path so that
        | both sides keep their intent, leave no conflict marker, and commit. The sides of a path are \`git show :1:PATH\` (what both
        | began with), \`:2:PATH\` (what was merged) and \`:3:PATH\` (yours); where one side is just gone, a person looks first.
        | Merged there lately:
        | - login1· Merge work2
    bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    bead.comment:login (merged as login1·)
        crew/backend: Merged as login1·································· (round 1; no gates).
    bead.mark:login:merged (merged as login1·)
        crew_merged=login1·
        after bead.comment:login
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    . bead field: merged into frontend; closed when the epic lands
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

const upReported = all(
  anOrder("up/frontend.1.1", "frontend", { kind: "conflict", start: oid("login1"), merge: oid("field1") }),
  aReport("up/frontend.1.1", "frontend", "up1"),
);

test("the resolution of a move up merges as that move", () => {
  const world = aProject(
    crew,
    fieldMerged,
    loginMerged,
    upReported,
    mergesCleanly("up1"),
    aVerdict(crew, mergedTree("up1"), "green"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work2··)
        feature/backend: base··· → work2··
    branch.show:epic (shows login1·)
        epic/auth: base··· → login1·
    branch.show:form (shows work1··)
        feature/form: base··· → work1··
    branch.show:frontend (shows up1····)
        feature/frontend: base··· → up1····
    tip.move:epic:up/frontend (up/frontend at up1····: test green)
        login1· + up1····: Merge frontend up into epic
    bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    bead.comment:login (merged as login1·)
        crew/backend: Merged as login1·································· (round 1; no gates).
    bead.mark:login:merged (merged as login1·)
        crew_merged=login1·
        after bead.comment:login
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    . bead field: merged into frontend; closed when the epic lands
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("what the role itself changed for its move up is held against its paths, and its children's work is not", () => {
  const held = {
    ...crew,
    roles: crew.roles.map((role) => (role.name === "frontend" ? { ...role, paths: ["web/**"] } : role)),
  };
  const told = (own: OwnChanges | undefined, ...changed: readonly string[]) => {
    const report = aReport("up/frontend.1.1", "frontend", "up1", own === undefined ? {} : { own });
    const order = { kind: "conflict", start: oid("login1"), merge: oid("field1") } as const;
    const moved = all(anOrder("up/frontend.1.1", "frontend", order), report, mergesCleanly("up1"));
    const world = aProject(held, fieldMerged, loginMerged, moved, aVerdict(held, mergedTree("up1"), "green"));
    const merges = new Map(
      [...world.merges].map(([pair, merge]) => {
        const changes = new Map(changed.map((path) => [path, `100644 ${oid(path)}`]));
        return [pair, merge.kind === "clean" ? { ...merge, changes } : merge];
      }),
    );
    return planText(held, { ...world, merges })
      .split("\n")
      .filter((line) => /^\s*(! |tip.move)/.test(line));
  };
  const moves = ["tip.move:epic:up/frontend (up/frontend at up1····: test green)"];
  expect(told(undefined, "web/a.ts", "form/b.ts")).toEqual(moves);
  expect(told(["web/a.ts"], "web/a.ts", "form/b.ts")).toEqual(moves);
  // By now it is as its target has it.
  expect(told(["api/c.ts"], "web/a.ts")).toEqual(moves);
  expect(told(["api/c.ts", "web/a.ts"], "api/c.ts", "web/a.ts", "form/b.ts")).toEqual([
    "! approval frontend: moving frontend up into epic waits for approval: it changes what is outside the paths of frontend: api/c.ts",
  ]);
  expect(told("many", "web/a.ts")).toEqual([
    "! approval frontend: moving frontend up into epic waits for approval: it changes too much to be held against the paths of frontend",
  ]);
});

test("a move up whose attempts are used up is blocked: the subtree waits, the others go on, retry names the role", () => {
  const blocked = all(
    fieldMerged,
    loginMerged,
    upReported,
    mergesCleanly("up1"),
    aVerdict(crew, mergedTree("up1"), "red"),
  );
  const world = aProject(crew, blocked, withBeads(page, aBead("logout", { labels: ["backend"] })));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work2··)
        feature/backend: base··· → work2··
    branch.show:epic (shows login1·)
        epic/auth: base··· → login1·
    branch.show:form (shows work1··)
        feature/form: base··· → work1··
    branch.show:frontend (shows up1····)
        feature/frontend: base··· → up1····
    order.issue:logout.1.1 (ready)
        bead for backend at login1·
    order.issue:page.1.1 (ready)
        bead for frontend at field1·
    bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    bead.comment:login (merged as login1·)
        crew/backend: Merged as login1·································· (round 1; no gates).
    bead.mark:login:merged (merged as login1·)
        crew_merged=login1·
        after bead.comment:login
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    . bead field: merged into frontend; closed when the epic lands
    . bead login: merged into epic; closed when the epic lands
    ! up-blocked frontend: moving frontend up into epic is blocked: gate test is red with up/frontend
        crew retry frontend -m …
    = working"
  `);
  const retry = withFacts({
    retries: new Map([["up/frontend", { round: 1, attempt: 1, words: "keep both", atMs: 400_000 }]]),
  });
  expect(planText(crew, retry(aProject(crew, blocked)))).toMatchInlineSnapshot(`
    "branch.show:backend (shows work2··)
        feature/backend: base··· → work2··
    branch.show:epic (shows login1·)
        epic/auth: base··· → login1·
    branch.show:form (shows work1··)
        feature/form: base··· → work1··
    branch.show:frontend (shows up1····)
        feature/frontend: base··· → up1····
    order.issue:up/frontend.1.2 (gate test is red with up/frontend)
        mend for frontend at login1· + up1····
        | A person says: keep both
        | 
        | Gate "test" (run test) failed with exit code 1 on the merge of your work with its target.
        | You start at exactly that merge. Mend it. The end of its output:
        | 1 failed: expected 401
    bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    bead.comment:login (merged as login1·)
        crew/backend: Merged as login1·································· (round 1; no gates).
    bead.mark:login:merged (merged as login1·)
        crew_merged=login1·
        after bead.comment:login
    . instance backend: up to date
    . instance frontend: up to date
    . instance form: up to date
    . bead field: merged into frontend; closed when the epic lands
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("merging in order: deepest tip first, then depends_on, depth of the bead, priority, id", () => {
  const many = aCrew(
    aRole("late", { dependsOn: ["early"] }),
    aRole("early"),
    aRole("top"),
    aRole("nested", { into: "top" }),
  );
  const done = (id: string, role: string, given_: Parameters<typeof aBead>[1] = {}, tip = "epic") =>
    all(withBeads(given(aBead(id, { labels: [role], ...given_ }), role)), reported(`${id}.1.1`, role, `w-${id}`, tip));
  const world = aProject(many, done("a", "late"), done("b", "early", { priority: 3 }), done("z", "nested", {}, "top"));
  expect(
    planText(many, world)
      .split("\n")
      .filter((line) => line.startsWith("tip.move")),
  ).toMatchInlineSnapshot(`
    [
      "tip.move:top:z (z at w-z····: no gates)",
      "tip.move:epic:b (b at w-b····: no gates)",
    ]
  `);
});

test("roles that the file no longer has still move up as last declared: the nested one's report into the one above", () => {
  const left = aCrew(aRole("backend"), aGate("test"));
  const world = aProject(
    crew,
    fieldMerged,
    withBeads(given(aBead("hint", { labels: ["form"] }), "form")),
    anOrder("hint.1.1", "form"),
    aReport("hint.1.1", "form", "work3"),
    mergesCleanly("work3", "frontend"),
    mergesCleanly("field1"),
    aVerdict(crew, mergedTree("work3"), "green"),
  );
  expect(planText(left, world)).toMatchInlineSnapshot(`
    "tip.move:frontend:hint (hint at work3··: test green)
        field1· + work3··: Merge Do hint (hint)
    bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    . instance backend: up to date
    . instance form: not in the file any more; takes no order; crew up --remove-orphans removes it
    . instance frontend: not in the file any more; takes no order; crew up --remove-orphans removes it
    . bead field: merged into frontend; closed when the epic lands
    = working"
  `);
});

test("the move up of a role that the file no longer has, in conflict: a person's, as nobody can be given it", () => {
  const left = aCrew(aRole("backend"), aGate("test"));
  const world = aProject(crew, fieldMerged, conflicts("field1", "epic", "a.ts"));
  expect(planText(left, world)).toMatchInlineSnapshot(`
    "bead.comment:field (merged as field1·)
        crew/form: Merged as field1·································· (round 1; no gates).
    bead.mark:field:merged (merged as field1·)
        crew_merged=field1·
        after bead.comment:field
    . instance backend: up to date
    . instance form: not in the file any more; takes no order; crew up --remove-orphans removes it
    . instance frontend: not in the file any more; takes no order; crew up --remove-orphans removes it
    . bead field: merged into frontend; closed when the epic lands
    ! up-blocked frontend: moving frontend up into epic is blocked: conflicts with epic in a.ts
        git switch epic/auth && git merge feature/frontend
        crew resolve frontend
    = working"
  `);
});

test("a move up that waits for approval can be looked at, approved and rejected like a bead", () => {
  const world = aProject(
    crew,
    fieldMerged,
    anOrder("up/frontend.1.1", "frontend", { kind: "conflict", merge: oid("field1") }),
    aReport("up/frontend.1.1", "frontend", "both1", { oneSided: true }),
    mergesCleanly("both1"),
  );
  expect(planText(crew, world)).toContain(
    "    crew diff frontend\n    crew approve frontend\n    crew reject frontend -m …\n",
  );
});
