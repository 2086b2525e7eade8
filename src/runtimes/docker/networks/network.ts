// The project's network: its instances reach the world through it, and not each other. The engine takes one name for several
// networks, and then refuses the name: there is one, or those that are too many go.
import type Dockerode from "dockerode";
import type { DockerContext } from "../context.ts";
import { translated } from "../errors.ts";
import { isOwn, labelsOf, nameTaken } from "../names.ts";
import { networksNamed } from "./networks-named.ts";

export function ensureNetwork(context: DockerContext): Promise<void> {
  return context.turns.inTurn(async () => {
    const { names } = context;
    const engine = await context.engine();
    try {
      if ((await networksOf(context)).length === 0) await engine.createNetwork(optionsOf(context));
      // Looked at again: somebody else may have been as quick. The oldest stays, for everybody alike.
      const [, ...others] = await networksOf(context);
      for (const { Id } of others) await engine.getNetwork(Id).remove();
    } catch (error) {
      throw translated(error, `network ${names.network}`);
    }
  });
}

function optionsOf({ names }: DockerContext): Dockerode.NetworkCreateOptions {
  return {
    Name: names.network,
    CheckDuplicate: true,
    Labels: { ...labelsOf(names, "network") },
    Options: { "com.docker.network.bridge.enable_icc": "false" },
  };
}

/** Oldest first. */
async function networksOf(context: DockerContext): Promise<readonly Dockerode.NetworkInspectInfo[]> {
  const { names } = context;
  const named = await networksNamed(context, names.network);
  if (named.some(({ Labels }) => !isOwn(names, Labels))) throw nameTaken("network", names.network);
  return [...named].sort((a, b) => (`${a.Created}${a.Id}` < `${b.Created}${b.Id}` ? -1 : 1));
}
