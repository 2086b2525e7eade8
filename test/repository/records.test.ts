// Records are read as they were written, whatever agents put into them; what crew did not write is told.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Order, Report } from "../../src/model/records.ts";
import { parseFact, parseVerdict, recordJson } from "../../src/repository/facts.ts";
import { placeOf, placeRef } from "../../src/repository/layout.ts";
import { candidateMessage, parseTrailers } from "../../src/repository/message.ts";
import { orderMessage, parseOrder, parseReport, pinsOf, reportMessage } from "../../src/repository/records.ts";
import { anOrder, aProjectFact, aVerdict } from "./contract.ts";
import { type GitBench, gitBench } from "./git-bench.ts";

const oid = (digit: string) => digit.repeat(40);
const line = fc.stringMatching(/^[ -~ü✓]{0,60}$/).map((text) => text.trim());
const body = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", ""));
const hostile = fc.constantFrom(
  "",
  "\n",
  "\n\n",
  "Order: x",
  "Crew-Bead: y 1",
  "a\n\nCrew-Bead: shop-9 1\n",
  "\r\n",
  " x ",
);

describe("round trips", () => {
  test("orders", () => {
    const share = fc.constantFrom({}, { usd: 0.0001 }, { usd: 1e9, seconds: 1e12 }, { seconds: 0 });
    const billing = fc.constantFrom("subscription" as const, "per token" as const);
    const orders = fc.record({ cause: line, words: fc.oneof(body, hostile), counts: fc.boolean(), share, billing });
    fc.assert(
      fc.property(orders, (fields) => {
        const order: Order = { ...anOrder(oid("a")), merge: oid("b"), ...fields };
        const commit = {
          oid: oid("c"),
          tree: oid("d"),
          parents: pinsOf(order),
          committedAt: 0,
          message: orderMessage(order),
        };
        expect(parseOrder(commit, order.id, "ref")).toEqual(order);
      }),
    );
  });

  test("reports", () => {
    fc.assert(
      fc.property(line, fc.oneof(body, hostile), fc.nat(), (note, detail, turns) => {
        const report: Report = {
          id: { subject: "up/backend", round: 2, attempt: 3 },
          role: "backend",
          state: "failed",
          commit: oid("a"),
          tree: oid("b"),
          turns,
          note,
          detail,
          oneSided: true,
          reaches: ["login.1.1"],
          protects: [".github/a b", 'say "x"'],
          own: ["a  b", "ü\u202e\n\u2028.ts"],
        };
        const message = reportMessage(report);
        const commit = { oid: oid("c"), tree: oid("b"), parents: [oid("a")], committedAt: 0, message };
        expect(parseReport(commit, report.id, "ref")).toEqual(report);
      }),
    );
  });

  test("facts and verdicts", () => {
    const project = { kind: "project", value: aProjectFact() } as const;
    expect(parseFact({ fact: "project", id: "" }, recordJson(project.value), "ref")).toEqual(project);
    const raised = {
      kind: "project",
      value: aProjectFact({ budget: { turns: 20, usd: 2.5, "dev.turns": 3 } }),
    } as const;
    expect(parseFact({ fact: "project", id: "" }, recordJson(raised.value), "ref")).toEqual(raised);
    const wrong = recordJson({ ...raised.value, budget: { turns: "20" } });
    expect(() => parseFact({ fact: "project", id: "" }, wrong, "ref")).toThrow("budget is not what it should be");
    fc.assert(
      fc.property(fc.string(), fc.integer(), (output, exitCode) => {
        const verdict = aVerdict(oid("a"), { output, exitCode, result: "setup-failed" });
        expect(parseVerdict(recordJson(verdict), "ref")).toEqual(verdict);
      }),
    );
  });

  test("no subject, role or gate of any kind adds a trailer", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          hostile,
          hostile.map((text) => `x${text}${text}`),
        ),
        (subject) => {
          const spec = { target: oid("a"), source: oid("b"), tree: oid("c"), role: "backend", gates: ["k1", "k2"] };
          const said = parseTrailers(candidateMessage({ ...spec, subject, bead: { id: "shop-1", round: 2 } }));
          expect(said).toEqual({ role: "backend", bead: { id: "shop-1", round: 2 }, gates: ["k1", "k2"] });
        },
      ),
    );
    const spec = { target: oid("a"), source: oid("b"), tree: oid("c"), subject: "x", role: "r", gates: [] };
    for (const forged of ["a\nCrew-Undo: x 1", "a b", ""]) {
      expect(() => candidateMessage({ ...spec, bead: { id: forged, round: 1 } })).toThrow("does not fit");
      expect(() => candidateMessage({ ...spec, gates: [forged] })).toThrow("does not fit");
    }
    expect(() => candidateMessage({ ...spec, role: "a\nCrew-Undo: x 1" })).toThrow("does not fit");
  });

  test("refs", () => {
    const root = "refs/crew/p/shop/";
    const id = { subject: "up/login-ui", round: 1, attempt: 12 };
    const places = [
      { kind: "start" },
      { kind: "tip", tip: "epic" },
      { kind: "order", id },
      { kind: "done", id: { ...id, subject: "shop-a3f8.1.2" } },
      { kind: "fact", fact: "project", id: "" },
      { kind: "fact", fact: "retry", id: "up/login-ui" },
      { kind: "fact", fact: "closing", id: "shop-12.1" },
      { kind: "gate", key: "abc" },
      { kind: "rescue", role: "backend", n: 3 },
      { kind: "shown", name: "epic" },
      { kind: "showing", name: "epic" },
    ] as const;
    for (const place of places) expect(placeOf(placeRef("shop", place).slice(root.length))).toEqual(place);
    for (const path of [
      "",
      "start/x",
      "tip",
      "order/x",
      "order/x/1",
      "fact/hold",
      "fact/project/x",
      "gate/a/b",
      "rescue/a/0",
      "z",
    ]) {
      expect([path, placeOf(path)]).toEqual([path, undefined]);
    }
  });
});

describe("what crew did not write", () => {
  let bench: GitBench;
  beforeEach(async () => {
    bench = await gitBench();
  });
  afterEach(() => bench.close());

  const observe = () => bench.repository.observe({ project: "shop", branches: new Map() });

  test("is an error that names the ref, never left out", async () => {
    const { git, work, base } = bench;
    const blob = (text: string) => git(work, ["hash-object", "-w", "--stdin"], text);
    const commit = (message: string) => git(work, ["commit-tree", `${base}^{tree}`, "-p", base, "-m", message]);
    const header = `Order: x.1.1\nKind: bead\nRole: r\nStart: ${base}\nCounts: yes\nIssued: 1\nCause: c`;
    const cases: readonly (readonly [string, string, string])[] = [
      ["order/x/1.1", base, "it has no header"],
      ["order/x/1.1", blob("x"), "it is a blob, not a commit"],
      ["order/x/1.1", commit(`${header}\n\nwords`.replace("Kind: bead", "Kind: odd")), 'Kind is "odd"'],
      ["order/x/1.1", commit(`${header}\nKind: bead\n\nwords`), "Kind is there twice"],
      ["order/y/1.1", commit(`${header}\n\nwords`), "it is the record of x.1.1"],
      [
        "order/x/1.1",
        commit(`${header}\n\nwords`.replace(base, "0".repeat(40))),
        "its parents are not its start and merge",
      ],
      ["done/x/1.1", base, "it has no header"],
      [
        "done/x/1.1",
        git(work, ["commit-tree", `${base}^{tree}`, "-m", `${header}\n\nwords`]),
        "it does not have one parent",
      ],
      ["gate/k", blob("{"), "Expected property name"],
      ["gate/k", blob("[]"), "it is not a JSON object"],
      ["gate/k", blob(recordJson(aVerdict("t", { key: "other" }))), "it is the verdict other"],
      ["fact/retry/x", blob('{"round":"1"}'), "round is not what it should be"],
      ["fact/land", base, "it is a commit, not a blob"],
    ];
    for (const [path, object, why] of cases) {
      const ref = `refs/crew/p/shop/${path}`;
      git(work, ["update-ref", ref, object]);
      await expect(observe(), `${path}: ${why}`).rejects.toMatchObject({
        code: "internal",
        at: ref,
        message: expect.stringContaining(`The record at ${ref} cannot be read: ${why}`),
      });
      git(work, ["update-ref", "-d", ref]);
    }
    expect((await observe()).orders).toEqual([]);
  });

  test("a newer crew's record is told, since it might forbid what this one would do", async () => {
    bench.git(bench.work, ["update-ref", "refs/crew/p/shop/fact/quota/backend", bench.base]);
    await expect(observe()).rejects.toMatchObject({ code: "failed", hint: "A newer crew wrote it: use that one." });
  });
});
