// Folders that belong to this process, in crew's part of the git directory; those of processes that are gone are cleared.
// Knows nothing of what is done in them.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context, ProcessIdentity } from "./context.ts";
import { ownStartTime } from "./lease.ts";

/** An empty folder while `use` runs. */
export async function withTemporary<T>(context: Context, use: (path: string) => Promise<T>): Promise<T> {
  await clearTemporary(context);
  const path = mkdtempSync(join(temporaryFolder(context.place.commonDir), `${await ownerName(context.identity)}-`));
  try {
    return await use(path);
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }
}

export async function clearTemporary({ place, identity }: Context): Promise<void> {
  const folder = temporaryFolder(place.commonDir);
  mkdirSync(folder, { recursive: true });
  for (const name of await leftBehind(folder, identity)) {
    // A git that its crew has left may still write there: then it goes the next time.
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

export function temporaryFolder(commonDir: string): string {
  return join(commonDir, "crew", "quarantine");
}

/** Folders of processes that are gone. Those of other hosts are none: nobody here can tell. */
export async function leftBehind(folder: string, identity: ProcessIdentity): Promise<readonly string[]> {
  const left: string[] = [];
  for (const name of readdirSync(folder)) {
    const [host, pid, startTime] = name.split("-");
    if (host !== shortHash(identity.host) || !pid) continue;
    const now = await identity.startTimeOf(Number(pid));
    if (now === undefined || shortHash(now) !== startTime) left.push(name);
  }
  return left;
}

async function ownerName(identity: ProcessIdentity): Promise<string> {
  return `${shortHash(identity.host)}-${identity.pid}-${shortHash(await ownStartTime(identity))}`;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
