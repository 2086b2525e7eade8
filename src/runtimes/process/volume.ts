// A role's folder with its own clone: made aside and renamed, so that it is there whole or not at all; removed likewise.

import { chmod, mkdir, mkdtemp, readdir, rename, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { CrewError } from "../../errors.ts";
import type { NewVolume } from "../../ports/runtime.ts";
import type { ProcessContext } from "./context.ts";
import { readerEnvironment } from "./environment.ts";
import { type InstanceFolder, roleFolder } from "./folders.ts";
import { holderOf } from "./holder.ts";
import { makeMailFolders } from "./mail-folders.ts";
import { endMarked } from "./marked.ts";
import { statPlain } from "./reading.ts";
import { installScripts, runScript, scriptPath } from "./scripts.ts";
import { writeSource } from "./source.ts";
import { ensureFolder, removeTree } from "./writing.ts";

const cloneTimeoutMs = 600_000;

export async function createVolume(context: ProcessContext, volume: NewVolume): Promise<void> {
  const folder = roleFolder(context.folders, volume.role);
  // One that cannot be looked at is not there either: the making says why.
  if (typeof (await statPlain(folder.path)) === "object") return;
  const temporary = await beginAside(context.folders.roles, volume.role);
  await makeMailFolders(temporary);
  for (const name of ["home", "log"]) await mkdir(join(temporary, name), { mode: 0o700 });
  await installScripts(temporary, context.assets);
  await writeSource(temporary, volume.source);
  const aside: InstanceFolder = { ...folder, path: temporary };
  const { exitCode, complaint } = await runScript({
    args: [scriptPath(temporary, "supervisor.sh"), "clone", temporary, volume.branch, volume.start],
    environment: readerEnvironment({ host: context.host, folder: aside, role: volume.role }),
    timeoutMs: cloneTimeoutMs,
  });
  if (exitCode !== 0) {
    await removeTree(temporary);
    throw new CrewError("failed", `The clone of ${volume.role} cannot be made: ${complaint}`, {
      at: folder.path,
      hint: "crew up",
    });
  }
  await putInPlace(temporary, folder.path);
}

export async function removeVolume(context: ProcessContext, role: string): Promise<void> {
  const folder = roleFolder(context.folders, role);
  if (await holderOf(folder)) {
    throw new CrewError("failed", `${role} is running: its folder is not removed.`, {
      at: folder.path,
      hint: "crew down",
    });
  }
  for (const variable of ["CREW_READER", "CREW_INSTANCE"] as const) {
    await endMarked({ marker: { variable, value: folder.marker }, graceMs: 1_000, clock: context.clock });
  }
  const nested = await nestedRepository(join(folder.path, "work"));
  if (nested !== undefined) throw holdsRepository(role, nested);
  await removeAside(folder.path);
  await removeEmptyProject(context);
}

/** A rescue keeps no repository inside the work tree: git would note its commit and leave the objects behind. */
async function nestedRepository(work: string): Promise<string | undefined> {
  const folders = (await readdir(work, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory());
  for (const folder of folders.filter(({ name }) => name !== ".git").map(({ name }) => join(work, name))) {
    if ((await statPlain(join(folder, ".git"))) !== "absent") return folder;
    const below = await nestedRepository(folder);
    if (below !== undefined) return below;
  }
  return undefined;
}

function holdsRepository(role: string, path: string): CrewError {
  return new CrewError("needs-you", `${role} holds a repository of its own, which no rescue keeps: ${path}`, {
    at: path,
    hint: "Copy what you need out of it and remove it, then type the same command again",
  });
}

/**
 * An empty folder beside the final one. What an interrupted run left for the same name is removed first; `@` is in no
 * role's name and no key.
 */
export async function beginAside(parent: string, name: string): Promise<string> {
  await ensureFolder(parent);
  for (const left of await readdir(parent)) {
    if (left.startsWith(`.new@${name}@`) || left.startsWith(`.gone@${name}@`)) await removeTree(join(parent, left));
  }
  const path = await mkdtemp(join(parent, `.new@${name}@`));
  await chmod(path, 0o700);
  return path;
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
  if ((await statPlain(path)) === "absent") return;
  const parent = join(path, "..");
  const aside = await mkdtemp(join(parent, `.gone@${basename(path)}@`));
  await rename(path, join(aside, "it"));
  await removeTree(aside);
}

/**
 * The last volume takes the project's folder with it, kept logs included. Each folder goes only when it is empty at that
 * instant, so that what is being made beside it stays.
 */
export async function removeEmptyProject({ folders }: ProcessContext): Promise<void> {
  if ((await statPlain(folders.roles)) === "absent") return;
  for (const parent of [folders.gates, folders.roles]) {
    const left = await readdir(parent).catch(() => []);
    for (const name of left) if (name.startsWith(".gone@")) await removeTree(join(parent, name));
    if (!(await removeIfEmpty(parent))) return;
  }
  await removeTree(folders.gateLogs);
  await removeIfEmpty(folders.root);
}

async function removeIfEmpty(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}
