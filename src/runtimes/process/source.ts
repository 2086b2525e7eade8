// Says to a script where a clone finds the repository's objects: files in C/source that it copies into the clone.
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectSource } from "../../ports/runtime.ts";
import { ensureFolder } from "./writing.ts";

export async function writeSource(folder: string, source: ObjectSource): Promise<void> {
  const target = join(folder, "source");
  await ensureFolder(target);
  await writeFile(join(target, "format"), `${source.objectFormat}\n`);
  await writeFile(join(target, "alternates"), `${alternateLine(source.objectDirectory)}\n`);
  if (source.shallowFile !== undefined) await copyFile(source.shallowFile, join(target, "shallow"));
}

/** git reads a line that begins with a quote as a C string (gitrepository-layout(5)), which may hold a line break. */
function alternateLine(path: string): string {
  if (!/[\n"\\]/.test(path)) return path;
  return `"${path.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
