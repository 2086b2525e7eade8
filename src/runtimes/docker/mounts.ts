// What is mounted into a role's containers: its own volume, its own slot, and the shared objects that it can only read.
import type { MountSettings } from "dockerode";
import { archiveOf } from "./archive.ts";
import { type DockerContext, inside } from "./context.ts";
import { translated } from "./errors.ts";
import { type DockerNames, roleName, slotVolumeName } from "./names.ts";

export function roleMounts(names: DockerNames, role: string): readonly MountSettings[] {
  return [
    { Type: "volume", Source: roleName(names, role), Target: inside.home, VolumeOptions: noCopy },
    { Type: "volume", Source: slotVolumeName(names, role), Target: inside.mail, VolumeOptions: noCopy },
    sharedMount(names),
  ];
}

export function sharedMount(names: DockerNames): MountSettings {
  return { Type: "volume", Source: names.shared, Target: inside.shared, ReadOnly: true, VolumeOptions: noCopy };
}

/** What an image has at that path does not belong into it. */
const noCopy = { NoCopy: true, Labels: {}, DriverConfig: { Name: "local", Options: {} } } as const;

/** The volume's root belongs to root: whoever the container runs as may write there, and nobody else has it. */
export async function openHome(context: DockerContext, container: string): Promise<void> {
  const entry = { name: inside.home.slice(1), mode: 0o777 };
  try {
    await (await context.engine()).getContainer(container).putArchive(archiveOf([entry]), { path: "/" });
  } catch (error) {
    throw translated(error, `container ${container}`);
  }
}
