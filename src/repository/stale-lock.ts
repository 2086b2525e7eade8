// Locks that a killed git left on refs that crew moves. git never removes one, since it cannot tell; here it can be told:
// the lock is the same after git has waited twice, and no git works here that did so all the time.
import { randomUUID } from "node:crypto";
import { link, readdir, readFile, readlink, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { ProcessIdentity, RepositoryPlace } from "./context.ts";
import type { GitOutcome, GitPlace } from "./git.ts";
import { workTrees } from "./underway.ts";

/** What `gitAt` does with a command that failed: clears the stale locks out of its way, one by one as it meets them. */
export function pastStaleLocks(place: RepositoryPlace, identity: ProcessIdentity): NonNullable<GitPlace["mend"]> {
  const pastLocks: NonNullable<GitPlace["mend"]> = async (result, again) => {
    const lock = lockInTheWay(result, place);
    if (lock === undefined) return result;
    const before = await traceOf(lock);
    const workers = await gitsAtWork(place, identity);
    const second = await again();
    if (lockInTheWay(second, place) !== lock || before === undefined) return second;
    const still = await gitsAtWork(place, identity);
    if (!workers || !still || [...workers].some((each) => still.has(each))) return second;
    const aside = join(place.commonDir, "crew", `lock.${identity.pid}-${randomUUID().slice(0, 8)}`);
    // A transaction that was killed may have locked several refs.
    return (await takeAway({ lock, aside, trace: before })) ? await pastLocks(await again(), again) : second;
  };
  return pastLocks;
}

/**
 * Of a ref below refs/crew, of a branch that crew shows, or of the packed refs, which every deletion of a ref locks. What
 * lies about in a work tree (`index.lock`) may be a person's, whose git holds it while they think: that is theirs to clear.
 */
function lockInTheWay({ exitCode, stderr }: GitOutcome, { commonDir }: RepositoryPlace): string | undefined {
  const lock = exitCode === 0 ? undefined : /Unable to create '([^'\n]*\.lock)': File exists/.exec(stderr)?.[1];
  if (lock === undefined) return undefined;
  const path = resolve(commonDir, lock);
  const isMoved = [join("refs", "crew", sep), join("refs", "heads", sep)].some((folder) =>
    path.startsWith(join(commonDir, folder)),
  );
  return isMoved || path === join(commonDir, "packed-refs.lock") ? path : undefined;
}

/** Those below `folder` of refs that nobody moves any more, and that no living git can hold. */
export async function clearStaleLocks(
  place: RepositoryPlace,
  identity: ProcessIdentity,
  folder: string,
): Promise<void> {
  const root = join(place.commonDir, folder);
  const locks = (await readdir(root, { recursive: true }).catch(() => [])).filter((name) => name.endsWith(".lock"));
  if (locks.length === 0) return;
  const traces = new Map<string, string | undefined>();
  for (const name of locks) traces.set(join(root, name), await traceOf(join(root, name)));
  const workers = await gitsAtWork(place, identity);
  if (workers?.size !== 0) return;
  const aside = join(place.commonDir, "crew", `lock.${identity.pid}-${randomUUID().slice(0, 8)}`);
  for (const [lock, trace] of traces) if (trace !== undefined) await takeAway({ lock, aside, trace });
}

interface Taking {
  readonly lock: string;
  /** Where it is looked at: what is looked at in its place may be another one by the time that it is removed. */
  readonly aside: string;
  readonly trace: string;
}

/** False when it was another crew's by now, which had cleared the stale one: that is put back. */
async function takeAway({ lock, aside, trace }: Taking): Promise<boolean> {
  try {
    await rename(lock, aside);
  } catch {
    return false;
  }
  const isSame = (await traceOf(aside)) === trace;
  if (!isSame) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
  return isSame;
}

/** Another lock of the same name has another one; a rename changes none of it. */
async function traceOf(lock: string): Promise<string | undefined> {
  const found = await stat(lock).catch(() => undefined);
  return found && `${found.ino} ${found.mtimeMs}`;
}

/** Undefined where the system does not show its processes: then nobody can tell. */
async function gitsAtWork(place: RepositoryPlace, identity: ProcessIdentity): Promise<ReadonlySet<string> | undefined> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return undefined;
  const { commonDir, topLevel } = place;
  const folders = [commonDir, topLevel, dirname(commonDir), ...(await workTrees(place)).map(({ path }) => path)];
  const found = new Set<string>();
  for (const pid of pids) {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (!name.startsWith("git")) continue;
    // Who has ended, a zombie too, stands nowhere; of somebody else's nobody can tell.
    const cwd = await readlink(`/proc/${pid}/cwd`).catch((error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? "" : commonDir,
    );
    if (!folders.some((folder) => cwd === folder || cwd.startsWith(`${folder}${sep}`))) continue;
    found.add(`${pid} ${await identity.startTimeOf(Number(pid))}`);
  }
  return found;
}
