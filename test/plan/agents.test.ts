// What agent programs sign in with, and who waits when one of them has met a limit.
import { expect, test } from "vitest";
import type { MailStatus } from "../../src/model/world.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { nowMs } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import { aSecret } from "../builders/secret.ts";
import { anOrder, aProject, atPhase, withBeads, withMail } from "../builders/world.ts";

const agent = (preset: string) => ({ preset, turnTimeoutMs: 60_000, maxAttempts: 3 });
const signedIn = (value: string) => ({
  agent: agent("claude"),
  credential: { variable: "TOKEN", billing: "subscription" } as const,
  secrets: [{ ...aSecret("TOKEN", value), file: "/run/secrets/TOKEN", readers: ["agent"] } as const],
});
const crew = aCrew(
  aRole("ada", signedIn("one")),
  aRole("ann", signedIn("one")),
  aRole("bob", signedIn("two")),
  aRole("cyd", { agent: agent("codex") }),
);
const first = aBead("first", { labels: ["ada"] });
const others = ["ann", "bob", "cyd"].map((role) => aBead(`for-${role}`, { labels: [role] }));

const farMs = nowMs + 1_209_600_000;

const world = (untilMs: number) =>
  aProject(
    crew,
    withBeads(given(first, "ada"), ...others),
    anOrder("first.1.1", "ada"),
    withMail("ada", { inbox: ["first.1.1"] }),
    atPhase("ada", { phase: "limited", order: "first.1.1", detail: "usage limit", untilMs }),
  );

test("whoever shares the credential is given nothing before the limit's end; the others are", () => {
  expect(planText(crew, world(farMs))).toMatchInlineSnapshot(`
    "order.issue:for-bob.1.1 (ready)
        bead for bob at base···
    order.issue:for-cyd.1.1 (ready)
        bead for cyd at base···
    . instance ada: up to date
    . instance ann: up to date
    . instance bob: up to date
    . instance cyd: up to date
    . agent ada: claude signs in with TOKEN (subscription)
    . agent ann: claude signs in with TOKEN (subscription)
    . agent bob: claude signs in with TOKEN (subscription)
    . agent cyd: codex signs in with what the role brings
    . order for-ann.1.1: waits: ada has met the limit of TOKEN
    . bead first: with ada: order first.1.1
    . bead for-ann: ready for ann
    = working, in flight"
  `);
});

test("of a preset that nobody has run, the plan says so", () => {
  const team = aCrew(aRole("ada", { agent: agent("goose"), isUntried: true }));
  expect(planText(team, aProject(team))).toContain(
    ". agent ada: goose signs in with what the role brings; what crew knows of it is from its documentation, never run",
  );
});

test("what a preset's program can't do, the plan says", () => {
  const team = aCrew(aRole("ada", { agent: agent("aider"), cannot: "it runs no command" }));
  expect(planText(team, aProject(team))).toContain(
    ". agent ada: aider signs in with what the role brings; it runs no command",
  );
});

test("a limit that is over, or longer than any that is waited for, holds nobody back", () => {
  for (const untilMs of [0, farMs + 1000, 99_999_999_999_000, 999_999_999_999_000])
    expect(planText(crew, world(untilMs))).not.toContain("has met the limit");
});

test("what was issued before the limit was met is not delivered before its end", () => {
  const issued = (untilMs: number) =>
    planText(
      crew,
      aProject(
        crew,
        withBeads(given(first, "ada"), given(aBead("for-ann", { labels: ["ann"] }), "ann")),
        anOrder("first.1.1", "ada"),
        anOrder("for-ann.1.1", "ann"),
        withMail("ada", { inbox: ["first.1.1"] }),
        atPhase("ada", { phase: "limited", order: "first.1.1", detail: "usage limit", untilMs }),
      ),
    );
  expect(issued(farMs)).not.toContain("order.deliver");
  expect(issued(0)).toContain("order.deliver:for-ann.1.1");
});

test("who has an order in hand already, and is to ask its model yet, is told of the limit once", () => {
  const inHand = (status: Partial<MailStatus>) =>
    planText(
      crew,
      aProject(
        crew,
        withBeads(given(first, "ada"), given(aBead("for-ann", { labels: ["ann"] }), "ann")),
        anOrder("first.1.1", "ada"),
        anOrder("for-ann.1.1", "ann"),
        withMail("ada", { inbox: ["first.1.1"] }),
        atPhase("ada", { phase: "limited", order: "first.1.1", detail: "usage limit", untilMs: farMs }),
        withMail("ann", { inbox: ["for-ann.1.1"] }),
        atPhase("ann", { order: "for-ann.1.1", ...status }),
      ),
    );
  const deliver = "order.deliver:for-ann.1.1 (ada has met the limit of TOKEN)";
  expect(inHand({ phase: "setup" })).toContain(deliver);
  expect(inHand({ phase: "checking", limitUntilMs: farMs - 1 })).toContain(deliver);
  expect(inHand({ phase: "setup", limitUntilMs: farMs })).not.toContain("order.deliver");
  expect(inHand({ phase: "working" })).not.toContain("order.deliver");
});
