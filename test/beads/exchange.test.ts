// The exchange format, on lines that real `bd` binaries exported (samples/), and on what other programs put into it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { close, setMetadata } from "../../src/beads/edits.ts";
import { formatExchange, parseExchange } from "../../src/beads/exchange.ts";
import { importRows } from "../../src/beads/importing.ts";
import { type Ledger, ledgerOf, ledgerText, withRows } from "../../src/beads/ledger.ts";

const sample = (version: string): string =>
  readFileSync(new URL(`./samples/bd-${version}.jsonl`, import.meta.url), "utf8");
const stamp = { at: "2026-12-01T00:00:00.000Z", actor: "crew/test" };
const ledger = (text: string): Ledger => ledgerOf(parseExchange(text, "sample"));
const lineOf = (text: string, id: string): Record<string, unknown> =>
  JSON.parse(text.split("\n").find((line) => line.includes(`"id":"${id}"`)) ?? "null");

test("a line of bd 1.0.5 is read whole", () => {
  expect(ledger(sample("1.0.5")).beads.get("crew-t7v.1.1")).toEqual({
    id: "crew-t7v.1.1",
    title: "[AUTH/backend] Task 1",
    description: "new body\n2nd",
    acceptance: "AC text",
    notes: "N1\nN2\nN4 via note",
    status: "closed",
    type: "task",
    priority: 2,
    labels: ["backend", "s1"],
    assignee: "crew-backend",
    parent: "crew-t7v.1",
    blockedBy: [],
    metadata: { b: "true", n: "42", z: "1", crew_role: "backend", "crew.merged": "abc" },
    comments: [
      { author: "crew/backend", text: "first comment", createdAt: "2026-11-23T14:35:56Z" },
      { author: "crew/coord", text: "c2", createdAt: "2026-11-23T14:35:57Z" },
    ],
    closeReason: "Merged abc into main",
    createdAt: "2026-11-23T14:34:45Z",
    updatedAt: "2026-11-23T14:36:36Z",
  });
});

test.each(["0.47.1", "1.0.5"])("the tree and the graph of an export of bd %s", (version) => {
  const beads = [...ledger(sample(version)).beads.values()];
  const root = beads.find((bead) => bead.title === "[EPIC] AUTH")?.id;
  const short = (id: string | undefined) => id?.replace(root ?? "", "P") ?? "-";
  const lines = beads
    .filter((bead) => bead.id.startsWith(root ?? "none"))
    .map(
      (bead) => `${short(bead.id)} in ${short(bead.parent)} waits for ${bead.blockedBy.map(short).join() || "none"}`,
    );
  expect(lines.sort().join("\n")).toMatchInlineSnapshot(`
    "P in - waits for none
    P.1 in P waits for none
    P.1.1 in P.1 waits for none
    P.1.2 in P.1 waits for none
    P.1.3 in P.1 waits for none
    P.2 in P waits for P.1
    P.2.1 in P.2 waits for P.1.1
    P.2.2 in P.2 waits for P.1.2
    P.3 in P waits for none
    P.3.1 in P.3 waits for P.2.1
    P.3.2 in P.3 waits for none"
  `);
});

test.each(["0.47.1", "1.0.5"])("an export of bd %s that is only read is written as it stood, but sorted", (version) => {
  const lines = sample(version).trim().split("\n");
  const written = formatExchange(parseExchange(sample(version), "sample"));
  expect(written.trim().split("\n").sort()).toEqual(lines.sort());
});

test("a changed line keeps what crew does not read", () => {
  const before = ledger(sample("1.0.5"));
  const change = setMetadata("crew-t7v.1.1", "crew_merged", "3c4d")(before, stamp);
  const after = ledgerText(withRows(before, change?.rows ?? []));
  const old = lineOf(sample("1.0.5"), "crew-t7v.1.1");
  expect(lineOf(after, "crew-t7v.1.1")).toEqual({
    ...old,
    metadata: { ...(old.metadata as object), crew_merged: "3c4d" },
    updated_at: stamp.at,
  });
  expect(Object.keys(lineOf(after, "crew-t7v.1.1"))).toEqual(Object.keys(old));
});

test("a closed bead has the fields that bd demands of one", () => {
  const before = ledger(sample("0.47.1"));
  const change = close("crew-acy.1.2", "landed in main 3c4d")(before, stamp);
  expect(lineOf(ledgerText(withRows(before, change?.rows ?? [])), "crew-acy.1.2")).toMatchObject({
    status: "closed",
    closed_at: stamp.at,
    close_reason: "landed in main 3c4d",
    updated_at: stamp.at,
  });
});

test("deleted beads and lines of another kind are no beads, and stay", () => {
  const tombstone = '{"id":"a-1","title":"gone","status":"tombstone","deleted_at":"2026-01-01T00:00:00Z"}';
  const memory = '{"_type":"memory","key":"k","value":12345678901234567890}';
  const event = '{"_type":"event","id":"a-2"}';
  const bead = '{"id":"a-2","title":"x","odd":1.50}';
  const read = ledger([memory, event, bead, tombstone].join("\n"));
  expect([...read.beads.keys()]).toEqual(["a-2"]);
  expect(ledgerText(read)).toBe(`${[tombstone, bead, memory, event].join("\n")}\n`);
  const again = importRows(read, parseExchange([memory, event, bead, tombstone].join("\n"), "import"));
  expect(again).toEqual({ change: undefined, summary: { created: [], updated: [], skipped: ["a-2", "a-1"] } });
});

test("an import deletes what the newer line says is deleted, and brings it back if a newer one says so", () => {
  const at = (day: number, more: object) =>
    parseExchange(JSON.stringify({ id: "a-1", title: "x", updated_at: `2026-01-0${day}T00:00:00Z`, ...more }), "t");
  const alive = ledgerOf(at(1, { labels: ["old"] }));
  const deleted = withRows(alive, importRows(alive, at(2, { status: "tombstone" })).change?.rows ?? []);
  expect(deleted.beads.size).toBe(0);
  expect(importRows(deleted, at(1, {})).change).toBeUndefined();
  const back = withRows(deleted, importRows(deleted, at(3, { labels: ["new"] })).change?.rows ?? []);
  expect(back.beads.get("a-1")?.labels).toEqual(["new"]);
});

test("a newer parent takes the place of the older, and counts of an export are not kept", () => {
  const line = (day: number, parent: string) =>
    JSON.stringify({
      id: "a-1",
      title: "x",
      updated_at: `2026-01-0${day}T00:00:00Z`,
      dependency_count: 3,
      dependencies: [{ issue_id: "a-1", depends_on_id: parent, type: "parent-child" }],
    });
  const first = importRows(ledgerOf([]), parseExchange(line(1, "a"), "t")).change?.rows ?? [];
  const second = importRows(ledgerOf(first), parseExchange(line(2, "b"), "t")).change?.rows ?? [];
  expect(JSON.parse(ledgerText(ledgerOf(second)))).toEqual({
    id: "a-1",
    title: "x",
    updated_at: "2026-01-02T00:00:00Z",
    dependencies: [{ issue_id: "a-1", depends_on_id: "b", type: "parent-child" }],
  });
});

test("an edge of another bead that stands in a line is not this bead's", () => {
  const dependencies = [
    { issue_id: "b-9", depends_on_id: "b-1", type: "parent-child" },
    { issue_id: "a-1", depends_on_id: "b-2", type: "blocks" },
    { issue_id: "a-1", depends_on_id: "b-3", type: "blocked-by" },
    { issue_id: "a-1", depends_on_id: "b-4", type: "related" },
  ];
  const bead = ledger(JSON.stringify({ id: "a-1", title: "x", dependencies })).beads.get("a-1");
  expect(bead).toMatchObject({ blockedBy: ["b-2"] });
  expect(bead).not.toHaveProperty("parent");
});

test("every bad line is told, with its place", () => {
  const lines = [
    '{"id":"a-1","title":"fine"}',
    "",
    '{"id":"a-1","title":"twice"}',
    '{"id":"a/b","title":"x"}',
    '{"id":"a-2","title":"","metadata":"{}","labels":"x","dependencies":[{}],"comments":[1],"notes":3}',
    "<<<<<<< ours",
  ];
  expect(() => parseExchange(`\uFEFF${lines.join("\r\n")}`, "beads.jsonl")).toThrowErrorMatchingInlineSnapshot(`
    [CrewError: Cannot read beads:
      beads.jsonl:3: a-1 is already on line 1
      beads.jsonl:4: id "a/b" may hold only letters, digits, '.', '_' and '-'
      beads.jsonl:5: title is missing
      beads.jsonl:5: notes must be text
      beads.jsonl:5: metadata must be an object
      beads.jsonl:5: labels must be a list of texts
      beads.jsonl:5: dependencies must be a list of {depends_on_id, type}
      beads.jsonl:5: comments must be a list of objects
      beads.jsonl:6: not a JSON object]
  `);
});
