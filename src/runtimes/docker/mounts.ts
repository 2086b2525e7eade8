// What is mounted into a role's containers: its own volume, its own slot, and the shared objects that it can only read.
import type { MountSettings } from "dockerode";
import type { ContainerSpec } from "../../model/container.ts";
import type { InstanceSpec } from "../../model/spec.ts";
import { archiveOf } from "./archive.ts";
import { type DockerContext, inside } from "./context.ts";
import { translated } from "./errors.ts";
import { fillVolume } from "./filler.ts";
import { type DockerNames, roleName, secretsVolumeName, slotVolumeName } from "./names.ts";
import { secretsFolder } from "./secrets.ts";

export function roleMounts(names: DockerNames, role: string): readonly MountSettings[] {
  return [
    { Type: "volume", Source: roleName(names, role), Target: inside.home, VolumeOptions: noCopy },
    { Type: "volume", Source: slotVolumeName(names, role), Target: inside.mail, VolumeOptions: noCopy },
    sharedMount(names),
  ];
}

export function secretMounts(names: DockerNames, { role, secrets = [] }: InstanceSpec): readonly MountSettings[] {
  if (secrets.length === 0) return [];
  return [{ Type: "volume", Source: secretsVolumeName(names, role), Target: secretsFolder, VolumeOptions: noCopy }];
}

export function sharedMount(names: DockerNames): MountSettings {
  return { Type: "volume", Source: names.shared, Target: inside.shared, ReadOnly: true, VolumeOptions: noCopy };
}

/** What an image has at that path does not belong into it. */
const noCopy = { NoCopy: true, Labels: {}, DriverConfig: { Name: "local", Options: {} } } as const;

/** The volume's root belongs to root: whoever the container runs as may write there, and nobody else has it. */
export async function openHome(
  context: DockerContext,
  role: string,
  { readOnly }: Pick<ContainerSpec, "readOnly">,
): Promise<void> {
  const volume = roleName(context.names, role);
  const mode = 0o777;
  // The engine writes nothing into a container whose own files are read-only.
  if (readOnly) return await fillVolume(context, { volume, entries: [{ name: "", mode }] });
  const entries = [{ name: inside.home.slice(1), mode }];
  try {
    await (await context.engine()).getContainer(volume).putArchive(archiveOf(entries), { path: "/" });
  } catch (error) {
    throw translated(error, `container ${volume}`);
  }
}
