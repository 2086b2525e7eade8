// The context as the builder takes it: a tar archive, made and hashed while it is sent, so that what was built is known by its
// content and no more than a piece of a file is in memory.
import { Readable, type Writable } from "node:stream";
import { type Pack, pack } from "tar-stream";
import type { BuildSpec } from "../../../model/build.ts";
import { contentOf, dockerfileText, type Sink } from "./content.ts";
import { type ContextFile, contextFiles, dockerfileIn, ignoreFile, ignoreText } from "./context-files.ts";

export interface ContextArchive {
  readonly stream: Readable;
  /** Of what was sent. Rejects where a file could not be read: then the stream is broken off. */
  readonly content: Promise<string>;
  /** Name of the Dockerfile in the archive. */
  readonly dockerfile: string;
}

/** A Dockerfile that is not in the context goes under this name, and is hidden from the image. */
const outsideName = ".dockerfile.crew";

export async function contextArchive(build: BuildSpec): Promise<ContextArchive> {
  const files = await contextFiles(build);
  const archive = pack();
  const inside = dockerfileIn(build);
  const work = async () => {
    const skipped = inside === undefined ? [ignoreFile, outsideName] : [];
    const content = await contentOf({ build, files }, sinkOf(archive, skipped));
    if (inside === undefined) {
      const given = (await ignoreText(build)) || ignoreFile;
      archive.entry({ name: outsideName, mode: 0o644 }, await dockerfileText(build));
      archive.entry({ name: ignoreFile, mode: 0o644 }, `${given}\n${outsideName}\n`);
    }
    archive.finalize();
    return content;
  };
  const content = work();
  content.catch((error: Error) => archive.destroy(error));
  return { stream: Readable.from(archive, { objectMode: false }), content, dockerfile: inside ?? outsideName };
}

/** All of it belongs to root, as docker sends it. */
function sinkOf(archive: Pack, skipped: readonly string[]): Sink {
  const headerOf = ({ name, stats }: ContextFile) => ({
    name,
    mode: Number(stats.mode) & 0o7777,
    mtime: stats.mtime,
  });
  return {
    folder: (file) => archive.entry({ ...headerOf(file), name: `${file.name}/`, type: "directory" }),
    link: (file, linkname) => archive.entry({ ...headerOf(file), type: "symlink", linkname }),
    file: (file, size) =>
      skipped.includes(file.name) ? undefined : (archive.entry({ ...headerOf(file), size }) as unknown as Writable),
  };
}
