// Who gets what next: priorities, one order per role, limits, and beads that nobody is given.
import { expect, test } from "vitest";
import { metadataKeys } from "../../src/model/bead.ts";
import { aBead, closed, given } from "../builders/bead.ts";
import { aCrew, aRole, aTask, settings } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import {
  anInstance,
  anOrder,
  aProject,
  atPhase,
  atWork,
  merged,
  reported,
  withBeads,
  withFacts,
  without,
  withRuntime,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aRole("frontend"));
const login = aBead("login", { labels: ["backend"] });
const tokens = aBead("tokens", { labels: ["backend"], priority: 1 });
const form = aBead("form", { labels: ["frontend"] });

test("each role gets its most important bead; the next waits", () => {
  expect(planText(crew, aProject(crew, withBeads(login, tokens, form)))).toMatchInlineSnapshot(`
    "order.issue:tokens.1.1 (ready)
        bead for backend at base···
    order.issue:form.1.1 (ready)
        bead for frontend at base···
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: ready for backend
    = working"
  `);
});

test("equal priorities: in natural order of the ids", () => {
  const many = [10, 9, 2].map((n) => aBead(`auth.${n}`, { labels: ["backend"] }));
  expect(planText(crew, aProject(crew, withBeads(...many)))).toMatchInlineSnapshot(`
    "order.issue:auth.2.1.1 (ready)
        bead for backend at base···
    . instance backend: up to date
    . instance frontend: up to date
    . bead auth.9: ready for backend
    . bead auth.10: ready for backend
    = working"
  `);
});

test("one order in flight per role: nothing new while one is at work, nor while its report is on the way into the tip", () => {
  const world = aProject(
    crew,
    withBeads(given(login, "backend"), tokens, given(form, "frontend"), aBead("menu", { labels: ["frontend"] })),
    anOrder("login.1.1", "backend"),
    atWork("backend", "login.1.1"),
    reported("form.1.1", "frontend", "work1"),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:frontend (shows work1··)
        feature/frontend: base··· → work1··
    tip.move:epic:form (form at work1··: no gates)
        base··· + work1··: Merge Do form (form)
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: with backend: order login.1.1
    . bead menu: ready; frontend has form
    . bead tokens: ready; backend has login
    = working, in flight"
  `);
});

test("max_parallel roles are at work at most", () => {
  const narrow = aCrew(aRole("backend"), aRole("frontend"), settings({ maxParallel: 1 }));
  const world = aProject(
    narrow,
    withBeads(given(login, "backend"), form),
    anOrder("login.1.1", "backend"),
    atWork("backend", "login.1.1"),
  );
  expect(planText(narrow, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . order form.1.1: waits: 1 roles are at work
    . bead form: ready for frontend
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
});

test("a bead that nobody takes, and one that two roles take, wait for a person", () => {
  const world = aProject(
    crew,
    withBeads(aBead("docs", { title: "Write it down" }), aBead("both", { labels: ["backend", "frontend"] })),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    ! ambiguous both: both is taken by backend and frontend: make their filters exclude each other
        crew assign both backend
        crew assign both frontend
        crew config
    ! unassigned docs: no role takes docs (Write it down)
        crew assign docs backend
        crew assign docs frontend
        crew bead show docs
        crew bead close docs
    = settled"
  `);
});

test("a task's role wins over the filters", () => {
  const tasked = aCrew(aRole("backend"), aRole("frontend"), aTask("both", { role: "frontend" }));
  const both = aBead("both", {
    labels: ["backend", "frontend"],
    metadata: { [metadataKeys.project]: "shop", [metadataKeys.key]: "both" },
  });
  expect(planText(tasked, aProject(tasked, withBeads(both)))).toMatchInlineSnapshot(`
    "project.record (the file changed)
    order.issue:both.1.1 (ready)
        bead for frontend at base···
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("a bead in progress by a person, or set aside, is not handed out", () => {
  const world = aProject(
    crew,
    withBeads({ ...login, status: "in_progress", assignee: "ana" }, { ...form, status: "deferred" }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    ! held form: form is deferred, so it is not handed out
        crew bead reopen form
        crew bead close form
    ! held login: login is in progress by ana, so it is not handed out
        crew bead reopen login
        crew bead close login
    = settled"
  `);
});

test("only beads without children are handed out", () => {
  const world = aProject(
    crew,
    withBeads(aBead("api", { type: "feature", labels: ["backend"] }), { ...login, parent: "api" }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.issue:login.1.1 (ready)
        bead for backend at base···
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("a role that cannot work is given nothing", () => {
  const world = aProject(
    crew,
    withBeads(login, form),
    anInstance("backend", { mail: "unreadable" }),
    atPhase("frontend", { phase: "broken", detail: "no shell in the image" }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". bead form: ready for frontend
    . bead login: ready for backend
    ! broken backend: backend cannot work: its mailbox cannot be read
        crew logs backend
        crew down
        crew up
    ! broken frontend: frontend cannot work: no shell in the image
        crew logs frontend
        crew down
        crew up
    = settled"
  `);
});

test("a mailbox that a look left alone keeps nothing from its role: whoever drives looks into it", () => {
  const unread = anInstance("backend", { mail: "unreadable" });
  const world = aProject(crew, withBeads(login), unread, withRuntime({ isMailLeft: true }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.issue:login.1.1 (ready)
        bead for backend at base···
    . instance frontend: up to date
    = working"
  `);
});

test("only the selected roles are given orders", () => {
  expect(planText(crew, aProject(crew, withBeads(login, form)), { roles: ["frontend"] })).toMatchInlineSnapshot(`
    "order.issue:form.1.1 (ready)
        bead for frontend at base···
    . instance frontend: up to date
    . bead login: ready for backend
    = working"
  `);
});

test("another up for some roles leaves those that are up at work", () => {
  const options = { roles: ["frontend"], keepsOthers: true };
  expect(planText(crew, aProject(crew, withBeads(login, form)), options)).toMatchInlineSnapshot(`
    "order.issue:login.1.1 (ready)
        bead for backend at base···
    order.issue:form.1.1 (ready)
        bead for frontend at base···
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("a blocker merged into the dependent's target frees it", () => {
  const world = aProject(
    crew,
    withBeads(given(login, "backend"), { ...form, blockedBy: ["login"] }),
    reported("login.1.1", "backend", "work1"),
    merged("login", "backend", { source: "work1", as: "merge1" }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    branch.show:epic (shows merge1·)
        epic/auth: base··· → merge1·
    order.issue:form.1.1 (ready: its blockers are merged)
        bead for frontend at merge1·
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . instance frontend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("a blocker closed by a person, or gone, frees it", () => {
  const world = aProject(crew, withBeads(closed(login), { ...form, blockedBy: ["login", "deleted"] }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "order.issue:form.1.1 (ready: its blockers are merged)
        bead for frontend at base···
    . instance backend: up to date
    . instance frontend: up to date
    = working"
  `);
});

test("a blocker of the parent holds the children back, and a parent as a blocker means all below it", () => {
  const world = aProject(
    crew,
    withBeads(
      aBead("api", { type: "feature" }),
      { ...login, parent: "api", status: "in_progress", assignee: "crew/backend" },
      { ...tokens, parent: "api" },
      aBead("ui", { type: "feature", blockedBy: ["api"] }),
      { ...form, parent: "ui" },
    ),
    reported("login.1.1", "backend", "work1"),
    merged("login", "backend", { source: "work1", as: "merge1" }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows work1··)
        feature/backend: base··· → work1··
    branch.show:epic (shows merge1·)
        epic/auth: base··· → merge1·
    order.issue:tokens.1.1 (ready)
        bead for backend at merge1·
    bead.comment:login (merged as merge1·)
        crew/backend: Merged as merge1·································· (round 1; no gates).
    bead.mark:login:merged (merged as merge1·)
        crew_merged=merge1·
        after bead.comment:login
    . instance backend: up to date
    . instance frontend: up to date
    . bead form: waits for api
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("a blocker that crew closed, and whose merge is gone with the refs, is a person's", () => {
  const closedByCrew = withFacts({
    rounds: new Map([
      ["login.1", { closing: true, closed: true, withdrawn: false, reopening: false, reopened: false }],
    ]),
  });
  const world = aProject(
    crew,
    withBeads(closed(given(login, "backend")), { ...form, blockedBy: ["login"] }),
    closedByCrew,
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . bead form: waits for login
    ! waiting form: form waits for login, which is closed as merged, and no branch has its merge
        crew bead reopen login
    = settled"
  `);
});

test("a blocker outside the epic, and beads that wait for each other, are a person's", () => {
  const { parent: _, ...elsewhere } = aBead("infra");
  const world = aProject(
    crew,
    withBeads(
      elsewhere,
      { ...login, blockedBy: ["infra"] },
      { ...tokens, blockedBy: ["form"] },
      { ...form, blockedBy: ["tokens"] },
    ),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . bead form: waits for tokens
    . bead login: waits for infra
    . bead tokens: waits for form
    ! waiting form: form waits for tokens, which waits in turn
        crew bead close tokens
    ! waiting login: login waits for infra, which is open and not a bead of this epic
        crew bead close infra
    ! waiting tokens: tokens waits for form, which waits in turn
        crew bead close form
    = settled"
  `);
});

test("the epic was closed by a person: nothing is handed out", () => {
  const world = aProject(crew, withBeads(login));
  const epic = world.beads.get("auth");
  expect(planText(crew, aProject(crew, withBeads(login, ...(epic ? [closed(epic)] : []))))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . bead login: ready for backend
    ! epic-closed auth: epic auth is closed: nothing is handed out or landed
        crew bead reopen auth
        crew down
    = settled"
  `);
});

test("the epic was deleted by a person: nothing is handed out", () => {
  expect(planText(crew, aProject(crew, withBeads(login), without("auth")))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . instance frontend: up to date
    . bead login: ready for backend
    ! epic-closed auth: epic auth is gone: nothing is handed out or landed
        crew down
    = settled"
  `);
});

test("the file names another epic while this one has not landed", () => {
  const other = { ...crew, epic: { ...crew.epic, slug: "billing", title: "Billing" } };
  expect(planText(other, aProject(crew, withBeads(login)))).toMatchInlineSnapshot(`
    "! other-epic auth: project shop still carries epic auth, and the file now names another one
        crew land
        crew down
        crew -p shop-2 up
    = settled"
  `);
});
