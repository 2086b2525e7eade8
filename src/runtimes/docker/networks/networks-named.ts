// Networks of a name: the engine takes one name for several.
import type { NetworkInspectInfo } from "dockerode";
import type { DockerContext } from "../context.ts";

export async function networksNamed(context: DockerContext, name: string): Promise<readonly NetworkInspectInfo[]> {
  const engine = await context.engine();
  const found = await engine.listNetworks({ filters: { name: [name] } });
  // The engine's filter takes a part of a name for it.
  return found.filter(({ Name }) => Name === name);
}
