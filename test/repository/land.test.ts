// Landing where the base branch is checked out: the person's own git merges there, and nothing of theirs is lost.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CrewError } from "../../src/errors.ts";
import type { Oid } from "../../src/model/names.ts";
import { type GitBench, gitBench } from "./git-bench.ts";

let bench: GitBench;
let to: Oid;
beforeEach(async () => {
  bench = await gitBench();
  bench.git(bench.work, ["checkout", "-q", "main"]);
  to = await bench.personCommit({
    parents: [bench.base],
    files: { "README.md": "landed\n", "sub dir/new file": "new\n" },
    message: "Landed",
  });
});
afterEach(() => bench.close());

async function land(checkedOutAt: string | undefined = bench.work, branch = "main"): Promise<string> {
  const { repository, base: from } = bench;
  try {
    await repository.land({ branch, from, to, ...(checkedOutAt === undefined ? {} : { checkedOutAt }) });
    return "landed";
  } catch (error) {
    if (!(error instanceof CrewError)) throw error;
    return `${error.code}: ${error.message.replaceAll(bench.root, "~")} | ${error.hint}`;
  }
}

function read(path: string): string {
  return readFileSync(join(bench.work, path), "utf8");
}

test("the work tree follows, once; other changes there stay", async () => {
  bench.file("src/app.txt", "mine\n");
  bench.file("untracked", "mine too\n");
  expect(await land()).toBe("landed");
  expect(await land()).toBe("landed");
  expect(bench.git(bench.work, ["status", "--porcelain"])).toBe("M src/app.txt\n?? untracked");
  expect([read("README.md"), read("sub dir/new file"), read("src/app.txt")]).toEqual(["landed\n", "new\n", "mine\n"]);
  expect(bench.git(bench.work, ["log", "--format=%H %P", "-1"])).toBe(`${to} ${bench.base}`);
});

test("local changes in the way are named and kept", async () => {
  bench.file("README.md", "mine\n");
  expect(await land()).toBe(
    "needs-you: Cannot land: README.md has local changes. | Commit or stash them, then crew land",
  );
  expect([read("README.md"), await bench.branch("main")]).toEqual(["mine\n", bench.base]);
  bench.git(bench.work, ["add", "-A"]);
  expect(await land()).toMatch(/^needs-you: Cannot land: README.md has local changes\. \|/);
});

test("a refused landing leaves ORIG_HEAD as it was, also where another git holds the index", async () => {
  bench.git(bench.work, ["update-ref", "ORIG_HEAD", to]);
  bench.file(".git/index.lock", "");
  expect(await land()).toMatch(/^failed: Cannot land: another git process holds /);
  expect(bench.git(bench.work, ["rev-parse", "ORIG_HEAD"])).toBe(to);
});

test("several are named together", async () => {
  to = await bench.personCommit({ parents: [to], files: { "src/app.txt": "x\n" }, message: "More" });
  bench.file("README.md", "mine\n");
  bench.file("src/app.txt", "mine\n");
  expect(await land()).toBe(
    "needs-you: Cannot land: README.md, src/app.txt have local changes. | Commit or stash them, then crew land",
  );
});

test("an untracked file in the way is named and kept", async () => {
  bench.file("sub dir/new file", "mine\n");
  expect(await land()).toBe(
    "needs-you: Cannot land: sub dir/new file would be overwritten and git does not track it. | Move it away or commit it, then crew land",
  );
  expect(read("sub dir/new file")).toBe("mine\n");
});

test("another git at work there is no matter for a person: it is tried again when that has ended", async () => {
  const lock = join(bench.work, ".git", "index.lock");
  writeFileSync(lock, "");
  expect(await land()).toBe(
    "failed: Cannot land: another git process holds ~/the work/.git/index.lock. | If none is running, it is left from a crash: remove it, then crew land",
  );
  expect([existsSync(lock), await bench.branch("main")]).toEqual([true, bench.base]);
  rmSync(lock);
  expect(await land()).toBe("landed");
});

test("the person's own filters run, and their merge settings change nothing", async () => {
  const { git, work } = bench;
  writeFileSync(join(bench.root, "home", ".gitconfig"), '[filter "loud"]\n\tsmudge = tr a-z A-Z\n', { flag: "a" });
  to = await bench.personCommit({
    parents: [bench.base],
    files: { ".gitattributes": "*.loud filter=loud\n", "word.loud": "hello\n" },
    message: "Filtered",
  });
  git(work, ["config", "branch.main.mergeOptions", "--squash --autostash"]);
  git(work, ["config", "merge.autoStash", "true"]);
  git(work, ["config", "merge.ff", "false"]);
  git(work, ["config", "merge.verifySignatures", "true"]);
  bench.file("README.md", "mine\n");
  expect(await land()).toBe("landed");
  expect([read("word.loud"), read("README.md")]).toEqual(["HELLO\n", "mine\n"]);
  expect(git(work, ["stash", "list"])).toBe("");
});

test("a push to a checked-out base is refused, whatever was observed", async () => {
  const { repository, base: from } = bench;
  const blind = repository.land({ branch: "main", from, to });
  await expect(blind).rejects.toMatchObject({
    code: "needs-you",
    message: "main is checked out, so crew does not move it.",
  });
  expect(await bench.branch("main")).toBe(bench.base);
});

test("a base that has moved, or a person who has switched, is seen by the next pass", async () => {
  const { git, work } = bench;
  git(work, ["checkout", "-q", "-b", "topic"]);
  expect(await land()).toMatch(
    /^conflict: main was moved by somebody else: it is no longer checked out at ~\/the work\./,
  );
  expect(git(work, ["rev-parse", "topic"])).toBe(bench.base);
  git(work, ["checkout", "-q", "main"]);
  git(work, ["commit", "-q", "--allow-empty", "-m", "Mine"]);
  expect(await land()).toMatch(/^conflict: main was moved by somebody else: it is [0-9a-f]{40}\./);
});

test("a base that is being rebased waits for the person", async () => {
  const { git, work } = bench;
  git(work, ["checkout", "-q", "-b", "topic", bench.base]);
  bench.file("README.md", "topic\n");
  git(work, ["commit", "-qam", "Topic"]);
  git(work, ["checkout", "-q", "main"]);
  bench.file("README.md", "main\n");
  git(work, ["commit", "-qam", "Main"]);
  const from = git(work, ["rev-parse", "main"]);
  to = await bench.personCommit({ parents: [from], files: { x: "x" }, message: "Landed" });
  expect(bench.tryGit(work, ["rebase", "topic"]).status).not.toBe(0);
  const state = await bench.repository.observe({ project: "shop", base: "main", branches: new Map() });
  expect(state.base).toMatchObject({ oid: from, checkedOutAt: work });
  const landing = bench.repository.land({ branch: "main", from, to, checkedOutAt: work });
  await expect(landing).rejects.toMatchObject({
    code: "needs-you",
    message: `Cannot land: main is being rebased or bisected at ${work}.`,
  });
  expect(await bench.branch("main")).toBe(from);
});

test("a work tree that is gone is named with its remedy", async () => {
  const path = await bench.checkOut("main").catch(() => "");
  expect(path).toBe("");
  bench.git(bench.work, ["checkout", "-q", "--detach"]);
  const other = await bench.checkOut("main");
  rmSync(other, { recursive: true });
  expect(await land(other)).toBe(
    "needs-you: Cannot land: main is checked out at ~/tree of main, which is gone. | git worktree prune",
  );
});

test("a merge under way there is told", async () => {
  const { git, work } = bench;
  const other = await bench.personCommit({ parents: [bench.base], files: { other: "o" }, message: "Other" });
  git(work, ["merge", "-q", "--no-commit", "--no-ff", other]);
  expect(await land()).toBe(
    "needs-you: Cannot land: a merge is not finished at ~/the work. | Finish it, or end it with git merge --abort, then crew land",
  );
  expect(existsSync(join(work, "other"))).toBe(true);
  mkdirSync(join(bench.root, "x"));
});
