// A tar archive of what lies at a path of this machine, made as it is read. Links stay links; what is no file, folder or link is
// left out.
import { createReadStream, type Stats } from "node:fs";
import { lstat, readdir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Pack, pack } from "tar-stream";

export interface Packing {
  /** Name of the path's own entry, in front of all others; `.` for none of its own. */
  readonly name: string;
  /** What a link at the path leads to, instead of the link. */
  readonly follow: boolean;
}

export function packPath(path: string, { name, follow }: Packing): Readable {
  const archive = pack();
  const work = async () => {
    await add(archive, { path, name, stats: await (follow ? stat(path) : lstat(path)) });
    archive.finalize();
  };
  work().catch((error: Error) => archive.destroy(error));
  return Readable.from(archive, { objectMode: false });
}

interface Item {
  readonly path: string;
  readonly name: string;
  readonly stats: Stats;
}

async function add(archive: Pack, { path, name, stats }: Item): Promise<void> {
  const { uid, gid, mtime } = stats;
  const header = { name, mode: stats.mode & 0o7777, uid, gid, mtime } as const;
  if (stats.isSymbolicLink()) {
    archive.entry({ ...header, type: "symlink", linkname: await readlink(path) });
  } else if (stats.isFile()) {
    // Of one that grows while it is read, as much as there was; one that shrinks breaks the archive off.
    const entry = archive.entry({ ...header, size: stats.size }) as unknown as Writable;
    if (stats.size === 0) entry.end();
    else await pipeline(createReadStream(path, { end: stats.size - 1 }), entry);
  } else if (stats.isDirectory()) {
    if (name !== ".") archive.entry({ ...header, name: `${name}/`, type: "directory" });
    for (const each of (await readdir(path)).sort()) {
      const below = join(path, each);
      await add(archive, { path: below, name: name === "." ? each : `${name}/${each}`, stats: await lstat(below) });
    }
  }
}

/** The same archive, all of it somebody's. */
export function ownedBy(archive: Readable, owner: { readonly uid: number; readonly gid: number }): Readable {
  const [from, to] = [extract(), pack()];
  archive.on("error", (error) => from.destroy(error));
  archive.pipe(from);
  const work = async () => {
    for await (const entry of from) {
      const { uname, gname, pax, ...header } = entry.header;
      await pipeline(entry as unknown as Readable, to.entry({ ...header, ...owner }) as unknown as Writable);
    }
    to.finalize();
  };
  work().catch((error: Error) => to.destroy(error));
  return Readable.from(to, { objectMode: false });
}
