// Files in and out of a role's container, running or not, by the engine's archive calls.
import { posix } from "node:path";
import type { Readable } from "node:stream";
import type { Container, ContainerInspectInfo } from "dockerode";
import { CrewError } from "../../errors.ts";
import type { CopyIn, CopyOut, PathKind } from "../../ports/runtime.ts";
import { ownedBy } from "../tar/pack.ts";
import { findContainer } from "./containers/containers.ts";
import { type DockerContext, inside } from "./context.ts";
import { translated } from "./errors.ts";
import { forgetKept } from "./mail/slots.ts";
import { label, roleName } from "./names.ts";
import { type PathStat, statOf } from "./path-stat.ts";

export async function kindAt(context: DockerContext, role: string, path: string): Promise<PathKind> {
  const { container } = await containerOf(context, role);
  const at = await statOf(container, placeOf(path));
  // A link is what it leads to, where that is anything.
  const there = at?.linkTarget ? ((await statOf(container, at.linkTarget)) ?? at) : at;
  return !there ? "absent" : isFolder(there) ? "folder" : "other";
}

export async function copyOut(context: DockerContext, role: string, { path, follow }: CopyOut): Promise<Readable> {
  const { container } = await containerOf(context, role);
  const place = placeOf(path);
  const target = follow ? (await statOf(container, place))?.linkTarget : undefined;
  try {
    return (await container.getArchive({ path: target || place })) as Readable;
  } catch (error) {
    throw translated(error, `${role}:${path}`);
  }
}

/** All of it becomes the agent's own, so that it can work on it, unless owners are kept. */
export async function copyIn(
  context: DockerContext,
  role: string,
  { path, archive, keepOwner }: CopyIn,
): Promise<void> {
  const { container, found } = await containerOf(context, role);
  const slot = found.Config.Labels[label.slot];
  if (slot !== undefined && !found.State.Running) await forgetKept(context, slot);
  const owner = ownerOf(found);
  const owned = keepOwner || !owner ? archive : ownedBy(archive, owner);
  try {
    await container.putArchive(owned, { path: placeOf(path), noOverwriteDirNonDir: "true" });
  } catch (error) {
    throw translated(error, `${role}:${path}`);
  }
}

async function containerOf(
  context: DockerContext,
  role: string,
): Promise<{ readonly container: Container; readonly found: ContainerInspectInfo }> {
  const name = roleName(context.names, role);
  const found = await findContainer(context, name);
  if (!found) throw new CrewError("failed", `${role} has no instance.`, { hint: "crew up" });
  return { container: (await context.engine()).getContainer(name), found };
}

function placeOf(path: string): string {
  return posix.resolve(inside.home, "work", path);
}

/** Undefined for a name, which only the image knows. */
function ownerOf({ Config }: ContainerInspectInfo): { readonly uid: number; readonly gid: number } | undefined {
  const [, uid, gid = uid] = /^(\d+)(?::(\d+))?$/.exec(Config.User) ?? [];
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function isFolder({ mode }: PathStat): boolean {
  return mode >= 2 ** 31;
}
