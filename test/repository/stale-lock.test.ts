// Locks on refs that crew moves: a stale one is cleared, one that a living git or another crew holds by now is not.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clearStaleLocks, pastStaleLocks } from "../../src/repository/stale-lock.ts";
import { type GitBench, gitBench, identityOf } from "./git-bench.ts";

let bench: GitBench;
let lock: string;
let gits: ChildProcess[];
beforeEach(async () => {
  bench = await gitBench();
  gits = [];
  lockAt("refs/crew/lease/shop/lock.lock");
});
afterEach(async () => {
  for (const git of gits) git.kill("SIGKILL");
  await bench.close();
});

function lockAt(path: string): void {
  lock = join(bench.work, ".git", path);
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, "");
}

/** A git that stays at work. */
function gitAtWork(cwd: string): void {
  gits.push(spawn("git", ["cat-file", "--batch"], { cwd, stdio: ["pipe", "ignore", "ignore"] }));
}

interface Meanwhile {
  /** While git is tried once more. */
  readonly again?: () => void;
  /** While the processes are looked through. */
  readonly look?: () => void;
  /** In the order in which git meets them. */
  readonly locks?: readonly string[];
}

/** How often git was tried again. */
async function mended({
  again = () => undefined,
  look = () => undefined,
  locks = [lock],
}: Meanwhile = {}): Promise<number> {
  const commonDir = join(bench.work, ".git");
  const place = { topLevel: bench.work, gitDir: commonDir, commonDir, objectFormat: "sha1" } as const;
  const identity = {
    ...identityOf(process.pid, new Map()),
    startTimeOf: async () => {
      look();
      return "1";
    },
  };
  const stdout = Buffer.alloc(0);
  const failure = (met: string) => ({
    exitCode: 128,
    stdout,
    stderr: `fatal: Unable to create '${met}': File exists.`,
  });
  let tries = 0;
  await pastStaleLocks(place, identity)(failure(locks[0] ?? ""), async () => {
    tries += 1;
    again();
    const met = locks.find((path) => existsSync(path));
    return met === undefined ? { exitCode: 0, stdout, stderr: "" } : failure(met);
  });
  return tries;
}

test.each(["refs/crew/lease/shop/lock.lock", "refs/heads/feature/shop-dev.lock", "packed-refs.lock"])(
  "a stale %s is cleared",
  async (path) => {
    lockAt(path);
    expect(await mended()).toBe(2);
    expect(existsSync(lock)).toBe(false);
  },
);

test("all that a killed transaction left are cleared, as git meets them", async () => {
  const first = lock;
  lockAt("refs/crew/p/shop/shown/dev.lock");
  expect(await mended({ locks: [first, lock] })).toBe(4);
  expect([first, lock].filter((path) => existsSync(path))).toEqual([]);
});

test("that of a work tree's index stays: a person's git may hold it as long as they think", async () => {
  lockAt("index.lock");
  expect(await mended()).toBe(0);
  expect(existsSync(lock)).toBe(true);
});

test("one that another crew has taken since the last look stays", async () => {
  const another = () => {
    writeFileSync(`${lock}.new`, "theirs");
    renameSync(`${lock}.new`, lock);
  };
  expect(await mended({ again: () => gitAtWork(bench.work), look: another })).toBe(1);
  expect(existsSync(lock)).toBe(true);
});

test("one that a git in another work tree may hold stays", async () => {
  const linked = join(bench.root, "linked");
  bench.git(bench.work, ["worktree", "add", "-q", "--detach", linked]);
  gitAtWork(linked);
  expect(await mended()).toBe(1);
  expect(existsSync(lock)).toBe(true);
});

test("those of a project that is over are cleared, but for what a living git may hold", async () => {
  const commonDir = join(bench.work, ".git");
  const place = { topLevel: bench.work, gitDir: commonDir, commonDir, objectFormat: "sha1" } as const;
  const identity = identityOf(process.pid, new Map());
  lockAt("refs/crew/p/other/gate/abc.lock");
  const others = lock;
  lockAt("refs/crew/p/shop/gate/abc.lock");
  gitAtWork(bench.work);
  await clearStaleLocks(place, identity, "refs/crew/p/shop/");
  expect(existsSync(lock)).toBe(true);
  const [git] = gits;
  const ended = new Promise((resolve) => git?.once("exit", resolve));
  git?.kill("SIGKILL");
  await ended;
  await clearStaleLocks(place, identity, "refs/crew/p/shop/");
  expect([lock, others].map((path) => existsSync(path))).toEqual([false, true]);
});
