// Files in and out of a role's instance, running or not: below its folder, or wherever an absolute path of this machine leads.
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { CrewError } from "../../errors.ts";
import type { CopyIn, CopyOut, PathKind } from "../../ports/runtime.ts";
import { packPath } from "../tar/pack.ts";
import { unpack } from "../tar/unpack.ts";
import type { ProcessContext } from "./context.ts";
import { roleFolder } from "./folders.ts";
import { statPlain } from "./reading.ts";

export async function kindAt(context: ProcessContext, role: string, path: string): Promise<PathKind> {
  try {
    return (await stat(await placeOf(context, role, path))).isDirectory() ? "folder" : "other";
  } catch (error) {
    if (error instanceof CrewError) throw error;
    const there = await statPlain(await placeOf(context, role, path));
    return typeof there === "object" ? "other" : "absent";
  }
}

export async function copyOut(context: ProcessContext, role: string, { path, follow }: CopyOut): Promise<Readable> {
  const place = await placeOf(context, role, path);
  return packPath(place, { name: basename(place), follow });
}

export async function copyIn(
  context: ProcessContext,
  role: string,
  { path, archive, keepOwner }: CopyIn,
): Promise<void> {
  const root = await placeOf(context, role, path);
  const left = await unpack(archive, { root, strip: 0, anyLinks: true, keepOwner });
  if (left.length > 0) throw new CrewError("failed", `Not all could be copied to ${role}: ${left.join("; ")}`);
}

async function placeOf({ folders }: ProcessContext, role: string, path: string): Promise<string> {
  const folder = roleFolder(folders, role);
  if (typeof (await statPlain(folder.path)) !== "object") {
    throw new CrewError("failed", `${role} has no instance.`, { hint: "crew up" });
  }
  return resolve(join(folder.path, "work"), path);
}
