// What tells from the workspace's files alone whether beads may have changed. Starts no program; reads a few hundred bytes.
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Fingerprint {
  /** Equal: nobody has written and let it be known at once. */
  readonly text: string;
  /** Counts up with each access of a database that even a read writes to, and so tells who was there meanwhile; 0 elsewhere. */
  readonly accesses: number;
  /** State of the write-ahead log, which a daemon writes to and a read may touch; empty elsewhere. */
  readonly log: string;
}

/**
 * Undefined: nothing on disk tells (a server keeps the beads). Embedded Dolt: the `manifest` names the root of all data.
 * SQLite (0.47): the file that bd rewrites after each write, and the change counter of the database's header (bytes 24 to
 * 27, https://www.sqlite.org/fileformat.html), which 0.47 moves on by one with each read as well.
 */
export function fingerprint(beadsDir: string): Fingerprint | undefined {
  const manifests = manifestsIn(join(beadsDir, "embeddeddolt"));
  if (manifests.length > 0) return { text: manifests.join("\n"), accesses: 0, log: "" };
  const accesses = changeCounter(join(beadsDir, "beads.db"));
  if (accesses === undefined) return undefined;
  const flushed = stamp(join(beadsDir, "issues.jsonl"));
  const log = join(beadsDir, "beads.db-wal");
  return { text: `${flushed} ${sizeOf(log)}`, accesses, log: stamp(log) };
}

/** Nobody but one reader was there between the two. */
export function isSameState(before: Fingerprint, after: Fingerprint): boolean {
  return before.text === after.text && after.accesses - before.accesses <= 1 && after.accesses >= before.accesses;
}

export function isEqual(a: Fingerprint | undefined, b: Fingerprint | undefined): boolean {
  return a?.text === b?.text && a?.accesses === b?.accesses && a?.log === b?.log;
}

function manifestsIn(folder: string): readonly string[] {
  return namesIn(folder).flatMap((name) => {
    const manifest = join(folder, name, ".dolt", "noms", "manifest");
    try {
      return [`${name} ${readFileSync(manifest, "utf8")}`];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function changeCounter(file: string): number | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const counter = Buffer.alloc(4);
    return readSync(descriptor, counter, 0, 4, 24) === 4 ? counter.readUInt32BE() : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function stamp(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "none" : `${stats.mtimeNs} ${stats.size} ${stats.ino}`;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
