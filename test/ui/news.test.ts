// The line for people that each kind of operation leaves behind, and what of it is only housekeeping.
import { expect, test } from "vitest";
import type { CandidatePlan, OperationBody, OrderPlan } from "../../src/model/plan.ts";
import { operationLine } from "../../src/ui/operation-line.ts";
import { operationNews } from "../../src/ui/operation-news.ts";
import { anOperation, candidate, everyOperation } from "./operations.ts";
import { aCrew, anOrder, aReport, aVerdict, aWorld, epicId, oid, testGate } from "./sample.ts";

const crew = aCrew();

function said(body: OperationBody, cause = "because", world = aWorld()): string {
  const { mark, text } = operationNews(anOperation(body, { cause }), { crew, world });
  return `${mark}: ${text}`;
}

test("what people see of every kind, and what only --verbose shows", () => {
  const news = everyOperation.map((operation) => operationNews(operation, { crew }));
  expect(news.filter((each) => !each.isDetail).map(({ mark, text }) => `${mark}: ${text}`)).toMatchInlineSnapshot(`
    [
      "done: created bead auth-a3f8.1 "[AUTH/backend] POST /login"",
      "done: closed auth-a3f8.1",
      "done: opened auth-a3f8.1 again",
      "done: built image crew-build:0a1b2c3d",
      "going: setup npm ci because",
      "done: kept what setup made as image crew-setup:0f0f0f0f0f0f…",
      "done: started service backend/db",
      "done: stopped service backend/db",
      "done: paused service backend/db",
      "done: removed service db",
      "done: pulled image node:24",
      "done: a pull request of epic/auth into main is open and up to date",
      "done: merged auth-a3f8.1 into epic (test green)",
      "done: deleted branch feature/auth-backend",
      "done: removed the files of backend",
      "done: started backend",
      "done: stopped backend",
      "done: paused backend",
      "done: resumed backend",
      "trouble: backend is quarantined: ended 3 times in a row",
      "going: gave auth-a3f8.1 to backend",
      "done: withdrew auth-a3f8.1 from backend",
      "done: backend reported auth-a3f8.1: done, 1 turn",
      "done: backend is told at its next turn: Mind the time zones.",
      "going: gate test runs on the merge of auth-a3f8.1",
      "done: landed in main",
      "done: archived epic auth-a3f8",
    ]
  `);
  expect(news.filter((each) => each.isDetail).map(({ text }) => text)).toMatchInlineSnapshot(`
    [
      "auth-a3f8.2 is blocked by auth-a3f8.1",
      "assigned auth-a3f8.1 to crew/backend",
      "commented on auth-a3f8.1",
      "marked auth-a3f8.1: crew_merged",
      "recorded project auth",
      "recorded closing of auth-a3f8.1, round 1",
      "the epic begins at bbbbbbb",
      "tip epic begins at bbbbbbb",
      "tip epic follows to bbbbbbb",
      "removed image crew-setup:0f0f0f0f0f0f…",
      "cleared setup run 0f0f0f0f0f0f",
      "created service backend/db",
      "pushed 1 ref to origin",
      "looked at main on origin",
      "branch feature/auth-backend shows ccccccc",
      "cloned for backend",
      "created instance backend",
      "removed instance backend",
      "delivered auth-a3f8.1 to backend",
      "acknowledged report auth-a3f8.1.1.1",
      "gate test is green",
      "cleared gate run 77777777",
      "looked for unreported work of backend",
      "cleared the project's refs",
    ]
  `);
});

test("what is said when it fails", () => {
  const lines = everyOperation.map((operation) => operationLine(operation));
  expect(lines.map(({ verb, about }) => `could not ${verb} ${about}`)).toMatchInlineSnapshot(`
    [
      "could not create bead auth-a3f8.1",
      "could not link bead auth-a3f8.2",
      "could not claim bead auth-a3f8.1",
      "could not comment on bead auth-a3f8.1",
      "could not mark bead auth-a3f8.1",
      "could not close bead auth-a3f8.1",
      "could not open bead auth-a3f8.1",
      "could not record project auth",
      "could not record bead auth-a3f8.1",
      "could not pin start",
      "could not create tip epic",
      "could not move tip epic",
      "could not build image crew-build:0a1b2c3d",
      "could not run setup npm ci",
      "could not keep setup 0f0f0f0f0f0f",
      "could not remove image of setup 0f0f0f0f0f0f",
      "could not remove setup run 0f0f0f0f0f0f",
      "could not create service backend/db",
      "could not start service backend/db",
      "could not stop service backend/db",
      "could not pause service backend/db",
      "could not remove service db",
      "could not pull image node:24",
      "could not push to remote origin",
      "could not look at branch main on origin",
      "could not open a pull request for branch epic/auth",
      "could not merge bead auth-a3f8.1",
      "could not show branch feature/auth-backend",
      "could not delete branch feature/auth-backend",
      "could not create volume backend",
      "could not remove volume backend",
      "could not create instance backend",
      "could not start instance backend",
      "could not stop instance backend",
      "could not pause instance backend",
      "could not resume instance backend",
      "could not record the hold of role backend",
      "could not remove instance backend",
      "could not issue bead auth-a3f8.1",
      "could not deliver bead auth-a3f8.1",
      "could not withdraw bead auth-a3f8.1",
      "could not import the report of bead auth-a3f8.1",
      "could not tell bead auth-a3f8.1",
      "could not acknowledge report auth-a3f8.1.1.1",
      "could not run gate test",
      "could not collect gate test",
      "could not remove gate run 77777777",
      "could not land the epic in branch main",
      "could not rescue volume backend",
      "could not archive epic auth-a3f8",
      "could not clear epic auth-a3f8",
    ]
  `);
});

function orderOf(changes: Partial<OrderPlan> & { readonly attempt?: number }): OperationBody {
  const { attempt = 2, ...rest } = changes;
  return {
    kind: "order.issue",
    order: { ...anOrder(`${epicId}.1`, "backend", { attempt }), start: { kind: "commit", oid: oid("e") }, ...rest },
  };
}

test("an order that answers a report says why and which attempt it is", () => {
  const world = aWorld({ orders: [anOrder(`${epicId}.1`, "backend")] });
  const answers: readonly Partial<OrderPlan>[] = [
    { kind: "mend", cause: `gate test is red with ${epicId}.1` },
    { kind: "conflict", cause: "conflicts with epic in src/login.ts" },
    { kind: "failed", cause: "check failed: 2 tests" },
    { kind: "conflict", cause: "conflicts with epic in src/login.ts", counts: false },
    { kind: "refused", cause: "" },
    { kind: "retry", cause: "a person says so" },
  ];
  expect(answers.map((changes) => said(orderOf(changes), "because", world))).toMatchInlineSnapshot(`
    [
      "trouble: gate test is red with auth-a3f8.1; sent back to backend (2 of 3)",
      "trouble: auth-a3f8.1: conflicts with epic in src/login.ts; sent back to backend (2 of 3)",
      "trouble: auth-a3f8.1: check failed: 2 tests; sent back to backend (2 of 3)",
      "trouble: auth-a3f8.1: conflicts with epic in src/login.ts; sent back to backend",
      "trouble: auth-a3f8.1: refused; sent back to backend (2 of 3)",
      "going: gave auth-a3f8.1 to backend again: a person says so",
    ]
  `);
});

test("attempts are counted as planning counts them: since the last retry, free orders left out", () => {
  const orders = [1, 2, 3, 4].map((attempt) => anOrder(`${epicId}.1`, "backend", { attempt, counts: attempt !== 4 }));
  const retries = new Map([[`${epicId}.1`, { round: 1, attempt: 3, words: "", atMs: 0 }]]);
  const order = orderOf({ attempt: 5, kind: "failed", cause: "check failed" });
  expect(said(order, "because", aWorld({ orders, facts: { retries } }))).toBe(
    `trouble: ${epicId}.1: check failed; sent back to backend (1 of 3)`,
  );
});

test("merges: a bead, a move up, a move down, a person's commits, no gates", () => {
  const { bead: _bead, ...bare } = candidate;
  const move = (changes: Partial<CandidatePlan>, tip = "epic") =>
    said({ kind: "tip.move", tip, candidate: { ...bare, ...changes } });
  expect([
    said({ kind: "tip.move", tip: "epic", candidate }),
    move({ role: "frontend", move: "frontend" }),
    move({ role: "frontend", move: "epic" }, "frontend"),
    move({ person: oid("c") }),
    move({ person: oid("c"), gates: [] }),
  ]).toMatchInlineSnapshot(`
    [
      "done: merged auth-a3f8.1 into epic (test green)",
      "done: merged tip frontend into epic (test green)",
      "done: took epic into frontend (test green)",
      "done: merged commits on backend into epic (test green)",
      "done: merged commits on backend into epic (no gates)",
    ]
  `);
});

test("gates: a first red is run once more and only the second is news; flaky and failed setups always are", () => {
  const collect = (changes: Parameters<typeof aVerdict>[1]) => {
    const body: OperationBody = { kind: "gate.collect", verdict: aVerdict(oid("2"), changes) };
    const { isDetail, text } = operationNews(anOperation(body), { crew });
    return `${isDetail ? "detail" : "news"}: ${text}`;
  };
  expect([
    collect({}),
    collect({ result: "red", exitCode: 1 }),
    collect({ result: "red", exitCode: 1, runs: 2 }),
    collect({ flaky: true, runs: 2 }),
    collect({ result: "setup-failed", exitCode: 127 }),
  ]).toMatchInlineSnapshot(`
    [
      "detail: gate test is green",
      "detail: gate test is red (exit 1)",
      "news: gate test is red (exit 1)",
      "news: gate test is flaky: red, then green on the same tree",
      "news: setup of gate test failed (exit 127)",
    ]
  `);
  expect(
    said({ kind: "gate.start", key: "k.2", gate: testGate, commit: candidate }, "red: once more, to tell a flaky gate"),
  ).toMatchInlineSnapshot(`"going: gate test runs on the merge of auth-a3f8.1 (red: once more, to tell a flaky gate)"`);
});

test("reports: trouble with its reason, in the words of the order", () => {
  const order = anOrder(`${epicId}.1`, "backend");
  const report = {
    ...aReport(order, { note: "check failed: 2 tests", turns: 3 }),
    state: "failed",
    order: "x",
  } as const;
  expect(said({ kind: "report.import", order, report })).toMatchInlineSnapshot(
    `"trouble: backend reported auth-a3f8.1: failed, 3 turns (check failed: 2 tests)"`,
  );
});
