// Whether the disks that instances write to are full. Writes nothing.
import { noSpace } from "../../errors.ts";
import { isFull } from "../../room.ts";
import type { ProcessContext } from "./context.ts";

/** The folder whose disk has no room, if there is one: of the project's instances, or of temporary files. */
export function folderWithoutRoom({ folders, host }: ProcessContext): string | undefined {
  return [folders.root, host.TMPDIR ?? "/tmp"].find((folder) => isFull(folder));
}

/** Before what would only fail in the middle. */
export function mustHaveRoom(context: ProcessContext): void {
  const folder = folderWithoutRoom(context);
  if (folder !== undefined) throw noSpace(folder);
}
