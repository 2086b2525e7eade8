// How much lies in a folder, and how old it is. Follows no link, changes nothing.
import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

export interface DiskUse {
  /** Sizes of all files, as `ls` shows them. */
  readonly bytes: number;
  /** When the last of it was changed, epoch milliseconds. */
  readonly changedAtMs: number;
}

export async function diskUse(path: string): Promise<DiskUse> {
  const stats = await lstat(path).catch((): Stats | undefined => undefined);
  if (!stats) return { bytes: 0, changedAtMs: 0 };
  if (!stats.isDirectory()) return { bytes: stats.size, changedAtMs: stats.mtimeMs };
  let use: DiskUse = { bytes: 0, changedAtMs: stats.mtimeMs };
  for (const name of await readdir(path).catch(() => [])) {
    const below = await diskUse(join(path, name));
    use = { bytes: use.bytes + below.bytes, changedAtMs: Math.max(use.changedAtMs, below.changedAtMs) };
  }
  return use;
}
