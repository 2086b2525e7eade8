// The few git commands of the agents, in the clone that is the current folder.
import { execFileSync, spawnSync } from "node:child_process";

export function git(...args) {
  return execFileSync("git", args, { encoding: "utf8" });
}

/** A conflict order starts with the merge already begun. */
export function mergeUnderWay() {
  return spawnSync("git", ["rev-parse", "--quiet", "--verify", "MERGE_HEAD"]).status === 0;
}

/** Commits all that changed; gives false where there was nothing to commit. */
export function commitAll(subject) {
  git("add", "--all");
  const clean = spawnSync("git", ["diff", "--cached", "--quiet"]).status === 0;
  if (clean && !mergeUnderWay()) return false;
  git("commit", "--quiet", "--message", subject);
  return true;
}
