// What is the project's and no role's goes with the last that needs it: hub, readers and network with the last instance, the
// shared volumes with the last role's.
import type { ContainerInfo } from "dockerode";
import { listContainers, removeContainer } from "./containers/containers.ts";
import type { DockerContext, ListedVolume } from "./context.ts";
import { isConflict, translated } from "./errors.ts";
import { label, ownFilter } from "./names.ts";
import { removeNetworks } from "./networks/project-networks.ts";
import { togetherFor } from "./together.ts";
import { removeVolumeNamed } from "./volumes/volumes.ts";

/** Asked after each removal; waits until nothing is being made, which would not be seen yet. False: all of it is needed. */
export async function tidy(context: DockerContext): Promise<boolean> {
  return await tidyTogether(context, undefined);
}

const tidyTogether = togetherFor(async (context: DockerContext, all: readonly undefined[]) => {
  const isOver = await context.turns.alone(() => removeShared(context));
  return all.map(() => isOver);
});

async function removeShared(context: DockerContext): Promise<boolean> {
  const containers = await listContainers(context);
  const isNeeded = containers.some(({ Labels }) =>
    ["role", "gate", "setup", "service"].includes(Labels[label.kind] ?? ""),
  );
  if (isNeeded) return false;
  // Side by side: what is left is in no network, and an engine takes its time over one.
  const ended = await Promise.allSettled([removeNetworks(context), removeRest(context, containers)]);
  for (const each of ended) if (each.status === "rejected") throw each.reason;
  return true;
}

async function removeRest(context: DockerContext, containers: readonly ContainerInfo[]): Promise<void> {
  await Promise.all(containers.map(({ Names }) => removeContainer(context, Names[0]?.slice(1) ?? "")));
  const all = await volumeNames(context);
  // Secrets go with whoever was given them: whoever removed that may have been killed before.
  const volumes = all.some(({ kind }) => kind === "role") ? all.filter(({ kind }) => kind === "secrets") : all;
  await Promise.all(
    volumes.map(async ({ name, kind }) => {
      await removeVolumeNamed(context, name).catch((error: Error) => {
        // One that the file names may be in somebody else's container, too.
        if (kind !== "volume" || !isConflict(error.cause)) throw error;
      });
    }),
  );
}

/** One call. */
export async function volumeNames(context: DockerContext): Promise<readonly ListedVolume[]> {
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
