// What is mounted into a role's containers: its own volume, its own slot, and the shared objects that it can only read.
import type { MountSettings } from "dockerode";
import type { ContainerSpec } from "../../../model/container.ts";
import { archiveOf } from "../archive.ts";
import { type DockerContext, inside } from "../context.ts";
import { translated } from "../errors.ts";
import { type DockerNames, labelsOf, roleName, slotVolumeName } from "../names.ts";
import { statOf } from "../path-stat.ts";
import { fillVolume } from "./filler.ts";
import type { Ground } from "./ground-data.ts";
import { volumeMount } from "./volumes.ts";

export function roleMounts(names: DockerNames, { role, labels, slotVolume }: Ground): readonly MountSettings[] {
  return [
    volumeMount({ name: roleName(names, role), at: inside.home, labels }),
    volumeMount({ name: slotVolumeName(names, role), at: inside.mail, ...slotVolume }),
    sharedMount(names),
  ];
}

export function sharedMount(names: DockerNames): MountSettings {
  return volumeMount({ name: names.shared, at: inside.shared, labels: labelsOf(names, "shared"), readOnly: true });
}

/** The volume's root belongs to root: whoever the container runs as may write there, and nobody else has it. */
export async function openHome(
  context: DockerContext,
  role: string,
  { readOnly, isNew }: Pick<ContainerSpec, "readOnly"> & { readonly isNew: boolean },
): Promise<void> {
  const volume = roleName(context.names, role);
  const mode = 0o777;
  // The engine writes nothing into a container whose own files are read-only.
  if (readOnly) return await fillVolume(context, { volume, labels: {}, entries: [{ name: "", mode }] });
  const container = (await context.engine()).getContainer(volume);
  // An archive takes the engine ten times as long as a look; but only to one does it say what is wrong.
  const seen = isNew ? undefined : await statOf(container, inside.home).catch(() => undefined);
  if ((seen?.mode ?? 0) % 0o1000 === mode) return;
  const entries = [{ name: inside.home.slice(1), mode }];
  try {
    await container.putArchive(archiveOf(entries), { path: "/" });
  } catch (error) {
    throw translated(error, `container ${volume}`);
  }
}
