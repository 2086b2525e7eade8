// Tar archives in both directions: what is sent is made here, what comes back is an agent's to spoil and read within limits.
// Knows no engine.
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, pack } from "tar-stream";

/** `content`: a text, or a file of this machine; absent: a folder. */
export interface NewEntry {
  readonly name: string;
  readonly content?: string | { readonly file: string; readonly sizeBytes: number };
  /** Defaults: folders 0755, files 0644. */
  readonly mode?: number;
  /** Default: root. */
  readonly uid?: number;
  readonly gid?: number;
}

/** Entries in their order. */
export function archiveOf(entries: readonly NewEntry[]): Readable {
  const archive = pack();
  const write = async () => {
    for (const { name, content, mode, uid = 0, gid = 0 } of entries) {
      const header = { name, mode: mode ?? (content === undefined ? 0o755 : 0o644), uid, gid };
      if (content === undefined) archive.entry({ ...header, type: "directory" });
      else if (typeof content === "string") archive.entry(header, content);
      else {
        const entry = archive.entry({ ...header, size: content.sizeBytes });
        await pipeline(createReadStream(content.file), entry);
      }
    }
    archive.finalize();
  };
  write().catch((error: Error) => archive.destroy(error));
  return Readable.from(archive, { objectMode: false });
}

export interface ReadEntry {
  readonly kind: "file" | "folder" | "other";
  /** Of a file; absent where it is larger than a file may be. */
  readonly content?: Buffer;
}

export interface ReadLimits {
  readonly fileBytes: number;
  /** Of everything together: more ends the reading. */
  readonly totalBytes: number;
}

/** `cut`: it ended in the middle, as when a file changed its size while it was read. */
export type ReadArchive =
  | { readonly kind: "whole"; readonly entries: ReadonlyMap<string, ReadEntry> }
  | { readonly kind: "cut" }
  | { readonly kind: "too-large" };

/** By name, without `./` and slashes at the end. */
export async function readArchive(stream: Readable, limits: ReadLimits): Promise<ReadArchive> {
  const entries = new Map<string, ReadEntry>();
  const reader = extract();
  let total = 0;
  let isTooLarge = false;
  stream.on("error", (error) => reader.destroy(error));
  stream.on("data", (chunk: Buffer) => {
    total += chunk.length;
    if (total <= limits.totalBytes || isTooLarge) return;
    isTooLarge = true;
    reader.destroy(new Error("too large"));
  });
  try {
    const done = pipeline(stream, reader);
    done.catch(() => undefined);
    for await (const entry of reader) {
      const { type, name } = entry.header;
      const kind = type === "file" ? "file" : type === "directory" ? "folder" : "other";
      const content = await contentOf(entry as unknown as AsyncIterable<Buffer>, limits.fileBytes);
      entries.set(name.replace(/^\.\/|\/+$/g, ""), { kind, ...(kind === "file" && content && { content }) });
    }
    await done;
    return { kind: "whole", entries };
  } catch {
    return { kind: isTooLarge ? "too-large" : "cut" };
  } finally {
    stream.destroy();
  }
}

async function contentOf(entry: AsyncIterable<Buffer>, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of entry) {
    length += chunk.length;
    if (length <= limitBytes) chunks.push(chunk);
  }
  return length <= limitBytes ? Buffer.concat(chunks) : undefined;
}
