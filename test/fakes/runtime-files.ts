// Files of an instance in memory, by their paths from the work tree on: no folders but those that hold something.
import { basename, posix } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { extract, pack } from "tar-stream";
import { CrewError } from "../../src/errors.ts";
import type { CopyIn, CopyOut, PathKind } from "../../src/ports/runtime.ts";

export type FakeFiles = Map<string, string>;

export function fakeKindAt(files: FakeFiles, path: string): PathKind {
  const at = posix.normalize(path);
  if (files.has(at)) return "other";
  return at === "." || [...files.keys()].some((name) => name.startsWith(`${at}/`)) ? "folder" : "absent";
}

export function fakeCopyOut(files: FakeFiles, { path }: CopyOut): Readable {
  const at = posix.normalize(path);
  if (fakeKindAt(files, at) === "absent") throw new CrewError("failed", `There is no ${path}.`);
  const archive = pack();
  for (const [name, content] of files) {
    if (name === at || name.startsWith(`${at}/`)) {
      archive.entry({ name: `${basename(at)}${name.slice(at.length)}` }, content);
    }
  }
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}

export async function fakeCopyIn(files: FakeFiles, { path, archive }: CopyIn): Promise<void> {
  const reader = extract();
  archive.pipe(reader);
  for await (const entry of reader) {
    const content = await text(entry as unknown as AsyncIterable<Buffer> & Readable);
    if (entry.header.type === "file") files.set(posix.join(path, entry.header.name), content);
  }
}
