// Networks that the file names: made with crew's labels, joined, and gone with the project's last instance. One that is
// somebody's own must be there, and is never made or removed.
import type Dockerode from "dockerode";
import { CrewError } from "../../../errors.ts";
import { contentHash } from "../../../model/content.ts";
import type { NetworkUse } from "../../../model/network.ts";
import type { DockerContext } from "../context.ts";
import { isForbidden, isInAlready, isNotFound, translated } from "../errors.ts";
import { type DockerNames, isOwn, label, labelsOf, nameTaken, ownFilter, projectName } from "../names.ts";
import { ensureNetwork } from "./network.ts";
import { networksNamed } from "./networks-named.ts";

export interface Networks {
  /** Absent: crew's own. */
  readonly networks?: readonly NetworkUse[] | undefined;
}

/** In the order in which they are joined. */
export function networkNames(names: DockerNames, { networks }: Networks): readonly string[] {
  return networks === undefined ? [names.network] : networks.map((use) => networkName(names, use));
}

function networkName(names: DockerNames, { key, settings }: NetworkUse): string {
  return settings === undefined ? names.network : (settings.name ?? projectName(names, key));
}

export async function ensureNetworks(context: DockerContext, { networks }: Networks): Promise<void> {
  if (networks === undefined) return await ensureNetwork(context);
  for (const use of networks) {
    if (use.settings === undefined) await ensureNetwork(context);
    else if (use.settings.external) await mustBeThere(context, use);
    else await context.turns.inTurn(() => ensureProjectNetwork(context, use));
  }
}

/** Nothing is made. */
export async function mustHaveExternalNetworks(context: DockerContext, { networks = [] }: Networks): Promise<void> {
  for (const use of networks) if (use.settings?.external) await mustBeThere(context, use);
}

async function mustBeThere(context: DockerContext, use: NetworkUse): Promise<void> {
  const name = networkName(context.names, use);
  if (await find(context, name)) return;
  throw new CrewError("needs-you", `There is no network ${name} on the engine, and it is external: crew makes none.`, {
    hint: `docker network create ${name}, then crew up`,
  });
}

async function ensureProjectNetwork(context: DockerContext, use: NetworkUse): Promise<void> {
  const { names } = context;
  const name = networkName(names, use);
  const hash = contentHash(use.settings);
  const found = await find(context, name);
  if (found && !isOwn(names, found.Labels)) throw nameTaken("network", name);
  if (found?.Labels?.[label.specHash] === hash) return;
  const engine = await context.engine();
  try {
    // With other settings it is another network: whoever is still in it keeps it.
    if (found) await engine.getNetwork(found.Id).remove();
    const { labels, driver, driverOpts, internal, attachable, enableIpv6, ipam } = use.settings ?? {};
    await engine.createNetwork({
      Name: name,
      CheckDuplicate: true,
      Labels: { ...labels, ...labelsOf(names, "network", { [label.specHash]: hash }) },
      ...(driver !== undefined && { Driver: driver }),
      ...(driverOpts && { Options: { ...driverOpts } }),
      ...(internal && { Internal: true }),
      ...(attachable && { Attachable: true }),
      ...(enableIpv6 && { EnableIPv6: true }),
      ...(ipam !== undefined && { IPAM: ipam as Dockerode.NetworkCreateOptions["IPAM"] }),
    });
  } catch (error) {
    if (!isForbidden(error)) throw translated(error, `network ${name}`);
    throw new CrewError("needs-you", `The network ${name} was made with other settings, and instances are in it.`, {
      hint: "crew down, then crew up",
      cause: error,
    });
  }
}

async function find(context: DockerContext, name: string): Promise<Dockerode.NetworkInspectInfo | undefined> {
  try {
    return (await networksNamed(context, name))[0];
  } catch (error) {
    throw translated(error, `network ${name}`);
  }
}

/** How a container that is made joins the first of its networks: the engine takes no more at once. */
export function firstEndpoint(names: DockerNames, role: string, { networks = [] }: Networks) {
  const [first] = networks;
  if (first?.settings === undefined) return {};
  return { NetworkingConfig: { EndpointsConfig: { [networkName(names, first)]: endpointOf(role, first) } } };
}

export interface Joining {
  readonly container: string;
  readonly role: string;
  readonly networks: Networks["networks"];
  /** Names of networks that it is in already. */
  readonly joined: readonly string[];
}

export async function joinNetworks(
  context: DockerContext,
  { container, role, networks = [], joined }: Joining,
): Promise<void> {
  const engine = await context.engine();
  for (const use of networks) {
    const name = networkName(context.names, use);
    if (joined.includes(name)) continue;
    try {
      await engine.getNetwork(name).connect({ Container: container, EndpointConfig: endpointOf(role, use) });
    } catch (error) {
      if (!isInAlready(error)) throw translated(error, `network ${name}`);
    }
  }
}

/** Networks that were made anew are others to a container that was made before. */
export async function rejoinNetworks(context: DockerContext, joining: Omit<Joining, "joined">): Promise<void> {
  await ensureNetworks(context, joining);
  const engine = await context.engine();
  for (const name of networkNames(context.names, joining)) {
    await engine
      .getNetwork(name)
      .disconnect({ Container: joining.container, Force: true })
      .catch(() => undefined);
  }
  const own: NetworkUse = { key: "default" };
  await joinNetworks(context, { ...joining, networks: joining.networks ?? [own], joined: [] });
}

function endpointOf(role: string, { settings, aliases = [], ipv4Address, ipv6Address }: NetworkUse) {
  if (settings === undefined) return {};
  const addresses = {
    ...(ipv4Address !== undefined && { IPv4Address: ipv4Address }),
    ...(ipv6Address !== undefined && { IPv6Address: ipv6Address }),
  };
  return {
    Aliases: [...new Set([role, ...aliases])],
    ...(Object.keys(addresses).length > 0 && { IPAMConfig: addresses }),
  };
}

/** Of networks that are crew's, all that nobody else's container is in. */
export async function removeNetworks(context: DockerContext): Promise<void> {
  const engine = await context.engine();
  const filters = { ...ownFilter(context.names) };
  try {
    for (const { Id } of await engine.listNetworks({ filters })) {
      await engine
        .getNetwork(Id)
        .remove()
        .catch((error: unknown) => {
          if (!isNotFound(error) && !isForbidden(error)) throw error;
        });
    }
  } catch (error) {
    throw translated(error, "the project's networks");
  }
}
