// Visible branches that a person is at work on: seen, and never moved under their hands.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Oid } from "../../src/model/names.ts";
import { type GitBench, gitBench, personsThings } from "./git-bench.ts";

let bench: GitBench;
let shown: Oid;
let next: Oid;
const branch = "feature/b";
beforeEach(async () => {
  bench = await gitBench();
  const { base, git, work, repository } = bench;
  shown = await bench.personCommit({ parents: [base], files: { "README.md": "shown\n" }, message: "Shown" });
  const own = await bench.personCommit({ parents: [shown], files: { "README.md": "own\n" }, message: "Own" });
  next = await bench.personCommit({ parents: [base], files: { "README.md": "next\n" }, message: "Next" });
  await repository.showBranch("shop", { name: "backend", branch, to: shown });
  git(work, ["checkout", "-q", branch]);
  git(work, ["reset", "-q", "--hard", own]);
  shown = own;
});
afterEach(() => bench.close());

const seen = async () => {
  const { branches } = await bench.repository.observe({ project: "shop", branches: new Map([["backend", branch]]) });
  return branches.get("backend");
};
const show = () => bench.repository.showBranch("shop", { name: "backend", branch, from: shown, to: next });

async function isInUse(): Promise<void> {
  const before = personsThings(bench);
  expect(await seen()).toMatchObject({ relation: "ahead", oid: shown, own: [shown], checkedOutAt: bench.work });
  await expect(show()).rejects.toMatchObject({
    code: "needs-you",
    message: `${branch} is checked out, so crew does not move it.`,
  });
  expect(await bench.branch(branch)).toBe(shown);
  expect(personsThings(bench)).toEqual(before);
}

test("checked out", isInUse);

describe("HEAD is elsewhere, yet the branch is in use", () => {
  test("while it is rebased", async () => {
    expect(bench.tryGit(bench.work, ["rebase", next]).status).not.toBe(0);
    await isInUse();
  });

  test("while it is rebased by patches", async () => {
    expect(bench.tryGit(bench.work, ["rebase", "--apply", next]).status).not.toBe(0);
    await isInUse();
  });

  test("while it is bisected", async () => {
    bench.git(bench.work, ["bisect", "start", "HEAD", bench.base]);
    await isInUse();
  });

  test("in a linked work tree too", async () => {
    bench.git(bench.work, ["checkout", "-q", "--detach"]);
    const path = await bench.checkOut(branch);
    expect(bench.tryGit(path, ["rebase", next]).status).not.toBe(0);
    expect(await seen()).toMatchObject({ relation: "ahead", checkedOutAt: path });
    await expect(show()).rejects.toMatchObject({ code: "needs-you" });
  });
});

test("a tag of the same name leads nobody astray", async () => {
  const { git, work } = bench;
  git(work, ["checkout", "-q", "--detach"]);
  git(work, ["tag", branch, bench.base]);
  await show();
  expect([await bench.branch(branch), git(work, ["rev-parse", `refs/tags/${branch}`])]).toEqual([next, bench.base]);
  await bench.repository.deleteBranch("shop", { name: "backend", branch, from: next });
  expect(git(work, ["rev-parse", `refs/tags/${branch}`])).toBe(bench.base);
});

test("two that show at once: one wins, and branch and note agree", async () => {
  const { git, work, repository } = bench;
  git(work, ["checkout", "-q", "--detach"]);
  const others = await Promise.all(
    ["x", "y", "z"].map((name) =>
      bench.personCommit({ parents: [bench.base], files: { [name]: name }, message: name }),
    ),
  );
  const moves = others.map((to) => repository.showBranch("shop", { name: "backend", branch, from: shown, to }));
  const settled = await Promise.allSettled(moves);
  expect(settled.filter((move) => move.status === "fulfilled").length).toBe(1);
  for (const move of settled) {
    if (move.status === "rejected") expect(move.reason).toMatchObject({ code: "conflict" });
  }
  expect(await seen()).toMatchObject({ relation: "same" });
});
