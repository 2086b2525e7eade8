// Folders that are made aside and renamed, so that each is there whole or not at all, and that go the same way. Knows only
// names: what is in a folder is its maker's.
import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, readdir, rename, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ProcessContext } from "./context.ts";
import { statPlain } from "./reading.ts";
import { ensureFolder, removeTree } from "./writing.ts";

/**
 * An empty folder beside the final one. What an interrupted run left for the same name is removed first; `@` is in no
 * role's name and no key.
 */
export async function beginAside(parent: string, name: string): Promise<string> {
  await ensureFolder(parent);
  for (const left of await leftOf(parent, name)) await removeTree(left);
  const path = await mkdtemp(join(parent, `.new@${name}@`));
  await chmod(path, 0o700);
  return path;
}

/** What was begun or half removed under the name when crew was ended. */
export async function leftOf(parent: string, name: string): Promise<readonly string[]> {
  const isLeft = (each: string) => each.startsWith(`.new@${name}@`) || each.startsWith(`.gone@${name}@`);
  return (await namesIn(parent)).filter(isLeft).map((each) => join(parent, each));
}

/** Somebody else may have been quicker with the same: theirs stays. */
export async function putInPlace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    await removeTree(temporary);
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Gone under its name at once, so that a crash leaves no half folder that looks whole. */
export async function removeAside(path: string): Promise<void> {
  await moveAside(path);
  for (const left of await leftOf(dirname(path), basename(path))) await removeTree(left);
}

/** The first half of it. */
export async function moveAside(path: string): Promise<void> {
  if ((await statPlain(path)) === "absent") return;
  await rename(path, join(dirname(path), `.gone@${basename(path)}@${randomUUID()}`));
}

/** Names of folders whose removal was begun and is not finished. */
export async function halfRemovedIn(parent: string): Promise<readonly string[]> {
  return (await namesIn(parent)).flatMap((name) => removedName(name) ?? []);
}

/**
 * The last volume takes the project's folder with it, kept logs included. Each folder goes only when it is empty at that
 * instant, so that what is being made beside it stays. The logs go first: once nothing tells of a role, nobody would ask.
 */
export async function removeEmptyProject({ folders }: ProcessContext): Promise<void> {
  if ((await statPlain(folders.roles)) === "absent") return;
  if ((await namesIn(folders.roles)).some((name) => removedName(name) === undefined)) return;
  await removeTree(folders.gateLogs);
  for (const parent of [folders.gates, folders.roles]) {
    for (const name of await namesIn(parent)) if (removedName(name) !== undefined) await removeTree(join(parent, name));
    if (!(await removeIfEmpty(parent))) return;
  }
  await removeIfEmpty(folders.root);
}

/** What was begun for roles and gates that nobody asked for again, where no role is left. */
export async function removeBegun({ folders }: ProcessContext): Promise<void> {
  if ((await namesIn(folders.roles)).some((name) => !name.startsWith("."))) return;
  for (const parent of [folders.gates, folders.roles]) {
    for (const name of await namesIn(parent)) if (name.startsWith(".new@")) await removeTree(join(parent, name));
  }
}

function removedName(name: string): string | undefined {
  return /^\.gone@([^@]+)@/.exec(name)?.[1];
}

async function namesIn(path: string): Promise<readonly string[]> {
  return await readdir(path).catch(() => []);
}

async function removeIfEmpty(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}
