// Locks that a killed git left on refs of crew's own. git never removes one, since it cannot tell; here it can be told: the
// lock is the same after git has waited twice, and no git works here that did so all the time.
import { readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { ProcessIdentity, RepositoryPlace } from "./context.ts";
import type { GitOutcome, GitPlace } from "./git.ts";

/** What `gitAt` does with a command that failed: clears a stale lock out of its way and tries once more. */
export function pastStaleLocks(place: RepositoryPlace, identity: ProcessIdentity): NonNullable<GitPlace["mend"]> {
  return async (result, again) => {
    const lock = lockInTheWay(result, place);
    if (lock === undefined) return result;
    const before = await traceOf(lock);
    const workers = await gitsAtWork(place, identity);
    const second = await again();
    if (lockInTheWay(second, place) !== lock || before === undefined) return second;
    const isSame = (await traceOf(lock)) === before;
    const still = await gitsAtWork(place, identity);
    if (!isSame || !workers || !still || [...workers].some((each) => still.has(each))) return second;
    await rm(lock, { force: true });
    return await again();
  };
}

/** Of a ref below refs/crew: what a person's own git may be at is a person's to clear. */
function lockInTheWay({ exitCode, stderr }: GitOutcome, { commonDir }: RepositoryPlace): string | undefined {
  const lock = exitCode === 0 ? undefined : /Unable to create '([^'\n]*\.lock)': File exists/.exec(stderr)?.[1];
  if (lock === undefined) return undefined;
  const path = resolve(commonDir, lock);
  return path.startsWith(join(commonDir, "refs", "crew", sep)) ? path : undefined;
}

/** Another lock of the same name has another one. */
async function traceOf(lock: string): Promise<string | undefined> {
  const found = await stat(lock).catch(() => undefined);
  return found && `${found.ino} ${found.mtimeMs} ${found.ctimeMs}`;
}

/** Undefined where the system does not show its processes: then nobody can tell. */
async function gitsAtWork(
  { commonDir, topLevel }: RepositoryPlace,
  identity: ProcessIdentity,
): Promise<ReadonlySet<string> | undefined> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return undefined;
  const folders = [commonDir, topLevel, dirname(commonDir)];
  const found = new Set<string>();
  for (const pid of pids) {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (!name.startsWith("git")) continue;
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => commonDir);
    if (!folders.some((folder) => cwd === folder || cwd.startsWith(`${folder}${sep}`))) continue;
    found.add(`${pid} ${await identity.startTimeOf(Number(pid))}`);
  }
  return found;
}
