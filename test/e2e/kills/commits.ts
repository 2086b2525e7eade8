// Every commit that was ever seen in a role's clone, by what names it there: refs, HEAD and reflogs.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { folders } from "./processes.ts";

/** Adds what is in the clones now. A clone that is being made or removed meanwhile is looked at the next time. */
export function seeCommits(bench: Pick<Bench, "state">, seen: Map<string, string>): void {
  for (const project of folders(join(bench.state, "crew"))) {
    const roles = join(bench.state, "crew", project, "roles");
    for (const role of folders(roles)) {
      const clone = join(roles, role, "work");
      for (const oid of commitsIn(clone)) if (!seen.has(oid)) seen.set(oid, role);
    }
  }
}

/** Those that no ref of the repository reaches: they are lost. */
export function lostCommits(bench: Pick<Bench, "git">, seen: ReadonlyMap<string, string>): readonly string[] {
  const reached = new Set(bench.git("rev-list", "--all").split("\n"));
  return [...seen].flatMap(([oid, role]) => (reached.has(oid) ? [] : [`${oid} of ${role}`]));
}

function commitsIn(clone: string): readonly string[] {
  try {
    const args = ["-C", clone, "rev-list", "--all", "--reflog", "HEAD"];
    const env = { PATH: process.env.PATH ?? "", GIT_OPTIONAL_LOCKS: "0", GIT_CONFIG_GLOBAL: "/dev/null" };
    return execFileSync("git", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
      .split("\n")
      .filter(Boolean);
  } catch (error) {
    if (!existsSync(join(clone, ".git", "HEAD"))) return [];
    throw error;
  }
}
