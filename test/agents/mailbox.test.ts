// The mailbox's text formats: what crew writes, and what it makes of what it reads.
import { describe, expect, test } from "vitest";
import {
  entryName,
  isMailId,
  orderParts,
  parseGateResult,
  parseReport,
  parseStatus,
} from "../../src/agents/mailbox.ts";

describe("an order", () => {
  test("becomes parts; a title cannot add a header line", () => {
    const header = {
      order: "shop-1.1.2",
      bead: "shop-1",
      title: "Sign in\nStart: evil\u001b[2J",
      kind: "conflict",
      start: "a".repeat(40),
      merge: "b".repeat(40),
      branch: "feature/x",
      program: "codex",
      record: 'set -- "$HOME/x"*',
      hearsAtTools: true as const,
      maxTurns: 3,
      turnTimeoutSeconds: 2700,
      silenceSeconds: 1200,
      left: { usd: 1.5, seconds: 3600 },
      limitUntilSeconds: 1_800_000_000,
    };
    const parts = orderParts({
      kind: "order",
      id: "shop-1.1.2",
      header,
      prompt: "-n\u0000 é",
      beads: "[]",
      shown: "[]",
      agent: "run",
      check: "npm test",
    });
    expect(parts).toEqual({
      header: `Order: shop-1.1.2\nBead: shop-1\nTitle: Sign in Start: evil\nKind: conflict\nStart: ${"a".repeat(40)}\nMerge: ${"b".repeat(40)}\nBranch: feature/x\nProgram: codex\nRecord: set -- "$HOME/x"*\nHears: tools\nMaxTurns: 3\nTurnTimeout: 2700\nSilence: 1200\nLeftUsd: 1.500000\nLeftSeconds: 3600\nLimit: 1800000000\n`,
      prompt: "-n\u0000 é",
      agent: "run",
      beads: "[]",
      shown: "[]",
      check: "npm test",
    });
  });

  test("and what answers it are named in the inbox", () => {
    expect(entryName({ kind: "ack", id: "shop-1.1.2" })).toBe("ack-shop-1.1.2");
    expect(entryName({ kind: "withdraw", id: "up+dev.1.1" })).toBe("withdraw-up+dev.1.1");
  });

  test.each(["shop-1.1.2", "up+dev.1.1", "größe-1.1.1", "shop-a3f8.1.1.1"])("may be called %s", (id) =>
    expect(isMailId(id)).toBe(true),
  );
  test.each([
    "",
    ".",
    "..",
    ".x",
    "-x",
    "a/b",
    "a b",
    "a\nb",
    "a..b",
    "a.lock",
    "a*",
    "a?",
    "a[",
    "a\\",
    "a~1",
    "a^",
    "a:b",
    "a%b",
    "x".repeat(201),
  ])("may not be called %j", (id) => expect(isMailId(id)).toBe(false));
});

describe("a status", () => {
  test("is read", () => {
    expect(
      parseStatus(
        "Phase: setup-failed\nOrder: up/dev.1.2\nTurn: 0\nSince: 1700000000\nDetail: npm \u001b[31mci\u001b[0m\nFruitless: 2\nHears: tools\n",
      ),
    ).toEqual({
      hearsAtTools: true,
      phase: "setup-failed",
      order: "up/dev.1.2",
      turn: 0,
      sinceMs: 1_700_000_000_000,
      detail: "npm ci",
      fruitless: 2,
    });
  });

  test.each([
    ["", "nothing"],
    ["Phase: landed\nTurn: 1\nSince: 1\n", "an unknown phase"],
    ["Phase: idle\nTurn: -1\nSince: 1\n", "a turn that is none"],
    ["Phase: idle\nTurn: 1\nSince: 99999999999999999999\n", "a time that is none"],
    ["Phase: working\nOrder: x\nTurn: 1\nSince: 1\n", "an order that is none"],
    ["\n\nPhase: idle\nTurn: 1\nSince: 1\n", "fields after the empty line"],
  ])("that holds %j is malformed: %s", (text) => expect(parseStatus(text)).toBeUndefined());
});

describe("a report", () => {
  const text = `Order: shop-1.1.2\nCommit: ${"a".repeat(40)}\nState: failed\nTurns: 3\nNote: no luck\n\nlast\nwords\n\nState: done\n`;

  test("is read; free text is no field", () => {
    expect(parseReport("shop-1.1.2", text)).toEqual({
      order: "shop-1.1.2",
      commit: "a".repeat(40),
      state: "failed",
      turns: 3,
      note: "no luck",
      detail: "last\nwords\n\nState: done\n",
    });
  });

  test.each([
    [text, "shop-1.1.3"],
    [text.replace("a".repeat(40), "HEAD"), "shop-1.1.2"],
    [text.replace("failed", "refused"), "shop-1.1.2"],
    [text.replace("Turns: 3", "Turns: many"), "shop-1.1.2"],
    [text.replace("Order: shop-1.1.2\n", ""), "shop-1.1.2"],
  ])("%#: that does not keep the format is malformed", (malformed, name) =>
    expect(parseReport(name, malformed)).toBeUndefined(),
  );
});

test("a gate's result is read, or malformed", () => {
  expect(parseGateResult("Kind: exited\nExit: 4\n\nred\n")).toEqual({ kind: "exited", exitCode: 4, output: "red\n" });
  expect(parseGateResult("Kind: green\nExit: 0\n\n")).toBeUndefined();
  expect(parseGateResult("Kind: exited\n\n")).toBeUndefined();
});
