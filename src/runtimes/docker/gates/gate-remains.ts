// What is left of gate runs whose containers are gone: whoever removed them may have been killed before their volumes and networks
// went too.
import { listContainers } from "../containers/containers.ts";
import type { DockerContext } from "../context.ts";
import { isConflict, translated } from "../errors.ts";
import { label, ownFilter } from "../names.ts";
import { leaveGateNetwork } from "../networks/owner-networks.ts";
import { removeVolumesOf } from "../volumes/project-volumes.ts";

/** Waits until nothing is being made, whose container would not be seen yet. */
export async function removeGateRemains(context: DockerContext): Promise<void> {
  await context.turns.alone(async () => {
    const engine = await context.engine();
    const filters = { label: [...ownFilter(context.names).label, label.key] };
    try {
      const [{ Volumes }, networks] = await Promise.all([
        engine.listVolumes({ filters }),
        engine.listNetworks({ filters }),
      ]);
      const keys = [...(Volumes ?? []), ...networks].flatMap(({ Labels }) => Labels?.[label.key] ?? []);
      if (keys.length === 0) return;
      const living = new Set((await listContainers(context)).map(({ Labels }) => Labels[label.key]));
      for (const key of new Set(keys.filter((each) => !living.has(each)))) {
        await removeVolumesOf(context, { [label.key]: key }).catch(unlessInUse);
        await leaveGateNetwork(context, key).catch(unlessInUse);
      }
    } catch (error) {
      throw translated(error, "what is left of gates");
    }
  });
}

/** Somebody looks into it: it goes with a later one. */
function unlessInUse(error: Error): void {
  if (!isConflict(error) && !isConflict(error.cause)) throw error;
}
