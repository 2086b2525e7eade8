// Where ports of containers can be reached from outside, as the engine's list of them says it. Changes nothing.
import type { PublishedPort } from "../../../ports/use.ts";
import type { DockerContext } from "../context.ts";
import { ofRunning } from "./running.ts";

/** Podman names no address where it is any, and no list where it is empty. IPv4 first: an engine may publish each port for both, and scripts take the first. */
export async function published(
  context: DockerContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly PublishedPort[]>> {
  return await ofRunning(context, names, async (_id, { Ports }) =>
    (Ports ?? [])
      .flatMap(({ IP, PrivatePort, PublicPort, Type }): readonly PublishedPort[] =>
        PublicPort ? [{ target: PrivatePort, protocol: Type, address: IP || "0.0.0.0", published: PublicPort }] : [],
      )
      .sort((a, b) => Number(a.address.includes(":")) - Number(b.address.includes(":"))),
  );
}
