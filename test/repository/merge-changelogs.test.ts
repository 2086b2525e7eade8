// Changelogs, to which everybody adds lines at the same place: git's built-in union keeps those of both sides.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitBench, gitBench } from "./git-bench.ts";
import { type Entries, executable, link, merged, overBase, treeCommit } from "./tree-commits.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

const log = "# Changes\n\n## Next\n\n- old\n";
const withLine = (line: string) => log.replace("- old", `- ${line}\n- old`);
const both = log.replace("- old", "- target\n- source\n- old");

/** The merge of what each side makes of the same tree. */
async function merging(sides: { readonly before: Entries; readonly target: Entries; readonly source: Entries }) {
  const base = treeCommit(bench, { parents: [bench.base], entries: sides.before });
  const [target, source] = [sides.target, sides.source].map((entries) =>
    treeCommit(bench, { parents: [base], entries }),
  );
  return await merged(bench, target ?? "", source ?? "");
}

const everywhere = (paths: readonly string[], text: string) => Object.fromEntries(paths.map((path) => [path, text]));

/** What each side adds a line to. */
function adding(paths: readonly string[]) {
  const [before, target, source] = [log, withLine("target"), withLine("source")].map((text) => everywhere(paths, text));
  return merging({ before: before ?? {}, target: target ?? {}, source: source ?? {} });
}

const changelogs = [
  ...["CHANGELOG", "CHANGES", "HISTORY", "NEWS"].flatMap((name) => [name, `${name}.md`, `${name}.rst`, `${name}.txt`]),
  ...["ChangeLog", "Changelog.md", "changelog.md", "changes.rst", "History.md", "news.TXT"].map(
    (name) => `packages/a b/${name}`,
  ),
];

test("lines that both sides add are both kept, in every spelling and folder", async () => {
  expect(await adding(changelogs)).toEqual(overBase(bench, everywhere(changelogs, both)));
});

test("no other file is merged so", async () => {
  const others = [
    ...[
      "CHANGELOG.ts",
      "CHANGELOG.md.bak",
      "old-CHANGELOG.md",
      "CHANGELOGS.md",
      "NEWS.json",
      "news.html",
      "history.py",
      "bin/history",
      "News",
    ],
    ...["CHANGELOG/next.md", "changes/1.txt", "README.md", "[Cc][Hh]", "CHANGELOG.md~"],
  ];
  expect(await adding(others)).toEqual(others.toSorted());
});

test("one that is new on both sides, or has no line break at its end, keeps both sides' lines", async () => {
  const result = await merging({
    before: { "NEWS.md": "old" },
    target: { "NEWS.md": "old\ntarget", "CHANGES.md": "target\n" },
    source: { "NEWS.md": "old\nsource", "CHANGES.md": "source\n" },
  });
  expect(result).toEqual(overBase(bench, { "NEWS.md": "old\ntarget\nsource", "CHANGES.md": "target\nsource\n" }));
});

test("what only one side changes is as there, and a line that both add is there once", async () => {
  const result = await merging({
    before: { "CHANGELOG.md": log, NEWS: log },
    target: { "CHANGELOG.md": withLine("both"), NEWS: "emptied\n" },
    source: { "CHANGELOG.md": withLine("both") },
  });
  expect(result).toEqual(overBase(bench, { "CHANGELOG.md": withLine("both"), NEWS: "emptied\n" }));
});

test("line endings stay", async () => {
  const dos = (text: string) => text.replaceAll("\n", "\r\n");
  const result = await merging({
    before: { "CHANGELOG.md": dos(log) },
    target: { "CHANGELOG.md": dos(withLine("target")) },
    source: { "CHANGELOG.md": dos(withLine("source")) },
  });
  expect(result).toEqual(overBase(bench, { "CHANGELOG.md": dos(both) }));
});

test("what is no matter of lines still conflicts: deleted, turned into a link, of another mode, binary", async () => {
  const result = await merging({
    before: { "CHANGELOG.md": log, CHANGES: log, NEWS: "\0old\n" },
    target: { "CHANGELOG.md": null, CHANGES: link("README.md"), "HISTORY.md": "x\n", NEWS: "\0target\n" },
    source: {
      "CHANGELOG.md": withLine("source"),
      CHANGES: withLine("source"),
      "HISTORY.md": executable("x\n"),
      NEWS: "\0source\n",
    },
  });
  expect(result).toEqual(["CHANGELOG.md", "CHANGES", "HISTORY.md", "NEWS"]);
});

/** What undoing the evidence makes of a tip whose changelog became this since; beside it lies one in a folder, and a file. */
async function undoing({ before, evidence, tip }: Readonly<Record<"before" | "evidence" | "tip", string>>) {
  const entries = (text: string) => ({ "CHANGELOG.md": text, "packages/ä b/NEWS": executable(text) });
  const first = treeCommit(bench, { parents: [bench.base], entries: entries(before) });
  const merge = treeCommit(bench, { parents: [first], entries: { ...entries(evidence), "x.txt": "x\n" } });
  const target = treeCommit(bench, { parents: [merge], entries: entries(tip) });
  await bench.repository.askUndo("shop", { bead: "shop-1", round: 1, evidence: merge, words: "", atMs: 1_000 });
  const undo = bench.git(bench.work, ["rev-parse", "refs/crew/p/shop/undo/shop-1/1"]);
  const found = await merged(bench, target, undo);
  return Array.isArray(found) ? found : Object.entries(found).filter(([path]) => !path.match(/^(README|src|\.beads)/));
}

const undoable: readonly [string, Readonly<Record<"evidence" | "tip" | "left", string>>][] = [
  ["nothing since", { evidence: withLine("mine"), tip: withLine("mine"), left: log }],
  [
    "a line above it and one below",
    {
      evidence: withLine("mine"),
      tip: log.replace("- old", "- above\n- mine\n- below\n- old"),
      left: log.replace("- old", "- above\n- below\n- old"),
    },
  ],
  [
    "several lines, and some at the end",
    {
      evidence: `${log.replace("- old", "- mine\n- mine too\n- old")}- last\n`,
      tip: `${log.replace("- old", "- mine\n- mine too\n- theirs\n- old")}- last\n- theirs at the end\n`,
      left: `${withLine("theirs")}- theirs at the end\n`,
    },
  ],
];
test.each(undoable)(
  "an undo takes its own lines out and leaves the others': %s",
  async (_, { evidence, tip, left }) => {
    expect(await undoing({ before: log, evidence, tip })).toEqual([
      ["CHANGELOG.md", left],
      ["packages/ä b/NEWS", ["100755", left]],
    ]);
  },
);

test("on its way up the undo takes them out there as well, where others have added lines since", async () => {
  const role = treeCommit(bench, { parents: [bench.base], entries: { NEWS: log } });
  const evidence = treeCommit(bench, { parents: [role], entries: { NEWS: withLine("mine") } });
  const epic = treeCommit(bench, {
    parents: [role, evidence],
    entries: { NEWS: log.replace("- old", "- mine\n- epic\n- old") },
  });
  await bench.repository.askUndo("shop", { bead: "shop-1", round: 1, evidence, words: "", atMs: 1_000 });
  const undo = bench.git(bench.work, ["rev-parse", "refs/crew/p/shop/undo/shop-1/1"]);
  const said = { subject: "Undo it", role: "dev", undo: { id: "shop-1", round: 1 }, gates: ["0123abcd"] };
  const undone = await bench.repository.writeCandidate({
    target: evidence,
    source: undo,
    tree: bench.git(bench.work, ["rev-parse", `${role}^{tree}`]),
    ...said,
  });
  expect(await merged(bench, epic, undone)).toEqual(overBase(bench, { NEWS: withLine("epic") }));
  // It never was in this one.
  const other = treeCommit(bench, { parents: [role], entries: { NEWS: withLine("other") } });
  expect(await merged(bench, other, undone)).toEqual(overBase(bench, { NEWS: withLine("other") }));
});

test("an undo whose lines were changed since, are there twice, or replaced others is a person's", async () => {
  const paths = ["CHANGELOG.md", "packages/ä b/NEWS"];
  const twice = log.replace("- old", "- mine\n- theirs\n- mine\n- old");
  expect(await undoing({ before: log, evidence: withLine("mine"), tip: withLine("mine, mended") })).toEqual(paths);
  expect(await undoing({ before: log, evidence: withLine("mine"), tip: twice })).toEqual(paths);
  const replaced = log.replace("- old", "- mine");
  expect(await undoing({ before: log, evidence: replaced, tip: `${replaced}- theirs\n` })).toEqual(paths);
});

test("one in .beads stays as in the target", async () => {
  const result = await merging({
    before: { ".beads/CHANGELOG.md": log },
    target: { ".beads/CHANGELOG.md": withLine("target") },
    source: { ".beads/CHANGELOG.md": withLine("source"), "y.txt": "y\n" },
  });
  expect(result).toEqual(overBase(bench, { ".beads/CHANGELOG.md": withLine("target"), "y.txt": "y\n" }));
});

test("neither the user's config nor what the sides say of attributes changes it", async () => {
  const { git, root, repository } = bench;
  git(root, ["config", "--global", "merge.union.driver", "false"]);
  git(root, ["config", "--global", "core.attributesFile", join(root, "attributes")]);
  writeFileSync(join(root, "attributes"), "CHANGELOG.md -merge\n");
  writeFileSync(join(repository.commonDir, "info", "attributes"), "CHANGELOG.md merge=binary\n*.txt merge=union\n");
  const attributes = { ".gitattributes": "CHANGELOG.md merge=binary\nsrc/app.txt merge=union\n" };
  const result = await merging({
    before: { ...attributes, "CHANGELOG.md": log },
    target: { "CHANGELOG.md": withLine("target"), "src/app.txt": "A\nb\nc\n" },
    source: { "CHANGELOG.md": withLine("source") },
  });
  expect(result).toEqual(overBase(bench, { ...attributes, "CHANGELOG.md": both, "src/app.txt": "A\nb\nc\n" }));
  const sides = { before: attributes, target: { "src/app.txt": "A\n" }, source: { "src/app.txt": "B\n" } };
  expect(await merging(sides)).toEqual(["src/app.txt"]);
});
