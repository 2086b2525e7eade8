// A repository with one commit in a folder of its own, and the machine's own clock: what a runtime stands on in a test.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../src/ports/clock.ts";

export const clock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
};

export interface Scratch {
  /** Whoever asked for it removes it. */
  readonly root: string;
  readonly repository: string;
  readonly git: (...args: string[]) => string;
}

/** `name`: what the folder's name begins with. */
export function scratchRepository(name: string): Scratch {
  const root = mkdtempSync(join(tmpdir(), name));
  const repository = join(root, "repository");
  const env = {
    PATH: process.env.PATH ?? "",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    HOME: "/nonexistent",
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      encoding: "utf8",
      env,
      stdio: "pipe",
    }).trim();
  execFileSync("git", ["init", "-q", "-b", "main", repository], { env });
  writeFileSync(join(repository, "a.txt"), "one\n");
  git("add", "-A");
  git("commit", "-q", "-m", "One");
  return { root, repository, git };
}
