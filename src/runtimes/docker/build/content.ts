// What a build is made of, as one hash: names, kinds, modes and contents of the files that are sent, and the Dockerfile. The
// same files give the same hash, whoever owns them and whenever they were written.
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readlink } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BuildSpec } from "../../../model/build.ts";
import { textContent } from "../../../model/built-name.ts";
import { type ContextFile, dockerfileIn, ignoreText, unreadable } from "./context-files.ts";

/** What is sent of a file while it is read. */
export interface Sink {
  folder(file: ContextFile): void;
  link(file: ContextFile, target: string): void;
  /** Returns where its bytes go; undefined: nowhere. */
  file(file: ContextFile, sizeBytes: number): Writable | undefined;
}

/** Reads every file once; `sink` gets all that the hash is made of. */
export async function contentOf(
  { build, files }: { readonly build: BuildSpec; readonly files: readonly ContextFile[] },
  sink?: Sink,
): Promise<string> {
  if (build.context === undefined) return textContent(await dockerfileText(build));
  const hash = createHash("sha256");
  add(hash, ["dockerfile", await dockerfileText(build), dockerfileIn(build) ?? "", await ignoreText(build)]);
  for (const file of files) {
    try {
      await addFile(hash, file, sink);
    } catch (cause) {
      throw unreadable(cause, file.path);
    }
  }
  return hash.digest("hex");
}

/** Also of one in the context, which may lead out of it. */
export async function dockerfileText({ dockerfile }: BuildSpec): Promise<string> {
  if ("text" in dockerfile) return dockerfile.text;
  return await readFile(dockerfile.path, "utf8").catch((cause: unknown) => {
    throw unreadable(cause, dockerfile.path);
  });
}

async function addFile(hash: Hash, file: ContextFile, sink: Sink | undefined): Promise<void> {
  const { name, path, stats } = file;
  const mode = (Number(stats.mode) & 0o7777).toString(8);
  if (stats.isSymbolicLink()) {
    const target = await readlink(path);
    add(hash, ["link", name, target]);
    sink?.link(file, target);
  } else if (stats.isDirectory()) {
    add(hash, ["folder", name, mode]);
    sink?.folder(file);
  } else {
    const sizeBytes = Number(stats.size);
    add(hash, ["file", name, mode, `${sizeBytes}`]);
    const out = sink?.file(file, sizeBytes) ?? nowhere();
    await pipeline(bytesOf(path, sizeBytes, hash), out);
  }
}

/** Of one that grows while it is read, as much as there was. */
async function* bytesOf(path: string, sizeBytes: number, hash: Hash): AsyncIterable<Buffer> {
  if (sizeBytes === 0) return;
  let read = 0;
  for await (const chunk of createReadStream(path, { end: sizeBytes - 1 }) as AsyncIterable<Buffer>) {
    read += chunk.length;
    hash.update(chunk);
    yield chunk;
  }
  if (read < sizeBytes) throw new Error("it became shorter while it was read");
}

function nowhere(): Writable {
  return new Writable({ write: (_bytes, _encoding, done) => done() });
}

/** Lengths first: no two lists of texts look alike. */
function add(hash: Hash, texts: readonly string[]): void {
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
}
