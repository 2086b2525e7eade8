// What git's merge has a case of its own for: each gives the right tree, or says which paths a person or an agent must
// look at. Everything here is real git.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitBench, gitBench } from "./git-bench.ts";
import { type Entries, executable, gitlink, link, long, merged, overBase, treeCommit } from "./tree-commits.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

interface Case {
  readonly name: string;
  readonly before?: Entries;
  readonly target: Entries;
  readonly source: Entries;
  /** Of the merge, or the paths that conflict. */
  readonly result: Entries | readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "renamed here, changed there",
    before: { old: long },
    target: { old: null, new: long },
    source: { old: `${long}seven\n` },
    result: { new: `${long}seven\n` },
  },
  {
    name: "renamed alike, changed on either side",
    before: { old: long },
    target: { old: null, new: `zero\n${long}` },
    source: { old: null, new: `${long}seven\n` },
    result: { new: `zero\n${long}seven\n` },
  },
  {
    name: "one file renamed to two names",
    before: { old: long },
    target: { old: null, ours: long },
    source: { old: null, theirs: long },
    result: ["old", "ours", "theirs"],
  },
  {
    name: "two files renamed to one name",
    before: { a: long, b: long.toUpperCase() },
    target: { a: null, c: long },
    source: { b: null, c: long.toUpperCase() },
    result: ["c"],
  },
  {
    name: "renamed here, deleted there",
    before: { old: long },
    target: { old: null, new: long },
    source: { old: null },
    result: ["new"],
  },
  {
    name: "a folder renamed here, a file added to it there",
    before: { "old/a": long, "old/b": long.toUpperCase() },
    target: { "old/a": null, "old/b": null, "new/a": long, "new/b": long.toUpperCase() },
    source: { "old/c": "c\n" },
    result: ["new/c"],
  },
  {
    name: "deleted here, changed there",
    before: { x: long },
    target: { x: null },
    source: { x: "x\n" },
    result: ["x"],
  },
  {
    name: "changed here, deleted there",
    before: { x: long },
    target: { x: "x\n" },
    source: { x: null },
    result: ["x"],
  },
  {
    name: "deleted on both sides",
    before: { x: long },
    target: { x: null },
    source: { x: null, y: "y\n" },
    result: { y: "y\n" },
  },
  {
    name: "made executable here, changed there",
    before: { run: long },
    target: { run: executable(long) },
    source: { run: `${long}seven\n` },
    result: { run: executable(`${long}seven\n`) },
  },
  {
    name: "no longer executable there",
    before: { run: executable(long) },
    target: { run: executable(`zero\n${long}`) },
    source: { run: long },
    result: { run: `zero\n${long}` },
  },
  {
    name: "added on both sides, executable on one",
    target: { run: long },
    source: { run: executable(long) },
    result: ["run"],
  },
  {
    name: "a link turned elsewhere here, its target changed there",
    before: { at: link("a"), a: long },
    target: { at: link("b") },
    source: { a: `${long}seven\n` },
    result: { at: link("b"), a: `${long}seven\n` },
  },
  {
    name: "a link turned to two places",
    before: { at: link("a") },
    target: { at: link("b") },
    source: { at: link("c") },
    result: ["at"],
  },
  {
    name: "a file that becomes a link here and is changed there",
    before: { x: long },
    target: { x: link("README.md") },
    source: { x: `${long}seven\n` },
    result: ["x"],
  },
  {
    name: "a file that becomes a link here and is as it was there",
    before: { x: long },
    target: { x: link("README.md") },
    source: { y: "y\n" },
    result: { x: link("README.md"), y: "y\n" },
  },
  {
    name: "a file that becomes a folder here and is changed there",
    before: { x: long },
    target: { x: null, "x/y": "y\n" },
    source: { x: `${long}seven\n` },
    result: ["x"],
  },
  {
    name: "a submodule moved on here",
    before: { lib: gitlink("1") },
    target: { lib: gitlink("2") },
    source: { y: "y\n" },
    result: { lib: gitlink("2"), y: "y\n" },
  },
  {
    name: "a submodule moved on there",
    before: { lib: gitlink("1") },
    target: { y: "y\n" },
    source: { lib: gitlink("2") },
    result: { lib: gitlink("2"), y: "y\n" },
  },
  {
    name: "a submodule moved on alike",
    before: { lib: gitlink("1") },
    target: { lib: gitlink("2") },
    source: { lib: gitlink("2"), y: "y\n" },
    result: { lib: gitlink("2"), y: "y\n" },
  },
  {
    name: "a submodule moved to two commits",
    before: { lib: gitlink("1") },
    target: { lib: gitlink("2") },
    source: { lib: gitlink("3") },
    result: ["lib"],
  },
  {
    name: "a submodule removed here, moved on there",
    before: { lib: gitlink("1") },
    target: { lib: null },
    source: { lib: gitlink("2") },
    result: ["lib"],
  },
  {
    name: "a submodule that becomes a folder here and moves on there",
    before: { lib: gitlink("1") },
    target: { lib: null, "lib/a": "a\n" },
    source: { lib: gitlink("2") },
    result: ["lib"],
  },
  { name: "an empty commit there", target: { y: "y\n" }, source: {}, result: { y: "y\n" } },
  { name: "an empty commit here", target: {}, source: { y: "y\n" }, result: { y: "y\n" } },
  { name: "empty commits on both sides", target: {}, source: {}, result: {} },
  {
    name: "a submodule where the other side has a file of that name",
    target: { lib: "lib\n" },
    source: { lib: gitlink("1") },
    result: ["lib"],
  },
  {
    name: ".beads is a file there",
    target: { ".beads/issues.jsonl": "target\n" },
    source: { ".beads/issues.jsonl": null, ".beads": "source\n", y: "y\n" },
    result: { ".beads/issues.jsonl": "target\n", y: "y\n" },
  },
  {
    name: ".beads is a file here",
    target: { ".beads/issues.jsonl": null, ".beads": "target\n" },
    source: { ".beads/issues.jsonl": "source\n", y: "y\n" },
    result: { ".beads/issues.jsonl": null, ".beads": "target\n", y: "y\n" },
  },
  {
    name: "lines that end in CR LF stay so",
    before: { x: long.replaceAll("\n", "\r\n") },
    target: { x: `zero\n${long}`.replaceAll("\n", "\r\n") },
    source: { x: `${long}seven\n`.replaceAll("\n", "\r\n") },
    result: { x: `zero\n${long}seven\n`.replaceAll("\n", "\r\n") },
  },
  {
    name: "line endings changed here, a line there",
    before: { x: long.replaceAll("\n", "\r\n") },
    target: { x: long },
    source: { x: `${long}seven\n`.replaceAll("\n", "\r\n") },
    result: ["x"],
  },
];

test.each(cases)("merging $name", async ({ before = {}, target: ours, source: theirs, result }) => {
  const base = treeCommit(bench, { parents: [bench.base], entries: before });
  const target = treeCommit(bench, { parents: [base], entries: ours });
  const source = treeCommit(bench, { parents: [base], entries: theirs });
  expect(await merged(bench, target, source)).toEqual(
    Array.isArray(result) ? result : overBase(bench, result as Entries),
  );
});
