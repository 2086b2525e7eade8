// A small real git runner and scratch repositories for the tracker's tests.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CrewError } from "../../src/errors.ts";
import type { GitResult, GitRunner } from "../../src/ports/git.ts";

const environment = {
  PATH: process.env.PATH ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  LC_ALL: "C",
};

/** Runs git with this repository as its git directory; counts its processes. */
export function gitRunner(repository: string): GitRunner & { readonly spawned: () => number } {
  let spawned = 0;
  return {
    spawned: () => spawned,
    run: (args, options = {}) =>
      new Promise<GitResult>((resolve, reject) => {
        spawned += 1;
        const child = spawn("git", ["--git-dir", join(repository, ".git"), "-c", "core.hooksPath=/dev/null", ...args], {
          env: { ...environment, ...options.env },
          stdio: ["pipe", "pipe", "pipe"],
        });
        const stdout: Buffer[] = [];
        const stderr: Buffer[] = [];
        child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
        child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
        child.stdin.on("error", () => undefined); // git may end before it has read everything
        child.on("error", (cause) => reject(new CrewError("failed", "git could not be started.", { cause })));
        child.on("close", (code) =>
          resolve({
            exitCode: code ?? 128,
            stdout: Buffer.concat(stdout).toString("utf8"),
            stderr: Buffer.concat(stderr).toString("utf8"),
          }),
        );
        child.stdin.end(options.stdin ?? "");
      }),
  };
}

export interface ScratchRepository {
  readonly path: string;
  /** One git command in its work tree; the output without its last line end. */
  git(...args: readonly string[]): string;
  remove(): void;
}

export function scratchRepository(): ScratchRepository {
  const path = mkdtempSync(join(tmpdir(), "crew-beads-"));
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", path, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", ...args], {
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 1024 * 1024 * 1024,
    }).replace(/\n$/, "");
  git("init", "--quiet", "--initial-branch=main", "--template=");
  return { path, git, remove: () => rmSync(path, { recursive: true, force: true }) };
}
