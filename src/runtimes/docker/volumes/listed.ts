// The project's volumes, for a person: what each holds, and whose container it is in. One call for volumes, one for containers.
import type { ContainerInfo, VolumeInspectInfo } from "dockerode";
import type { Volume } from "../../../ports/use.ts";
import { listContainers } from "../containers/containers.ts";
import { nameIn } from "../containers/running.ts";
import type { DockerContext } from "../context.ts";
import { translated } from "../errors.ts";
import { label, ownFilter } from "../names.ts";

export async function volumes(context: DockerContext): Promise<readonly Volume[]> {
  const engine = await context.engine();
  try {
    const [{ Volumes }, containers] = await Promise.all([
      engine.listVolumes({ filters: { ...ownFilter(context.names) } }),
      listContainers(context),
    ]);
    return (Volumes ?? []).map((volume) => volumeOf(volume, containers)).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw translated(error, "the list of volumes");
  }
}

const holds: Readonly<Record<string, Volume["holds"]>> = {
  role: "work",
  mail: "mail",
  secrets: "secrets",
  shared: "objects",
};

function volumeOf({ Name, Driver, Labels }: VolumeInspectInfo, containers: readonly ContainerInfo[]): Volume {
  const role = Labels[label.role];
  const users = containers.flatMap(({ Labels: of, Mounts }) => {
    // Podman may name none where none is.
    const user = (Mounts ?? []).some((mount) => mount.Name === Name) ? nameIn(of) : undefined;
    return user === undefined ? [] : [user];
  });
  return {
    name: Name,
    driver: Driver,
    holds: holds[Labels[label.kind] ?? ""] ?? "file",
    ...(role !== undefined && { role }),
    usedBy: users.sort(),
  };
}
