// The network of each owner of services: the owner, its own copies, and what it shares with others, each by its name.
import { servedAs } from "../../../model/one-off.ts";
import type { ServiceOwner } from "../../../model/services.ts";
import type { ServiceUse } from "../../../model/spec.ts";
import { findContainer, listContainers } from "../containers/containers.ts";
import type { DockerContext } from "../context.ts";
import { isConflict, isForbidden, isInAlready, isNotFound, translated } from "../errors.ts";
import { isOwn, type Labels, label, labelsOf, nameTaken, serviceName, serviceNetworkName } from "../names.ts";
import { networksNamed } from "./networks-named.ts";
import { ownerIn, ownerLabels } from "./owner-labels.ts";
import { createNetwork } from "./subnets.ts";

/** Names of the services that it shares with others, for a label of an owner's container. */
export function sharedLabel(services: readonly ServiceUse[] = []): Labels {
  const shared = services.flatMap(({ name, shared }) => (shared ? [name] : []));
  return shared.length === 0 ? {} : { [label.shared]: shared.join(between) };
}

const between = ",";

export function ensureOwnerNetwork(context: DockerContext, owner: ServiceOwner): Promise<void> {
  return context.turns.inTurn(async () => {
    const { names } = context;
    const name = serviceNetworkName(names, owner);
    // Without an address of its own the bridge leads to no program of the host either.
    const isIsolated = owner.kind === "gate" && owner.isolated === true;
    try {
      const found = await networksNamed(context, name);
      if (found.some(({ Labels }) => !isOwn(names, Labels))) throw nameTaken("network", name);
      if (found.length > 0) return;
      const of = owner.kind === "role" ? { [label.role]: servedAs(owner.role) } : ownerLabels(owner);
      await createNetwork(context, {
        Name: name,
        CheckDuplicate: true,
        ...(isIsolated && { Internal: true, Options: { "com.docker.network.bridge.inhibit_ipv4": "true" } }),
        Labels: { ...labelsOf(names, "network", of) },
      });
    } catch (error) {
      const isThere = isConflict(error) && (await networksNamed(context, name)).length > 0;
      if (!isThere) throw translated(error, `network ${name}`);
    }
  });
}

export interface Reaching {
  readonly owner: ServiceOwner;
  /** The owner's. */
  readonly container: string;
  readonly services: readonly ServiceUse[];
}

/** The owner and what it shares with others come together in its network. */
export async function reachServices(context: DockerContext, { owner, container, services }: Reaching): Promise<void> {
  if (services.length === 0) return;
  await ensureOwnerNetwork(context, owner);
  const network = serviceNetworkName(context.names, owner);
  await connect(context, { network, container });
  for (const { name, shared } of services) if (shared) await connectShared(context, { network, service: name });
}

/** Networks that were made anew are others to a container that was made before. */
export async function reachAgain(context: DockerContext, reaching: Reaching): Promise<void> {
  const engine = await context.engine();
  await engine
    .getNetwork(serviceNetworkName(context.names, reaching.owner))
    .disconnect({ Container: reaching.container, Force: true })
    .catch(() => undefined);
  await reachServices(context, reaching);
}

/** One that was made anew is where its users look for it. */
export async function joinOwners(context: DockerContext, service: string): Promise<void> {
  for (const { Labels } of await listContainers(context)) {
    if (!(Labels[label.shared] ?? "").split(between).includes(service)) continue;
    const owner = ownerIn(Labels);
    const network = serviceNetworkName(context.names, owner);
    await ensureOwnerNetwork(context, owner);
    await connectShared(context, { network, service });
  }
}

async function connectShared(
  context: DockerContext,
  { network, service }: { readonly network: string; readonly service: string },
): Promise<void> {
  const container = serviceName(context.names, { kind: "project" }, service);
  if (await findContainer(context, container)) await connect(context, { network, container, alias: service });
}

async function connect(
  context: DockerContext,
  { network, container, alias }: { readonly network: string; readonly container: string; readonly alias?: string },
): Promise<void> {
  const engine = await context.engine();
  const EndpointConfig = alias === undefined ? {} : { Aliases: [alias] };
  try {
    await engine.getNetwork(network).connect({ Container: container, EndpointConfig });
  } catch (error) {
    if (!isInAlready(error)) throw translated(error, `network ${network}`);
  }
}

/** Goes with the last container of the run; its name is never used again. */
export async function leaveGateNetwork(context: DockerContext, key: string): Promise<void> {
  const isNeeded = (await listContainers(context)).some(({ Labels }) => Labels[label.key] === key);
  if (isNeeded) return;
  const name = serviceNetworkName(context.names, { kind: "gate", gate: "", key });
  const engine = await context.engine();
  try {
    const network = (await networksNamed(context, name)).find(({ Labels }) => isOwn(context.names, Labels));
    if (!network) return;
    const { Containers } = (await engine.getNetwork(network.Id).inspect()) as {
      readonly Containers?: Readonly<Record<string, { readonly Name: string }>>;
    };
    // What others have as well goes on without it.
    for (const { Name } of Object.values(Containers ?? {})) {
      const isShared = Name.startsWith(serviceName(context.names, { kind: "project" }, ""));
      if (isShared) await engine.getNetwork(network.Id).disconnect({ Container: Name, Force: true });
    }
    await engine.getNetwork(network.Id).remove();
  } catch (error) {
    if (!isNotFound(error) && !isForbidden(error)) throw translated(error, `network ${name}`);
  }
}
