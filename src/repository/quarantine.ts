// A throw-away bare repository into which an instance's objects are fetched and checked before they may enter the user's.
// Knows no policy: it says what came, or what git would not take.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { machineError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { Context } from "./context.ts";
import { type Git, gitAt } from "./git.ts";
import { temporaryFolder, withTemporary } from "./temporary.ts";
import { type Fetched, type FetchRequest, fetchFrom } from "./upload.ts";
import { bareConfig } from "./view.ts";

export interface Quarantine {
  readonly git: Git;
  /** Fetches one ref of the instance. */
  fetch(request: Omit<FetchRequest, "quarantine" | "limits">): Promise<Fetched>;
  /** Brings a fetched commit, and all that it reaches and `known` does not, into the user's objects. */
  release(commit: Oid, known: readonly Oid[]): Promise<void>;
}

/** `known`: commits of the user's repository that the instance has too; nothing that they reach is fetched again. */
export async function inQuarantine<T>(
  context: Context,
  known: readonly Oid[],
  use: (quarantine: Quarantine) => Promise<T>,
): Promise<T> {
  try {
    return await withTemporary(context, async (path) => {
      const git = prepare(context, { path, known });
      return await use({
        git,
        fetch: (request) => fetchFrom({ ...request, quarantine: { git, path }, limits: context.limits }),
        release: (commit, without) => release(context, { git, path, commit, without }),
      });
    });
  } catch (error) {
    throw machineError(error, temporaryFolder(context.place.commonDir)) ?? error;
  }
}

/** Names of checks (git-fsck(1)) that git only warns of, or does not always count as errors. */
const severities = [
  "badFilemode badName duplicateEntries emptyName fullPathname hasDot hasDotdot hasDotgit largePathname nullSha1",
  "treeNotSorted nulInCommit zeroPaddedFilemode gitattributesBlob gitattributesLarge gitattributesLineLength",
  "gitattributesMissing gitattributesSymlink gitignoreSymlink gitmodulesBlob gitmodulesLarge gitmodulesMissing",
  "gitmodulesName gitmodulesParse gitmodulesPath gitmodulesSymlink gitmodulesUpdate gitmodulesUrl mailmapSymlink",
  "symlinkPointsToGitDir",
].flatMap((line) => line.split(" "));

function prepare(context: Context, { path, known }: { readonly path: string; readonly known: readonly Oid[] }): Git {
  const { place } = context;
  for (const name of ["refs", "objects/info"]) mkdirSync(join(path, name), { recursive: true });
  const checks = severities.map((name) => `\t${name} = error\n`).join("");
  const config = [
    bareConfig(place),
    // The user's refs are not asked for: `known` is what both sides have.
    "[core]\n\talternateRefsCommand = true\n",
    '[protocol "ext"]\n\tallow = always\n[protocol "fd"]\n\tallow = always\n',
    // Always one pack, whose size the file limit bounds.
    "[transfer]\n\tfsckObjects = true\n\tunpackLimit = 1\n[fetch]\n\tfsckObjects = true\n\tunpackLimit = 1\n",
    `[fetch "fsck"]\n${checks}`,
    "[pack]\n\tthreads = 1\n",
  ];
  writeFileSync(join(path, "config"), config.join(""));
  writeFileSync(join(path, "objects/info/alternates"), `${context.objectDirectory}\n`);
  const shallow = readIfThere(join(place.commonDir, "shallow"));
  if (shallow) writeFileSync(join(path, "shallow"), shallow);
  const refs = [...new Set(known)].map((oid) => `${oid} refs/known/${oid}\n`);
  writeFileSync(join(path, "packed-refs"), `# pack-refs with: sorted \n${refs.sort(byName).join("")}`);
  writeFileSync(join(path, "HEAD"), "ref: refs/heads/none\n");
  const { GIT_OBJECT_DIRECTORY: _objects, GIT_SHALLOW_FILE: _shallow, ...environment } = context.view.place.environment;
  return gitAt({ ...context.view.place, cwd: path, environment: { ...environment, GIT_DIR: path } });
}

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}

interface Release {
  readonly git: Git;
  readonly path: string;
  readonly commit: Oid;
  readonly without: readonly Oid[];
}

/** git's own line between loose objects and a pack: `transfer.unpackLimit`. */
const unpackLimit = 100;

/**
 * Packs exactly what the commit adds, so that nothing else that an instance sent gets in. A fetch would do the same, but
 * the view has no refs from which it could tell that history is complete, and would walk all of it.
 */
async function release(context: Context, { git, path, commit, without }: Release): Promise<void> {
  const stdin = [commit, ...without.map((oid) => `^${oid}`)].join("\n");
  const file = join(path, "release.pack");
  const written = await open(file, "w");
  const packing = git.bytes(["pack-objects", "--revs", "--stdout", "--delta-base-offset", "-q"], {
    stdin: `${stdin}\n`,
    stdoutFd: written.fd,
    timeoutMs: context.limits.timeoutMs,
  });
  await packing.finally(() => written.close());
  const pack = await open(file, "r");
  try {
    const count = await objectCount(pack);
    if (count === 0) return;
    const args = count < unpackLimit ? ["unpack-objects", "-q"] : ["index-pack", "--stdin", "--fix-thin"];
    await context.view.bytes(args, { stdin: { fd: pack.fd }, timeoutMs: context.limits.timeoutMs });
  } finally {
    await pack.close();
  }
}

/** gitformat-pack(5): the third word. Reading at a position leaves the file at its beginning for git. */
async function objectCount(pack: FileHandle): Promise<number> {
  const header = Buffer.alloc(12);
  await pack.read(header, 0, header.length, 0);
  return header.readUInt32BE(8);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
