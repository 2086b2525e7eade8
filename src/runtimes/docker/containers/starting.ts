// A role's container is started: its home open to whoever it runs as, in all of its networks, its services within reach.
import type { ContainerInspectInfo } from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { InstanceSpec } from "../../../model/spec.ts";
import type { DockerContext } from "../context.ts";
import { isNetworkGone } from "../errors.ts";
import { label, roleName, slotVolumeName } from "../names.ts";
import { reachAgain, reachServices } from "../networks/owner-networks.ts";
import { joinNetworks, rejoinNetworks } from "../networks/project-networks.ts";
import { openHome } from "../volumes/mounts.ts";
import { findContainer, removeContainer, startContainer } from "./containers.ts";

export async function startInstance(context: DockerContext, role: string): Promise<void> {
  const name = roleName(context.names, role);
  const found = await findContainer(context, name);
  if (!found) throw new CrewError("failed", `${role} has no instance to start.`, { hint: "crew up" });
  if (found.State.Running) return;
  context.awake.delete(role);
  context.kept.delete(found.Config.Labels[label.slot] ?? "");
  try {
    await startFound(context, role, found);
  } catch (error) {
    if (!isWithoutSlot(context, role, error)) throw error;
    // With all mail went what its environment was: the next look finds none, and it is made anew.
    await removeContainer(context, name);
  }
}

/** Where a volume is a folder that is not there, the engine says so in the words of its system. */
function isWithoutSlot({ names }: DockerContext, role: string, error: unknown): boolean {
  const { message } = error as Error;
  return message.includes(slotVolumeName(names, role)) && /no such file or directory/i.test(message);
}

async function startFound(context: DockerContext, role: string, found: ContainerInspectInfo): Promise<void> {
  const name = roleName(context.names, role);
  const fresh = context.fresh.get(role);
  // Before each start: a crew that was killed may have made the container and nothing more.
  if (!fresh || fresh.isNew)
    await openHome(context, role, {
      readOnly: found.HostConfig.ReadonlyRootfs === true,
      isNew: fresh !== undefined,
    });
  const spec = JSON.parse(found.Config.Labels[label.spec] ?? "{}") as Partial<InstanceSpec>;
  const joining = { container: name, role, networks: spec.container?.networks };
  const reaching = { owner: { kind: "role", role } as const, container: name, services: spec.services ?? [] };
  await joinNetworks(context, { ...joining, joined: Object.keys(found.NetworkSettings.Networks) });
  await reachServices(context, reaching);
  try {
    await startContainer(context, name);
  } catch (error) {
    if (!isNetworkGone(error)) throw error;
    await rejoinNetworks(context, joining);
    await reachAgain(context, reaching);
    await startContainer(context, name);
  }
}
