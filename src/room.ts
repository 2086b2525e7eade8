// Whether a disk is full, for the repository and the runtimes alike. Asks the system; writes nothing and decides nothing.
import { type StatsFs, statfsSync } from "node:fs";

/** Bytes that must be free for anything to be written; supervisor.sh asks for as many before it believes a failed step. */
const leastBytes = 1_048_576;

/** `more`: bytes that are about to be written beside what must always be free. Never where the system does not say. */
export function isFull(folder: string, more = 0): boolean {
  try {
    return !leavesRoom(statfsSync(folder), more);
  } catch {
    return false;
  }
}

/** A file system without a limit of its own says 0 blocks or files in all. Without a free inode no file can be made. */
export function leavesRoom({ blocks, bavail, bfree, bsize, files, ffree }: StatsFs, more: number): boolean {
  if (files > 0 && ffree === 0) return false;
  // What is kept back is root's to use.
  return blocks === 0 || (process.getuid?.() === 0 ? bfree : bavail) * bsize >= leastBytes + more;
}
