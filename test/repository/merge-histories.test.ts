// Histories that are no straight line: an agent's own merges, crossed ones, ones that begin elsewhere, and visible branches
// that a person has force-pushed.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Oid } from "../../src/model/names.ts";
import { type GitBench, gitBench } from "./git-bench.ts";
import { candidateOf, importing, merged, overBase, treeCommit, wholeTree } from "./tree-commits.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

describe("an agent that merges by itself", () => {
  const agents = (commit: Omit<Parameters<typeof treeCommit>[1], "in">) =>
    treeCommit(bench, { ...commit, in: bench.clone });

  test("its merge commits come with it, and what they bring is merged once", async () => {
    const { base } = bench;
    const tip = treeCommit(bench, { parents: [base], entries: { "tip.txt": "tip\n" } });
    bench.git(bench.clone, ["fetch", "-q", "origin", "refs/cases/*:refs/cases/*"]);
    const one = agents({ parents: [base], entries: { "src/app.txt": "A\nb\nc\n" } });
    const two = agents({ parents: [base], entries: { "src/app.txt": "a\nb\nC\n" } });
    const three = agents({ parents: [base], entries: { "three.txt": "3\n" } });
    // With a change that no side has, and the tip as one of three parents.
    const merge = agents({
      parents: [one, two, three],
      entries: { "src/app.txt": "A\nb\nC\n", "three.txt": "3\n", own: "own\n" },
    });
    const commit = agents({ parents: [merge, tip], entries: { "tip.txt": "tip\n" } });
    expect(await importing(bench, commit, bench.base)).toMatchObject({ state: "done", commit });
    const result = overBase(bench, {
      "src/app.txt": "A\nb\nC\n",
      "three.txt": "3\n",
      own: "own\n",
      "tip.txt": "tip\n",
    });
    const candidate = await candidateOf(bench, tip, commit);
    expect(wholeTree(bench, candidate)).toEqual(result);
    expect(await bench.parents(candidate)).toEqual([tip, commit]);
    expect(await merged(bench, candidate, two), "what is merged already changes nothing").toEqual(result);
  });

  test("crossed histories merge from their merged bases", async () => {
    const { base } = bench;
    const one = treeCommit(bench, { parents: [base], entries: { "src/app.txt": "A\nb\nc\n" } });
    const two = treeCommit(bench, { parents: [base], entries: { "src/app.txt": "a\nb\nC\n" } });
    const both = { "src/app.txt": "A\nb\nC\n" };
    const target = treeCommit(bench, { parents: [one, two], entries: { ...both, x: "x\n" } });
    const source = treeCommit(bench, { parents: [two, one], entries: { "src/app.txt": "A\nB\nC\n" } });
    expect(await merged(bench, target, source)).toEqual(overBase(bench, { "src/app.txt": "A\nB\nC\n", x: "x\n" }));
  });

  test("one that merges a history without a common beginning brings its files", async () => {
    const stranger = agents({ parents: [], entries: { "vendor/lib.txt": "lib\n" } });
    const commit = agents({ parents: [bench.base, stranger], entries: { "vendor/lib.txt": "lib\n" } });
    expect(await importing(bench, commit, bench.base)).toMatchObject({ state: "done", commit });
    const candidate = await candidateOf(bench, bench.base, commit);
    expect(wholeTree(bench, candidate)).toEqual(overBase(bench, { "vendor/lib.txt": "lib\n" }));
  });

  test("an empty commit is a report, and its candidate a merge that changes nothing", async () => {
    const commit = agents({ parents: [bench.base], entries: {}, message: "Nothing to do" });
    const report = await importing(bench, commit, bench.base);
    expect(report).toMatchObject({
      state: "done",
      commit,
      tree: bench.git(bench.work, ["rev-parse", `${bench.base}^{tree}`]),
    });
    const candidate = await candidateOf(bench, bench.base, commit);
    expect(await bench.parents(candidate)).toEqual([bench.base, commit]);
    expect(wholeTree(bench, candidate)).toEqual(overBase(bench, {}));
  });
});

describe("histories without a common beginning", () => {
  test("merge where they name no path alike, and conflict where they do", async () => {
    const stranger = treeCommit(bench, { parents: [], entries: { "vendor/lib.txt": "lib\n" } });
    const same = treeCommit(bench, { parents: [], entries: { "README.md": "other\n", "src/app.txt": "a\nb\nc\n" } });
    expect(await merged(bench, bench.base, stranger)).toEqual(overBase(bench, { "vendor/lib.txt": "lib\n" }));
    expect(await merged(bench, bench.base, same)).toEqual(["README.md"]);
  });

  test("a report of one is refused, and landing one too", async () => {
    const commit = treeCommit(bench, { parents: [], entries: { "README.md": "mine\n" }, in: bench.clone });
    expect(await importing(bench, commit, bench.base)).toMatchObject({
      state: "refused",
      commit,
      note: `it does not contain ${bench.base.slice(0, 7)}, the commit that the order started at`,
    });
    await expect(bench.repository.land({ branch: "main", from: bench.base, to: commit })).rejects.toMatchObject({
      code: "failed",
      message: `${commit} does not contain main: landing would rewrite it.`,
    });
    expect(await bench.branch("main")).toBe(bench.base);
  });
});

describe("a visible branch that a person force-pushes", () => {
  const branch = "feature/auth-backend";
  let shown: Oid;
  let next: Oid;
  let person: string;
  beforeEach(async () => {
    const { base, repository, git, root, work } = bench;
    await repository.moveTip("shop", "epic", { to: base });
    shown = treeCommit(bench, { parents: [base], entries: { "work.txt": "work\n" } });
    next = treeCommit(bench, { parents: [shown], entries: { "work.txt": "more\n" } });
    await repository.showBranch("shop", { name: "backend", branch, to: shown });
    person = join(root, "person's clone");
    git(root, ["clone", "-q", work, person]);
  });
  const seen = async () => {
    const { branches } = await bench.repository.observe({ project: "shop", branches: new Map([["backend", branch]]) });
    return branches.get("backend");
  };
  const show = () => bench.repository.showBranch("shop", { name: "backend", branch, from: shown, to: next });

  test("is told with both commits, and never overwritten", async () => {
    const { base, git } = bench;
    const own = treeCommit(bench, { parents: [base], entries: { "own.txt": "own\n" }, in: person });
    git(person, ["push", "-q", "--force", "origin", `${own}:refs/heads/${branch}`]);
    expect(await seen()).toEqual({ branch, relation: "rewritten", oid: own, shown, own: [own] });
    await expect(show()).rejects.toMatchObject({
      code: "conflict",
      message: `${branch} was moved by somebody else: it is ${own}.`,
    });
    expect(await bench.branch(branch)).toBe(own);
    git(person, ["push", "-q", "--force", "origin", `${shown}:refs/heads/${branch}`]);
    await show();
    expect(await seen()).toEqual({ branch, relation: "same", oid: next, shown: next, own: [] });
  });

  test("to a history without a common beginning is told too, and cannot be taken", async () => {
    const { base, git, repository } = bench;
    const own = treeCommit(bench, { parents: [], entries: { "own.txt": "own\n" }, in: person });
    git(person, ["push", "-q", "--force", "origin", `${own}:refs/heads/${branch}`]);
    expect(await seen()).toEqual({ branch, relation: "rewritten", oid: own, shown, own: [own] });
    await expect(
      repository.takeBranch("shop", { name: "backend", shown, oid: own, target: base }),
    ).rejects.toMatchObject({
      code: "failed",
      message: `${own} has no commit in common with ${base}: it cannot be merged.`,
    });
    expect(await bench.branch(branch)).toBe(own);
  });

  test("away is told, and shown again with the next work", async () => {
    bench.git(person, ["push", "-q", "origin", `:refs/heads/${branch}`]);
    expect(await seen()).toEqual({ branch, relation: "deleted", shown, own: [] });
    await bench.repository.showBranch("shop", { name: "backend", branch, to: next });
    expect(await seen()).toEqual({ branch, relation: "same", oid: next, shown: next, own: [] });
  });
});
