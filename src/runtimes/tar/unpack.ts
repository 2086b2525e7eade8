// Writes what a tar archive holds below one folder of this machine. The archive may be an agent's: nothing is written outside
// of that folder or through a link, no link is made that leads out of it, and nothing but files, folders and links is made.
import { constants, type Stats } from "node:fs";
import { chmod, copyFile, lchown, lstat, mkdir, open, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Header } from "tar-stream";

export interface Unpacking {
  /** Absolute. Made where it is not there; its parent must be. */
  readonly root: string;
  /** Components that are taken off each name: 1 where the archive's own root becomes `root`. */
  readonly strip: 0 | 1;
  /** Links are a person's own: they may lead anywhere. */
  readonly anyLinks?: boolean;
  /** Gives each thing the owner that it has in the archive; only root can. */
  readonly keepOwner?: boolean;
}

/** What was left out, each as `<name>: <why>`. */
export async function unpack(archive: Readable, unpacking: Unpacking): Promise<readonly string[]> {
  const reader = extract();
  const done = pipeline(archive, reader);
  done.catch(() => undefined);
  const left: string[] = [];
  const state: State = { ...unpacking, folders: new Set(), files: new Map(), modes: new Map() };
  for await (const entry of reader) {
    const why = await place({ header: entry.header, content: entry as unknown as Readable }, state);
    if (why !== undefined) left.push(`${entry.header.name}: ${why}`);
    entry.resume();
  }
  await done;
  // Last, and the deepest first: a folder that may not be written in could not be filled.
  for (const [path, mode] of [...state.modes].reverse()) await chmod(path, mode);
  return left;
}

interface State extends Unpacking {
  /** Real folders below the root, which nothing in the archive can turn into something else. */
  readonly folders: Set<string>;
  /** By name in the archive. */
  readonly files: Map<string, string>;
  readonly modes: Map<string, number>;
}

interface Entry {
  readonly header: Header;
  readonly content: Readable;
}

/** Undefined: it is there now. */
async function place({ header, content }: Entry, state: State): Promise<string | undefined> {
  const { name, type, mode, mtime, linkname, uid, gid } = header;
  const parts = partsOf(name);
  if (!parts) return "its name leads out of the archive";
  const below = parts.slice(state.strip);
  const path = join(state.root, ...below);
  const isRoot = below.length === 0;
  if (!(await haveFolders(state, below))) return "what is to hold it is no folder";
  const there = isRoot && type === "directory" ? await found(stat, path) : await found(lstat, path);
  if (type === "directory") {
    if (there && !there.isDirectory()) return "something else is there";
    if (!there) await mkdir(path, { mode: 0o700 });
    state.folders.add(path);
    if (!there) state.modes.set(path, mode & 0o777);
  } else {
    if (there?.isDirectory()) return "a folder is there";
    const source = type === "link" ? state.files.get(partsOf(linkname ?? "")?.join("/") ?? "") : undefined;
    const target = linkname ?? "";
    if (type === "link" && source === undefined) return "it is a link to what is not in the archive";
    if (type === "symlink" && state.anyLinks !== true && leadsOut(target, below))
      return `it is a link that leads out, to ${target}`;
    if (!["file", "contiguous-file", "link", "symlink"].includes(type ?? "")) return `it is a ${type}`;
    if (there) await unlink(path);
    if (type === "symlink") await symlink(target, path);
    else if (source !== undefined) await copyFile(source, path, constants.COPYFILE_EXCL);
    else await makeFile(content, { path, mode: mode & 0o777, ...(mtime && { mtime }) });
    if (type !== "symlink") state.files.set(parts.join("/"), path);
  }
  if (state.keepOwner) await lchown(path, uid ?? 0, gid ?? 0);
  return undefined;
}

/** Undefined: absolute, or with `..`. */
function partsOf(name: string): readonly string[] | undefined {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  return name.startsWith("/") || parts.includes("..") ? undefined : parts;
}

async function haveFolders(state: State, below: readonly string[]): Promise<boolean> {
  if (below.length === 0) return true;
  for (let n = 0; n < below.length; n += 1) {
    const path = join(state.root, ...below.slice(0, n));
    if (state.folders.has(path)) continue;
    // The root may be a link: it is the person's own.
    const there = n === 0 ? await found(stat, path) : await found(lstat, path);
    if (there && !there.isDirectory()) return false;
    if (!there) await mkdir(path);
    state.folders.add(path);
  }
  return true;
}

/**
 * By induction every link that is made stays inside: `..` only leads, from a real folder, and what descends after it meets
 * nothing but such links.
 */
function leadsOut(target: string, below: readonly string[]): boolean {
  if (target.startsWith("/") || below.length === 0) return true;
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const ups = parts.findIndex((part) => part !== "..");
  const leading = ups < 0 ? parts.length : ups;
  if (parts.slice(leading).includes("..")) return true;
  return leading > below.length - 1;
}

interface NewFile {
  readonly path: string;
  readonly mode: number;
  readonly mtime?: Date;
}

async function makeFile(content: Readable, { path, mode, mtime }: NewFile): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, mode);
  try {
    await writeFile(file, content);
    if (mtime) await file.utimes(mtime, mtime);
  } finally {
    await file.close();
  }
}

async function found(look: (path: string) => Promise<Stats>, path: string): Promise<Stats | undefined> {
  try {
    return await look(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
