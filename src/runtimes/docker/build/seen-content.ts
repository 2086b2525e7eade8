// The content of each build as it is now, without reading what has not changed since it was read last: known by name, mode, size,
// times and inode of every file, in this process and, in a file, beyond it.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { BuildSpec } from "../../../model/build.ts";
import { contentHash } from "../../../model/content.ts";
import type { Clock } from "../../../ports/clock.ts";
import { contentOf } from "./content.ts";
import { type ContextFile, contextFiles } from "./context-files.ts";

export interface SeenContents {
  /** Undefined where the context, or the Dockerfile, cannot be read. */
  of(build: BuildSpec): Promise<string | undefined>;
  /** It turned out to be another one. */
  forget(build: BuildSpec): void;
}

interface Seen {
  /** Of names, modes, sizes, times and inodes. */
  readonly stamp: string;
  readonly content: string;
}

/** A look of that cost is not taken again before so many times as long have passed: looking never takes more than a twentieth. */
const patience = 20;
/** What was written so shortly before it was read may be written again within the same tick of the file system's clock. */
const racyMs = 2_000;

/** `file`: where it is kept beyond this process. Losing it costs one more reading. */
export function seenContents(clock: Clock, file: string | undefined): SeenContents {
  const known = new Map<string, Seen>(file === undefined ? [] : Object.entries(readSeen(file)));
  const looks = new Map<string, { readonly content: string | undefined; readonly againAtMs: number }>();
  const look = async (build: BuildSpec, key: string): Promise<string> => {
    const beganMs = clock.nowMs();
    const files = await contextFiles(build);
    const { stamp, newestMs } = await stampOf(build, files);
    const last = known.get(key);
    if (last?.stamp === stamp) return last.content;
    const content = await contentOf({ build, files });
    if (newestMs < beganMs - racyMs) {
      known.set(key, { stamp, content });
      if (file !== undefined) keepSeen(file, known);
    }
    return content;
  };
  return {
    of: async (build) => {
      const key = contentHash(build);
      const last = looks.get(key);
      const beganMs = clock.nowMs();
      if (last && beganMs < last.againAtMs) return last.content;
      const content = await look(build, key).catch(() => undefined);
      const tookMs = clock.nowMs() - beganMs;
      looks.set(key, { content, againAtMs: beganMs + tookMs + tookMs * patience });
      return content;
    },
    forget: (build) => {
      const key = contentHash(build);
      known.delete(key);
      looks.delete(key);
    },
  };
}

async function stampOf(build: BuildSpec, files: readonly ContextFile[]) {
  const hash = createHash("sha256");
  let newest = 0n;
  const { dockerfile } = build;
  const around = "path" in dockerfile ? [{ name: "", stats: await stat(dockerfile.path, { bigint: true }) }] : [];
  for (const { name, stats } of [...around, ...files]) {
    const { mode, size, mtimeNs, ctimeNs, ino } = stats;
    // A folder's own times say nothing of what is sent of it.
    hash.update(`${name}\0${mode} ${stats.isDirectory() ? "" : `${size} ${mtimeNs} ${ctimeNs} ${ino}`}\n`);
    if (!stats.isDirectory() && ctimeNs > newest) newest = ctimeNs;
  }
  return { stamp: hash.digest("hex"), newestMs: Number(newest / 1_000_000n) };
}

function readSeen(file: string): Record<string, Seen> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Seen>;
  } catch {
    return {};
  }
}

/** Where it cannot be kept, what is there is read again the next time. */
function keepSeen(file: string, known: ReadonlyMap<string, Seen>): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(known)));
    renameSync(`${file}.new`, file);
  } catch {}
}
