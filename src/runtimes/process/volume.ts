// A role's folder with its own clone: there whole or not at all. Removed only when nothing in it can be lost.
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { CrewError, machineErrorIn } from "../../errors.ts";
import type { NewVolume } from "../../ports/runtime.ts";
import { beginAside, leftOf, moveAside, putInPlace, removeAside, removeBegun, removeEmptyProject } from "./aside.ts";
import type { ProcessContext } from "./context.ts";
import { readerEnvironment } from "./environment.ts";
import { type InstanceFolder, roleFolder } from "./folders.ts";
import { holderOf } from "./holder.ts";
import { makeMailFolders } from "./mail-folders.ts";
import { endMarked } from "./marked.ts";
import { statPlain } from "./reading.ts";
import { mustHaveRoom } from "./room.ts";
import { installScripts, runScript, scriptPath } from "./scripts.ts";
import { writeSource } from "./source.ts";
import { removeTree } from "./writing.ts";

const cloneTimeoutMs = 600_000;

export async function createVolume(context: ProcessContext, volume: NewVolume): Promise<void> {
  const folder = roleFolder(context.folders, volume.role);
  // One that cannot be looked at is not there either: the making says why.
  if (typeof (await statPlain(folder.path)) === "object") return;
  // A clone that a killed crew had begun goes on by itself, and would write into what is removed.
  if ((await leftOf(context.folders.roles, volume.role)).length > 0) {
    await endMarked({ marker: { variable: "CREW_READER", value: folder.marker }, graceMs: 0, clock: context.clock });
  }
  const temporary = await beginAside(context.folders.roles, volume.role);
  mustHaveRoom(context);
  await makeMailFolders(temporary);
  for (const name of ["home", "log"]) await mkdir(join(temporary, name), { mode: 0o700 });
  await installScripts(temporary, context.assets);
  await writeSource(temporary, context.source);
  const aside: InstanceFolder = { ...folder, path: temporary };
  const { exitCode, complaint } = await runScript({
    args: [scriptPath(temporary, "supervisor.sh"), "clone", temporary, volume.branch, volume.start],
    environment: readerEnvironment({ host: context.host, folder: aside, role: volume.role }),
    timeoutMs: cloneTimeoutMs,
  });
  if (exitCode !== 0) {
    await removeTree(temporary);
    const refused = machineErrorIn(complaint, folder.path);
    if (refused) throw refused;
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
  await moveAside(folder.path);
  await removeBegun(context);
  await removeEmptyProject(context);
  await removeAside(folder.path);
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
