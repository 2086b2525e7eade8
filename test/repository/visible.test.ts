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

describe("killed while it moved the branch", () => {
  const note = (kind: string) => `refs/crew/p/shop/${kind}/backend`;
  const made = (name: string) =>
    bench.personCommit({
      parents: [bench.base],
      files: { [name]: name },
      message: "Work that does not build on what was shown",
    });

  /** The notes and the branch as they were, but for what had been done by then. */
  async function brokenOff(done: "announced" | "moved", to: Oid) {
    const { git, work } = bench;
    git(work, ["checkout", "-q", "--detach"]);
    git(work, ["update-ref", note("shown"), shown]);
    git(work, ["update-ref", note("showing"), to]);
    if (done === "moved") git(work, ["update-ref", `refs/heads/${branch}`, to]);
  }

  test("before it had moved: it stands where it stood, and moves", async () => {
    await brokenOff("announced", next);
    expect(await seen()).toMatchObject({ relation: "same", oid: shown, shown, own: [] });
    await show();
    expect(await seen()).toMatchObject({ relation: "same", oid: next, shown: next, own: [] });
  });

  test("after it had moved: it is nobody else's doing, and is noted", async () => {
    await brokenOff("moved", next);
    expect(await seen()).toMatchObject({ relation: "same", oid: next, shown: next, own: [] });
    await bench.repository.showBranch("shop", { name: "backend", branch, from: next, to: next });
    expect(await seen()).toMatchObject({ relation: "same", oid: next, shown: next, own: [] });
    expect(bench.tryGit(bench.work, ["rev-parse", "--verify", note("showing")]).status).not.toBe(0);
  });

  test("twice, to another commit each time", async () => {
    const { git, work, repository } = bench;
    const [second, third] = [await made("second"), await made("third")];
    const again = () => repository.showBranch("shop", { name: "backend", branch, from: second, to: third });
    await brokenOff("moved", second);
    // Whatever keeps the branch from moving once the next showing is announced.
    git(work, ["checkout", "-q", branch]);
    await expect(again()).rejects.toMatchObject({ code: "needs-you" });
    git(work, ["checkout", "-q", "--detach"]);
    expect(await seen()).toMatchObject({ relation: "same", oid: second, own: [] });
    await again();
    expect(await seen()).toMatchObject({ relation: "same", oid: third, shown: third });
  });

  test("a person's commits on top are the person's", async () => {
    await brokenOff("moved", next);
    const mine = await bench.personCommit({ parents: [next], files: { mine: "mine" }, message: "Mine" });
    await bench.setBranch(branch, mine);
    expect(await seen()).toMatchObject({ relation: "ahead", oid: mine, shown: next, own: [mine] });
    const third = await made("third");
    bench.git(bench.work, ["checkout", "-q", branch]);
    const move = () => bench.repository.showBranch("shop", { name: "backend", branch, from: mine, to: third });
    await expect(move()).rejects.toMatchObject({ code: "needs-you" });
    bench.git(bench.work, ["checkout", "-q", "--detach"]);
    expect(await seen()).toMatchObject({ relation: "ahead", oid: mine, shown: next, own: [mine] });
    await move();
    expect(await seen()).toMatchObject({ relation: "same", oid: third, shown: third });
  });

  test("before it had moved back to an older commit: what a person adds is one commit, not two", async () => {
    await brokenOff("announced", bench.base);
    const mine = await bench.personCommit({ parents: [shown], files: { mine: "mine" }, message: "Mine" });
    await bench.setBranch(branch, mine);
    expect(await seen()).toMatchObject({ relation: "ahead", oid: mine, shown, own: [mine] });
  });

  test("as it was made: not foreign", async () => {
    const { git, work } = bench;
    await brokenOff("moved", next);
    git(work, ["update-ref", "-d", note("shown")]);
    expect(await seen()).toMatchObject({ relation: "same", oid: next, own: [] });
  });

  test("as it was deleted: gone, and deleted again is done", async () => {
    const { git, work, repository } = bench;
    git(work, ["checkout", "-q", "--detach"]);
    git(work, ["update-ref", "-d", `refs/heads/${branch}`]);
    await repository.deleteBranch("shop", { name: "backend", branch, from: shown });
    expect(await seen()).toEqual({ branch, relation: "new", own: [] });
  });
});
