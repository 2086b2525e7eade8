// Volumes that the file names: made with crew's labels when the first instance needs them, and gone with the project's last
// volume. One that is somebody's own must be there, and is never made, changed or removed.
import type { MountSettings } from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { ContainerSpec } from "../../../model/container.ts";
import { contentHash } from "../../../model/content.ts";
import type { Mount, NamedVolume } from "../../../model/mount.ts";
import type { DockerContext } from "../context.ts";
import { isNotFound, translated } from "../errors.ts";
import { type DockerNames, type Labels, label, labelsOf, ownFilter, projectName } from "../names.ts";
import { fillVolume } from "./filler.ts";
import type { VolumeOptions } from "./ground-data.ts";
import { ensureVolume, findVolume, removeVolumeNamed, volumeMount } from "./volumes.ts";

/** `owner`: labels of those that are nobody else's. */
export async function ensureProjectVolumes(
  context: DockerContext,
  spec: Pick<ContainerSpec, "volumes">,
  owner: Labels = {},
): Promise<void> {
  for (const mount of spec.volumes ?? []) {
    if (mount.kind !== "volume") continue;
    if (mount.volume.external) await mustBeThere(context, mount.volume);
    else await ensureProjectVolume(context, mount.volume, owner);
  }
}

/** Nothing is made. */
export async function mustHaveExternalVolumes(context: DockerContext, spec: ContainerSpec): Promise<void> {
  for (const mount of spec.volumes ?? []) {
    if (mount.kind === "volume" && mount.volume.external) await mustBeThere(context, mount.volume);
  }
}

async function mustBeThere({ names, engine }: DockerContext, volume: NamedVolume): Promise<void> {
  const name = volumeName(names, volume);
  try {
    await (await engine()).getVolume(name).inspect();
  } catch (error) {
    if (!isNotFound(error)) throw translated(error, `volume ${name}`);
    throw new CrewError("needs-you", `There is no volume ${name} on the engine, and it is external: crew makes none.`, {
      hint: `docker volume create ${name}, then crew up`,
    });
  }
}

async function ensureProjectVolume(context: DockerContext, volume: NamedVolume, owner: Labels): Promise<void> {
  const { names } = context;
  const name = volumeName(names, volume);
  const { driver, driverOpts } = volume;
  const labels = { ...volumeLabels(names, volume), ...owner };
  const found = await findVolume(context, name);
  if (found && found.Labels[label.specHash] !== labels[label.specHash]) {
    throw new CrewError("needs-you", `The volume ${name} was made with other settings, and holds what was written.`, {
      hint: "Give it another name in the crew file; or crew down -v, then crew up",
    });
  }
  if (found) return;
  await ensureVolume(context, name, labels, volumeOptions(volume));
  // Its root is root's, and no role is: what an image has there, which the engine copies into it, keeps its own owner.
  const isPlain = driver === undefined && driverOpts === undefined;
  if (isPlain) await fillVolume(context, { volume: name, labels, entries: [{ name: "", mode: 0o777 }] });
}

/** Those that bear all of these labels. */
export async function removeVolumesOf(context: DockerContext, labels: Labels): Promise<void> {
  const engine = await context.engine();
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const filters = { label: [...ownFilter(context.names).label, ...pairs] };
  const { Volumes } = await engine.listVolumes({ filters });
  for (const { Name } of Volumes ?? []) await removeVolumeNamed(context, Name);
}

function volumeLabels(names: DockerNames, { driver, driverOpts, labels }: NamedVolume): Labels {
  return { ...labels, ...labelsOf(names, "volume", { [label.specHash]: contentHash({ driver, driverOpts }) }) };
}

function volumeOptions({ driver, driverOpts }: NamedVolume): VolumeOptions {
  return { ...(driver !== undefined && { Driver: driver }), ...(driverOpts && { DriverOpts: { ...driverOpts } }) };
}

function volumeName(names: DockerNames, { key, name }: NamedVolume): string {
  return name ?? projectName(names, key);
}

/** As the engine's `Mounts`; folders of the host that it may make are among `hostBinds`. */
export function declaredMounts(
  names: DockerNames,
  { volumes = [] }: Pick<ContainerSpec, "volumes">,
): readonly MountSettings[] {
  return volumes.flatMap((mount) => mountSettings(names, mount) ?? []);
}

export function hostBinds({ volumes = [] }: Pick<ContainerSpec, "volumes">): readonly string[] {
  return volumes.flatMap((mount) => {
    if (mount.kind !== "bind" || mount.mustExist) return [];
    const mode = [mount.readOnly ? "ro" : "rw", ...(mount.selinux ? [mount.selinux] : [])].join();
    return [`${mount.source}:${mount.target}:${mode}`];
  });
}

function mountSettings(names: DockerNames, mount: Mount): MountSettings | undefined {
  const Target = mount.target;
  switch (mount.kind) {
    case "volume": {
      const { volume, readOnly, noCopy } = mount;
      const name = volumeName(names, volume);
      const own = { labels: volumeLabels(names, volume), options: volumeOptions(volume) };
      const made = volume.external ? { labels: {}, options: { Driver: "" } } : own;
      return volumeMount({ name, at: Target, ...made, readOnly, copy: noCopy !== true });
    }
    case "bind":
      return mount.mustExist && { Type: "bind", Source: mount.source, Target, ReadOnly: mount.readOnly };
    case "tmpfs": {
      const options = { SizeBytes: mount.sizeBytes ?? 0, Mode: mount.mode ?? 0o1777 };
      return { Type: "tmpfs", Source: "", Target, TmpfsOptions: options };
    }
  }
}
