// Reads files that an agent may have put there: never follows a link, never blocks on a pipe, never reads more than asked.
// Knows no format, and throws only where the machine refuses to read at all: that says nothing about the file.
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { machineError } from "../../errors.ts";

export type Reading =
  | { readonly kind: "text"; readonly text: string; readonly changedAtMs: number }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable" };

/** A regular file of at most `limitBytes`, as UTF-8; a malformed byte becomes U+FFFD. */
export async function readText(path: string, limitBytes: number): Promise<Reading> {
  const file = await openPlain(path);
  if (file === "absent" || file === "unreadable") return { kind: file };
  try {
    const { mtimeMs } = await file.stat();
    const chunks: Buffer[] = [];
    // A file of /proc has no size, and any other may grow: only its end tells.
    for (let length = 0; ; ) {
      const chunk = Buffer.allocUnsafe(Math.min(65_536, limitBytes + 1 - length));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      chunks.push(chunk.subarray(0, bytesRead));
      length += bytesRead;
      if (length > limitBytes) return { kind: "unreadable" };
    }
    return { kind: "text", text: Buffer.concat(chunks).toString("utf8"), changedAtMs: mtimeMs };
  } catch {
    return { kind: "unreadable" };
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** Opens a regular file for reading; a link, folder, pipe or device is `unreadable`. The caller closes it. */
export async function openPlain(path: string): Promise<FileHandle | "absent" | "unreadable"> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return "unreadable";
  } catch (error) {
    return whyNot(error);
  }
}

/** Names in a real folder, sorted, without hidden ones. */
export async function listNames(path: string, limit: number): Promise<readonly string[] | "absent" | "unreadable"> {
  const stats = await statPlain(path);
  if (stats === "absent" || stats === "unreadable") return stats;
  if (!stats.isDirectory()) return "unreadable";
  try {
    const names = (await readdir(path)).filter((name) => !name.startsWith("."));
    return names.length > limit ? "unreadable" : names.sort();
  } catch (error) {
    return whyNot(error);
  }
}

export async function statPlain(path: string): Promise<Stats | "absent" | "unreadable"> {
  try {
    return await lstat(path);
  } catch (error) {
    return whyNot(error);
  }
}

/** A process that counted as gone because crew had too many files open would be started twice. */
function whyNot(error: unknown): "absent" | "unreadable" {
  const refused = machineError(error);
  if (refused) throw refused;
  return (error as NodeJS.ErrnoException).code === "ENOENT" ? "absent" : "unreadable";
}

/** Processes whose files in /proc are open at once: a machine has more of them than a process may open files. */
const processesAtOnce = 16;

export async function aFewAtOnce<T>(pids: readonly number[], ask: (pid: number) => Promise<T>): Promise<readonly T[]> {
  const answers: T[] = [];
  for (let n = 0; n < pids.length; n += processesAtOnce) {
    answers.push(...(await Promise.all(pids.slice(n, n + processesAtOnce).map(ask))));
  }
  return answers;
}
