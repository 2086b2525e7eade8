// A budget: turns, dollars and hours of the project's life, read from its reports alone.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BudgetWish, SaidBudget } from "../../src/model/crew.ts";
import { formatOrderId } from "../../src/model/names.ts";
import type { Order } from "../../src/model/records.ts";
import type { Spent } from "../../src/model/spent.ts";
import { allowedTo } from "../../src/plan/allowance.ts";
import { withBudget } from "../../src/plan/budget.ts";
import { plan } from "../../src/plan/plan.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aRole, settings } from "../builders/crew.ts";
import { oid } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import { anInstance, anOrder, aProject, aReport, atWork, withBeads } from "../builders/world.ts";

const roles = [aRole("backend"), aRole("frontend")];
const login = aBead("login", { labels: ["backend"] });
const form = aBead("form", { labels: ["frontend"] });
const nothing: Spent = { runs: 1, seconds: 0, input: 0, cached: 0, output: 0, usd: 0 };
/** When there was no limit. */
const issuedBefore = (role: string) =>
  aProject(aCrew(...roles), anOrder("login.1.9", role)).repository.orders[0] as Order;
const ordersIn = (text: string) =>
  text
    .split("\n")
    .filter((line) => /order|budget|crew up|^=/.test(line))
    .join("\n");
const issued = (world: ReturnType<typeof aProject>, crew = aCrew(...roles)) => ordersIn(planText(crew, world));

test("what is left bounds the turns of the next order, and the one after it waits", () => {
  const crew = aCrew(...roles, settings({ budget: { turns: 4 } }));
  expect(issued(aProject(crew, withBeads(login, form)), crew)).toMatchInlineSnapshot(`
    "order.issue:login.1.1 (ready)
    order.issue:form.1.1 (ready)
    . budget: 0 of 4 turns used
    = working"
  `);
  const three = aCrew(...roles, settings({ budget: { turns: 3 } }));
  expect(issued(aProject(three, withBeads(login, form)), three)).toMatchInlineSnapshot(`
    "order.issue:login.1.1 (ready)
    . budget: 0 of 3 turns used
    . order form.1.1: waits: the rest of the budget is with orders at work
    = working"
  `);
});

test("the order says how many turns it has, where that is less than its role's", () => {
  const turns = (most: number) => {
    const crew = aCrew(...roles, settings({ budget: { turns: most } }));
    const { operations } = plan(crew, aProject(crew, withBeads(login, form)), { startedAtMs: 0, allowRedBase: false });
    return operations.flatMap((each) => (each.kind === "order.issue" ? [each.order.turns ?? "all"] : []));
  };
  expect([turns(2), turns(3), turns(4), turns(6)]).toEqual([[2], ["all"], ["all", 1], ["all", "all"]]);
});

test("an order at work keeps what it was given", () => {
  const crew = aCrew(...roles, settings({ budget: { turns: 3 } }));
  const world = aProject(
    crew,
    withBeads(given(login, "backend"), form),
    anOrder("login.1.1", "backend", { turns: 2 }),
    atWork("backend", "login.1.1"),
  );
  expect(issued(world, crew)).toMatchInlineSnapshot(`
    "order.issue:form.1.1 (ready)
    . budget: 0 of 3 turns used
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
});

test("one that is withdrawn keeps it until it is reported", () => {
  const crew = aCrew(...roles, settings({ budget: { turns: 4 } }));
  const world = aProject(
    crew,
    withBeads({ ...given(login, "backend"), status: "closed" }, form),
    anOrder("login.1.1", "backend"),
    atWork("backend", "login.1.1"),
  );
  const { operations } = plan(crew, world, { startedAtMs: 0, allowRedBase: false });
  expect(operations.flatMap((each) => (each.kind === "order.issue" ? [each.order.turns] : []))).toEqual([1]);
});

test.each([
  [{ turns: 1 }, nothing, "1 of 1 turns", "turns=2"],
  [{ usd: 1.5 }, { ...nothing, usd: 1.6 }, "$1.60 of $1.50", "usd=4"],
  [{ hours: 2 }, { ...nothing, seconds: 7_500 }, "2.1 of 2 hours", "hours=5"],
  [{ usd: 1, turns: 1 }, { ...nothing, usd: 1 }, "1 of 1 turns, $1.00 of $1.00", "turns=2,usd=2"],
] as const)("used up: %s", (budget, spent, words, raised) => {
  const crew = aCrew(...roles, settings({ budget }));
  const world = aProject(
    crew,
    withBeads(given(login, "backend"), form),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1", { state: "failed", turns: 1, spent }),
  );
  const lines = issued(world, crew)
    .split("\n")
    .filter((line) => !/login\.1\.2|^=/.test(line));
  expect(lines).toEqual([
    `. budget: ${words} used`,
    `. order form.1.1: waits: the budget is used up (${words})`,
    `! budget shop: the budget is used up: ${words}. Nothing more is given out until it is raised`,
    `    crew up --budget ${raised}`,
  ]);
});

test("what a subscription would have cost is no money", () => {
  const onSubscription = aRole("backend", { credential: { variable: "TOKEN", billing: "subscription" } });
  const crew = aCrew(onSubscription, aRole("frontend"), settings({ budget: { usd: 1 } }));
  const failed = { state: "failed", turns: 1, spent: { ...nothing, usd: 5 } } as const;
  const world = aProject(
    crew,
    withBeads(given(login, "backend"), form),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1", failed),
  );
  expect(issued(world, crew)).toContain(". budget: $0.00 of $1.00 used");
  expect(issued(world, crew)).toContain("order.issue:form.1.1");
});

test("what was paid when an order was issued stays paid, whatever its role signs in with by now", () => {
  const signedIn = (billing: "subscription" | "per token") =>
    aRole("backend", { credential: { variable: "TOKEN", billing } });
  const used = (issued: "subscription" | "per token", now: "subscription" | "per token") => {
    const crew = aCrew(signedIn(now), settings({ budget: { usd: 9 } }));
    const world = aProject(
      crew,
      withBeads(given(login, "backend")),
      anOrder("login.1.1", "backend", { billing: issued }),
      aReport("login.1.1", "backend", "work1", { state: "failed", turns: 1, spent: { ...nothing, usd: 5 } }),
    );
    const { notes, operations } = plan(crew, world, { startedAtMs: 0, allowRedBase: false });
    const next = operations.flatMap((each) => (each.kind === "order.issue" ? [each.order.billing] : []));
    return [notes.find(({ subject }) => subject === "budget")?.cause, ...next];
  };
  expect(used("per token", "subscription")).toEqual(["$5.00 of $9.00 used", "subscription"]);
  expect(used("subscription", "per token")).toEqual(["$0.00 of $9.00 used", "per token"]);
});

test("what a person says holds over the file, limit by limit, is kept, and is taken back", () => {
  const crew = aCrew(...roles, settings({ budget: { turns: 1, usd: 9 } }));
  const world = aProject(
    crew,
    withBeads(given(login, "backend"), form),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1", { state: "failed", turns: 1, spent: nothing }),
  );
  const { project } = world.repository.facts;
  if (!project) throw new Error("no project");
  const saying = (budget: BudgetWish | undefined, before?: SaidBudget) => {
    const fact = { ...project, ...(before && { budget: before }) };
    const facts = { ...world.repository.facts, project: fact };
    const said = { ...world, repository: { ...world.repository, facts } };
    const { operations, notes } = plan(crew, said, { startedAtMs: 0, allowRedBase: false, ...(budget && { budget }) });
    return {
      records: operations.flatMap((each) =>
        each.kind === "project.record" ? [[each.cause, each.fact.budget ?? "file"]] : [],
      ),
      ceiling: notes.find(({ subject }) => subject === "budget")?.cause,
      orders: operations.filter(({ kind }) => kind === "order.issue").length,
    };
  };
  const cause = "another budget was said";
  expect(saying({ turns: 20 })).toEqual({
    records: [[cause, { turns: 20 }]],
    ceiling: "1 of 20 turns, $0.00 of $9.00 used",
    orders: 2,
  });
  expect(saying({ usd: 5 }, { turns: 20 })).toEqual({
    records: [[cause, { turns: 20, usd: 5 }]],
    ceiling: "1 of 20 turns, $0.00 of $5.00 used",
    orders: 2,
  });
  expect(saying({ "backend.turns": 1 }, { turns: 20 })).toEqual({
    records: [[cause, { turns: 20, "backend.turns": 1 }]],
    ceiling: "1 of 20 turns, $0.00 of $9.00 used",
    orders: 1,
  });
  // Of a role that the file no longer has.
  expect(saying(undefined, { turns: 20, "gone.turns": 1 }).orders).toBe(2);
  expect(saying(undefined, { turns: 20 })).toEqual({
    records: [],
    ceiling: "1 of 20 turns, $0.00 of $9.00 used",
    orders: 2,
  });
  expect(saying("file", { turns: 20 })).toEqual({
    records: [[cause, "file"]],
    ceiling: "1 of 1 turns, $0.00 of $9.00 used",
    orders: 0,
  });
});

test("a role that has used up its own budget waits alone, and is told how it goes on", () => {
  const own = [aRole("backend", { budget: { turns: 3, usd: 2 } }), aRole("frontend")];
  const crew = aCrew(...own, settings({ budget: { turns: 100 } }));
  const more = aBead("more", { labels: ["backend"] });
  const reported = (turns: number) =>
    aProject(
      crew,
      withBeads(given(login, "backend"), more, form),
      anOrder("login.1.1", "backend"),
      aReport("login.1.1", "backend", "work1", { state: "failed", turns, spent: { ...nothing, usd: 0.5 } }),
    );
  expect(issued(reported(3), crew)).toMatchInlineSnapshot(`
    "order.issue:form.1.1 (ready)
    . budget: 3 of 100 turns used
    . budget backend: 3 of 3 turns, $0.50 of $2.00 used
    . order login.1.2: waits: the budget of backend is used up (3 of 3 turns)
    ! budget backend: the budget of backend is used up: 3 of 3 turns. It is given nothing more until it is raised
        crew up --budget backend.turns=6
    = working"
  `);
  // The next order has what is left of its turns.
  const orders = plan(crew, reported(2), { startedAtMs: 0, allowRedBase: false }).operations.flatMap((each) =>
    each.kind === "order.issue" ? [[each.order.role, each.order.turns ?? "all"]] : [],
  );
  expect(orders).toEqual([
    ["backend", 1],
    ["frontend", "all"],
  ]);
  expect(allowedTo(issuedBefore("backend"), { crew, world: reported(2) })).toEqual({ usd: 1.5 });
  expect(allowedTo(issuedBefore("frontend"), { crew, world: reported(2) })).toEqual({});
});

test("whichever of the project's and the role's budget is reached first stops it", () => {
  const crew = aCrew(aRole("backend", { budget: { turns: 3 } }), settings({ budget: { turns: 3, usd: 1 } }));
  const world = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1", { state: "failed", turns: 3, spent: nothing }),
  );
  const commands = (budget?: BudgetWish) =>
    plan(crew, world, { startedAtMs: 0, allowRedBase: false, ...(budget && { budget }) }).attention.flatMap((each) =>
      each.kind === "budget" ? each.commands : [],
    );
  expect([commands(), commands({ turns: 6 }), commands({ turns: 6, "backend.turns": 6 })]).toEqual([
    ["crew up --budget turns=6"],
    ["crew up --budget backend.turns=6"],
    [],
  ]);
});

test("an order is told what is left in dollars and time; on a subscription, in time alone", () => {
  const subscribed = aRole("frontend", { credential: { variable: "TOKEN", billing: "subscription" } });
  const crew = aCrew(aRole("backend"), subscribed, settings({ budget: { usd: 2, hours: 1 } }));
  const world = aProject(
    crew,
    withBeads(login, form),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1", { spent: { ...nothing, seconds: 600, usd: 1.5 } }),
  );
  expect([
    allowedTo(issuedBefore("backend"), { crew, world }),
    allowedTo(issuedBefore("frontend"), { crew, world }),
  ]).toEqual([{ usd: 0.5, seconds: 3_000 }, { seconds: 3_000 }]);
});

test("an order is told what a person says holds, of no limit where there is none, and of nothing left where there is less", () => {
  const crew = (budget: object) => aCrew(...roles, settings({ budget }));
  const world = aProject(
    crew({}),
    withBeads(login),
    anOrder("login.1.1", "backend"),
    aReport("login.1.1", "backend", "work1", { spent: { ...nothing, seconds: 7_200, usd: 1.5 } }),
  );
  const said = structuredClone(world);
  Object.assign(said.repository.facts.project ?? {}, { budget: { usd: 4 } });
  const spoken = withBudget(crew({ usd: 1 }), { world: said, options: { startedAtMs: 0, allowRedBase: false } });
  expect(allowedTo(issuedBefore("backend"), { crew: spoken, world: said })).toEqual({ usd: 2.5 });
  expect(
    [{ turns: 3 }, { usd: 1, hours: 1 }].map((budget) =>
      allowedTo(issuedBefore("backend"), { crew: crew(budget), world }),
    ),
  ).toEqual([{}, { usd: 0, seconds: 0 }]);
});

test("an order that is delivered again in the pass that raises the budget has the new rest", () => {
  const crew = aCrew(...roles, settings({ budget: { usd: 2 } }));
  const world = aProject(
    crew,
    withBeads(given(login, "backend")),
    anOrder("login.1.1", "backend"),
    anInstance("backend", {}),
  );
  const left = (budget?: BudgetWish) => {
    const options = { startedAtMs: 0, allowRedBase: false, ...(budget && { budget }) };
    return plan(crew, world, options).operations.flatMap((each) => (each.kind === "order.deliver" ? [each.left] : []));
  };
  expect([left(), left({ usd: 5 })]).toEqual([[{ usd: 2 }], [{ usd: 5 }]]);
});

/** What each order that is issued has, in dollars or seconds. */
const sharesIn = (crew: ReturnType<typeof aCrew>, world: ReturnType<typeof aProject>) =>
  plan(crew, world, { startedAtMs: 0, allowRedBase: false }).operations.flatMap((each) =>
    each.kind === "order.issue" ? [[each.order.role, each.order.share?.usd ?? each.order.share?.seconds ?? "all"]] : [],
  );

test("dollars are shared by the roles that may be at work at the same time, and never given twice", () => {
  const crew = aCrew(...roles, settings({ budget: { usd: 10 } }));
  expect(sharesIn(crew, aProject(crew, withBeads(login)))).toEqual([["backend", 10]]);
  const both = [
    ["backend", 5],
    ["frontend", 5],
  ];
  expect(sharesIn(crew, aProject(crew, withBeads(login, form)))).toEqual(both);
  // The form waits for the login, and its share for it.
  const blocked = aBead("form", { labels: ["frontend"], blockedBy: ["login"] });
  expect(sharesIn(crew, aProject(crew, withBeads(login, blocked)))).toEqual([["backend", 5]]);
  const alone = aCrew(...roles, settings({ budget: { usd: 10 }, maxParallel: 1 }));
  expect(sharesIn(alone, aProject(alone, withBeads(login, form)))).toEqual([["backend", 10]]);
  const hours = aCrew(...roles, settings({ budget: { hours: 1 } }));
  expect(sharesIn(hours, aProject(hours, withBeads(login, form)))).toEqual([
    ["backend", 1800],
    ["frontend", 1800],
  ]);
  const free = aCrew(...roles, settings({ budget: { turns: 10 } }));
  expect(sharesIn(free, aProject(free, withBeads(login, form)))).toEqual([
    ["backend", "all"],
    ["frontend", "all"],
  ]);
});

test("what an order at work has is nobody else's, whatever the others used meanwhile", () => {
  const crew = aCrew(...roles, settings({ budget: { usd: 10 } }));
  const world = (share: number, usd: number) =>
    aProject(
      crew,
      withBeads(given(login, "backend"), given(form, "frontend")),
      anOrder("login.1.1", "backend", { share: { usd: share } }),
      atWork("backend", "login.1.1"),
      anOrder("form.1.1", "frontend", { share: { usd: 10 - share } }),
      aReport("form.1.1", "frontend", "work1", { state: "failed", turns: 1, spent: { ...nothing, usd } }),
    );
  expect(sharesIn(crew, world(5, 3))).toEqual([["frontend", 2]]);
  expect(sharesIn(crew, world(7.5, 2.5))).toEqual([]);
  expect(issued(world(7.5, 2.5), crew)).toContain("waits: the rest of the budget is with orders at work");
  expect(issued(world(7.5, 11), crew)).toContain("waits: the budget is used up ($11.00 of $10.00)");
});

test("a role's own dollars bound its share; one on a subscription has none and takes none", () => {
  const own = aCrew(aRole("backend", { budget: { usd: 2 } }), aRole("frontend"), settings({ budget: { usd: 10 } }));
  expect(sharesIn(own, aProject(own, withBeads(login, form)))).toEqual([
    ["backend", 2],
    ["frontend", 8],
  ]);
  const subscribed = aRole("backend", { credential: { variable: "TOKEN", billing: "subscription" } });
  const crew = aCrew(subscribed, aRole("frontend"), settings({ budget: { usd: 10 } }));
  expect(sharesIn(crew, aProject(crew, withBeads(login, form)))).toEqual([
    ["backend", "all"],
    ["frontend", 10],
  ]);
});

test("an order is delivered with its share, again and again", () => {
  const crew = aCrew(...roles, settings({ budget: { usd: 10 } }));
  const share = { usd: 2.5 };
  const order = anOrder("login.1.1", "backend", { share });
  const world = aProject(crew, withBeads(given(login, "backend")), order, anInstance("backend", {}));
  const delivered = plan(crew, world, { startedAtMs: 0, allowRedBase: false, budget: { usd: 50 } }).operations;
  expect(delivered.flatMap((each) => (each.kind === "order.deliver" ? [each.left] : []))).toEqual([share]);
});

test("orders side by side never have more than the budget, whatever they use and whoever comes", () => {
  const names = ["a", "b", "c", "d", "e"];
  const step = fc.record({ role: fc.nat(4), part: fc.double({ min: 0, max: 1, noNaN: true }) });
  const stories = fc.record({
    usd: fc.double({ min: 0.01, max: 50, noNaN: true }),
    maxParallel: fc.integer({ min: 1, max: 5 }),
    steps: fc.array(step, { maxLength: 12 }),
  });
  fc.assert(
    fc.property(stories, ({ usd, maxParallel, steps }) => {
      const crew = aCrew(...names.map((name) => aRole(name)), settings({ budget: { usd }, maxParallel }));
      const beads = names.flatMap((name) => [1, 2, 3].map((n) => aBead(`${name}${n}`, { labels: [name] })));
      let world = aProject(crew, withBeads(...beads));
      let used = 0;
      for (const { role, part } of steps) {
        const { repository } = world;
        const issuedNow = plan(crew, world, { startedAtMs: 0, allowRedBase: false }).operations.flatMap((each) =>
          each.kind === "order.issue" ? [{ ...each.order, start: oid("base") }] : [],
        );
        const orders = [...repository.orders, ...issuedNow];
        const out = orders.filter(
          ({ id }) => !repository.reports.some((each) => formatOrderId(each.id) === formatOrderId(id)),
        );
        expect(
          used + out.reduce((sum, { share }) => sum + (share?.usd ?? Number.POSITIVE_INFINITY), 0),
        ).toBeLessThanOrEqual(usd + 0.01);
        const ended = out[role % Math.max(1, out.length)];
        world = { ...world, repository: { ...repository, orders } };
        if (!ended) continue;
        const spent = { ...nothing, usd: part * (ended.share?.usd ?? 0) };
        used += spent.usd;
        world = aReport(formatOrderId(ended.id), ended.role, "base", { state: "withdrawn", turns: 1, spent })(world);
      }
    }),
    { numRuns: 30 },
  );
});
