// The branch tree as `crew graph` draws it, and the order in which `crew merge --dry-run` says that things would merge.
import { expect, test } from "vitest";
import type { Attention } from "../../src/model/attention.ts";
import { cellsOf } from "../../src/ui/cells.ts";
import { graphOf, graphText, mergeOrderOf, mergeOrderText } from "../../src/ui/graph.ts";
import { aCrew, anEpic, anInstance, aTip, aVerdict, aWorld, midway, oid, recorded, seen } from "./sample.ts";

const plain = { width: 80, color: false };

test("branches below what they merge into, each with its beads and what waits for it", () => {
  expect(graphText(graphOf(midway()), plain)).toMatchInlineSnapshot(`
    "main
    └─ epic  epic/auth  1/6 beads
       ├─ backend  feature/auth-backend  1/3 beads
       └─ frontend  feature/auth-frontend  0/1 beads
          │  → auth-a3f8.2  gate test runs
          └─ forms  feature/auth-forms  0/1 beads
    "
  `);
});

test("in merge order, and nothing where nothing waits", () => {
  expect(mergeOrderText(mergeOrderOf(midway()), plain)).toMatchInlineSnapshot(`
    "   WORK                                       INTO      STATE
    1  auth-a3f8.2  [AUTH/frontend] Sign-in form  frontend  gate test runs
    "
  `);
  expect(mergeOrderText({ queue: [], attention: [] }, plain)).toBe("Nothing waits to be merged.\n");
});

test("what waits for a person's word stands below, with the commands", () => {
  const { crew, world } = midway();
  const { repository } = world;
  const reports = repository.reports.map((report) =>
    report.id.subject === "auth-a3f8.2" ? { ...report, protects: [".github/workflows/ci.yml"] } : report,
  );
  const waiting = seen(crew, { ...world, repository: { ...repository, reports } });
  expect(mergeOrderText(mergeOrderOf(waiting), plain)).toMatchInlineSnapshot(`
    "Needs you
      ? auth-a3f8.2 waits for approval: it changes what is protected:
        .github/workflows/ci.yml
          crew diff auth-a3f8.2
          crew approve auth-a3f8.2
          crew reject auth-a3f8.2 -m …
    "
  `);
  const asked: Attention = {
    kind: "approval",
    subject: "x-1",
    reason: "x-1 waits for approval",
    commands: ["crew approve x-1"],
  };
  expect(mergeOrderText({ ...mergeOrderOf(midway()), attention: [asked] }, plain)).toMatchInlineSnapshot(`
    "   WORK                                       INTO      STATE
    1  auth-a3f8.2  [AUTH/frontend] Sign-in form  frontend  gate test runs

    Needs you
      ? x-1 waits for approval
          crew approve x-1
    "
  `);
});

test("a gate whose setup fails stands below with the commands, a role of which that is so does not", () => {
  const { crew, world } = midway();
  const { repository, runtime } = world;
  const failed = aVerdict(oid("3"), { result: "setup-failed", exitCode: 7, runs: 2 });
  const forms = anInstance("forms", { phase: "setup-failed", detail: "exit code 1" });
  const stopped = seen(crew, {
    ...world,
    repository: { ...repository, verdicts: new Map([[failed.key, failed]]) },
    runtime: { ...runtime, gates: new Map(), instances: new Map([...runtime.instances, ["forms", forms]]) },
  });
  expect(stopped.plan.attention.flatMap(({ kind, subject }) => (kind === "setup-failed" ? [subject] : []))).toEqual([
    "test",
    "forms",
  ]);
  expect(mergeOrderText(mergeOrderOf(stopped), plain)).toMatchInlineSnapshot(`
    "   WORK                                      INTO      STATE
    1  auth-a3f8.2  [AUTH/frontend] Sign-in fo…  frontend  setup of gate test failed

    Needs you
      ? Setup of gate test failed (exit 7). Nothing was judged; no attempt spent
          crew logs gate:test
          crew up
    "
  `);
});

test("a red base stands there, before anything waits", () => {
  const crew = aCrew();
  const red = aVerdict(oid("1"), { result: "red", exitCode: 3, runs: 2 });
  const parts = { beads: [anEpic()], tips: [aTip("epic", { oid: oid("b") })], facts: recorded(crew), verdicts: [red] };
  expect(mergeOrderText(mergeOrderOf(seen(crew, aWorld(parts))), plain)).toMatchInlineSnapshot(`
    "Needs you
      ? Gate test is red on main itself (exit 3). No agent started; nothing spent
          crew logs gate:test
          crew up
          crew up --allow-red-base
    "
  `);
});

test("no line is wider than the terminal", () => {
  const narrow = { width: 40, color: false };
  const text = `${graphText(graphOf(midway()), narrow)}${mergeOrderText(mergeOrderOf(midway()), narrow)}`;
  expect(text.split("\n").filter((line) => cellsOf(line) > 40)).toEqual([]);
});
