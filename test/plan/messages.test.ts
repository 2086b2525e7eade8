// What people tell agents, as it is planned: with the next order, and told of until it is heard.
import { expect, test } from "vitest";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { anOrder, aProject, withBeads, withFacts } from "../builders/world.ts";

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
