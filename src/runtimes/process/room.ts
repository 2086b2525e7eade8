// Whether the disks that instances write to are full. Asks the system; writes nothing and decides nothing.
import { statfs } from "node:fs/promises";
import { noSpace } from "../../errors.ts";
import type { ProcessContext } from "./context.ts";

/** Bytes that must be free; supervisor.sh asks for as many before it believes a failed step. */
const leastBytes = 1_048_576;

/** The folder whose disk has no room, if there is one: of the project's instances, or of temporary files. */
export async function folderWithoutRoom({ folders, host }: ProcessContext): Promise<string | undefined> {
  for (const folder of [folders.root, host.TMPDIR ?? "/tmp"]) if (await isFull(folder)) return folder;
  return undefined;
}

/** Before what would only fail in the middle. */
export async function mustHaveRoom(context: ProcessContext): Promise<void> {
  const folder = await folderWithoutRoom(context);
  if (folder !== undefined) throw noSpace(folder);
}

async function isFull(folder: string): Promise<boolean> {
  try {
    const { blocks, bavail, bfree, bsize } = await statfs(folder);
    // No blocks at all: a file system without a limit of its own. What is kept back is root's to use.
    return blocks > 0 && (process.getuid?.() === 0 ? bfree : bavail) * bsize < leastBytes;
  } catch {
    return false;
  }
}
