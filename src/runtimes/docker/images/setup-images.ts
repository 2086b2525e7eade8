// Images that keep what a setup made: found by content, and only believed where this repository's crew made them.
import type { DockerContext } from "../context.ts";
import { isNotFound, translated } from "../errors.ts";
import { type DockerNames, type Labels, label, setupImageName } from "../names.ts";

/** Its id; undefined where there is none, or it is somebody else's. */
export async function setupImage(context: DockerContext, hash: string | undefined): Promise<string | undefined> {
  if (hash === undefined) return undefined;
  try {
    const { Id, Config } = await (await context.engine()).getImage(setupImageName(hash)).inspect();
    return isKept(context.names, Config?.Labels) ? Id : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw translated(error, `image ${setupImageName(hash)}`);
  }
}

export function isKept({ repositoryId }: DockerNames, labels: Labels | null | undefined): boolean {
  return labels?.[label.kind] === "setup" && labels[label.repository] === repositoryId;
}
