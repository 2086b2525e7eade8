// What is the project's and no role's goes with the last that needs it: hub, readers and network with the last instance, the
// shared volumes with the last role's.
import type { ContainerInfo } from "dockerode";
import { listContainers, removeContainer } from "./containers.ts";
import type { DockerContext } from "./context.ts";
import { isConflict, translated } from "./errors.ts";
import { label, ownFilter } from "./names.ts";
import { removeNetworks } from "./project-networks.ts";
import { removeVolumeNamed } from "./volumes.ts";

/** Asked after each removal; waits until nothing is being made, which would not be seen yet. */
export function tidy(context: DockerContext): Promise<void> {
  return context.turns.alone(() => removeShared(context));
}

async function removeShared(context: DockerContext): Promise<void> {
  const containers = await listContainers(context);
  const isNeeded = containers.some(({ Labels }) =>
    ["role", "gate", "setup", "service"].includes(Labels[label.kind] ?? ""),
  );
  if (isNeeded) return;
  // Side by side: what is left is in no network, and an engine takes its time over one.
  const ended = await Promise.allSettled([removeNetworks(context), removeRest(context, containers)]);
  for (const each of ended) if (each.status === "rejected") throw each.reason;
}

async function removeRest(context: DockerContext, containers: readonly ContainerInfo[]): Promise<void> {
  for (const { Names } of containers) await removeContainer(context, Names[0]?.slice(1) ?? "");
  const volumes = await volumeNames(context);
  if (volumes.some(({ kind }) => kind === "role")) return;
  for (const { name, kind } of volumes) {
    await removeVolumeNamed(context, name).catch((error: Error) => {
      // One that the file names may be in somebody else's container, too.
      if (kind !== "volume" || !isConflict(error.cause)) throw error;
    });
  }
}

/** One call. */
export async function volumeNames(context: DockerContext) {
  const engine = await context.engine();
  try {
    const { Volumes } = await engine.listVolumes({ filters: { ...ownFilter(context.names) } });
    return (Volumes ?? []).map(({ Name: name, Labels }) => ({
      name,
      kind: Labels[label.kind],
      role: Labels[label.role],
      slot: Labels[label.slot],
    }));
  } catch (error) {
    throw translated(error, "the list of volumes");
  }
}
