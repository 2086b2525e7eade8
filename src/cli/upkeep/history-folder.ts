// A project's folder in the git directory: history, which may go at any time, and resolutions that a person has under way,
// which never do. Only looks.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Gc, Removal } from "../../ui/gc.ts";
import { diskUse } from "./disk-use.ts";

export interface HistoryFolder {
  /** Its plain files: events, the driver's log. */
  readonly removals: readonly Removal[];
  /** When the last of them was written, epoch milliseconds. */
  readonly changedAtMs: number;
  readonly kept: Gc["kept"];
}

export async function historyFolder(directory: string, what: string): Promise<HistoryFolder> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(directory, name));
  const uses = await Promise.all(files.map(async (path) => ({ path, ...(await diskUse(path)) })));
  const resolving = await readdir(join(directory, "resolve")).catch(() => []);
  return {
    removals: uses.map(({ path, bytes }) => ({ what, where: path, bytes })),
    changedAtMs: Math.max(0, ...uses.map(({ changedAtMs }) => changedAtMs)),
    kept: resolving.map((name) => ({
      what: `the work tree in which ${name.replace("+", "/")} is being resolved`,
      command: `git -C ${join(directory, "resolve", name)} status`,
    })),
  };
}
