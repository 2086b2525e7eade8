// Whether a disk is full, for where git only says that it could not write. Asks the system; writes nothing.
import { statfsSync } from "node:fs";

/** A write that failed with less than this left on the disk has found no room. */
const leastBytes = 1_048_576;

/** `more`: bytes that are about to be written beside what must always be free. */
export function isFull(folder: string, more = 0): boolean {
  return freeBytes(folder) < leastBytes + more;
}

/** Infinite where the system does not say, and for a file system without a limit of its own. */
function freeBytes(folder: string): number {
  try {
    const { blocks, bavail, bfree, bsize } = statfsSync(folder);
    // What is kept back is root's to use.
    return blocks > 0 ? (process.getuid?.() === 0 ? bfree : bavail) * bsize : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
