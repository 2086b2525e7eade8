// What people tell agents, as it is planned: with the next order, and told of until it is heard.
import { expect, test } from "vitest";
import { hearing } from "../../src/model/message.ts";
import { aBead, closed, given } from "../builders/bead.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { aMailReport, anOrder, aProject, withBeads, withFacts, withMail } from "../builders/world.ts";

const crew = aCrew(aRole("backend"));
const words = `Use tabs, ${"and tabs alone, ".repeat(10)}\nplease`;
const told = withFacts({ messages: new Map([["1-a", { role: "backend", words, isUrgent: false, atMs: 1 }]]) });
const unheard =
  ". role backend: has not heard yet what a person told it: Use tabs, and tabs alone, and tabs alone, and tabs alone, a…";

test("it goes with the next order, and is told of until then", () => {
  expect(planText(crew, aProject(crew, told)).split("\n")).toContain(unheard);
  const login = aBead("login", { labels: ["backend"] });
  const text = planText(crew, aProject(crew, told, withBeads(login)));
  expect(text).toContain("told what a person said");
});

test("an order whose words hold it has been told", () => {
  const login = given(aBead("login", { labels: ["backend"] }), "backend");
  const world = aProject(crew, told, withBeads(login), anOrder("login.1.1", "backend", { tells: ["1-a"] }));
  expect(planText(crew, world)).not.toContain("has not heard");
});

const login = aBead("login", { labels: ["backend"] });
const logout = aBead("logout", { labels: ["backend"] });

test.each([
  ["lies in the mailbox for an order that is not wanted any more", { inbox: ["login.1.1", "tell-1-a"] }],
  ["is in such an order's report", { outbox: [aMailReport("login.1.1", { told: ["1-a"] })] }],
])("it goes with no other order while it %s", (_, mail) => {
  const withdrawn = [withBeads(closed(login), logout), anOrder("login.1.1", "backend")];
  const next = (...parts: Parameters<typeof aProject>[1][]) =>
    planText(crew, aProject(crew, told, ...withdrawn, ...parts))
      .split("\n")
      .find((line) => line.startsWith("order.issue:"));
  expect([next(), next(withMail("backend", mail))]).toEqual([
    "order.issue:logout.1.1 (ready; told what a person said)",
    "order.issue:logout.1.1 (ready)",
  ]);
});

test("that order is told at work what nobody has heard by then", () => {
  const world = aProject(
    crew,
    told,
    withBeads(closed(login), given(logout, "backend")),
    anOrder("login.1.1", "backend"),
  );
  const logoutAtWork = anOrder("logout.1.1", "backend");
  const text = (inbox: readonly string[]) => planText(crew, withMail("backend", { inbox })(logoutAtWork(world)));
  expect(text(["logout.1.1", "tell-1-a"])).not.toContain("1-a (a person told it)");
  expect(text(["logout.1.1"])).toContain("1-a (a person told it)");
});

test.each([
  ["at once", { words: "Stop.", isUrgent: true }, { hearsAtTools: true }],
  ["at its next tool call", { words: "x".repeat(7_999), isUrgent: false }, { hearsAtTools: true }],
  ["at its next turn", { words: "x".repeat(8_000), isUrgent: false }, { hearsAtTools: true }],
  ["at its next turn", { words: "Mind it.", isUrgent: false }, {}],
] as const)("it is heard %s", (expected, message, role) => {
  expect(hearing(message, role)).toBe(expected);
});
