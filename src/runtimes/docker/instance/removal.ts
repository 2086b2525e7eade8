// A role's stopped container is removed, by its id where the last look knows it, with the secrets that it was given.
import { CrewError } from "../../../errors.ts";
import type { RemoveOptions } from "../../../ports/ending.ts";
import { findContainer, removeContainer } from "../containers/containers.ts";
import type { DockerContext } from "../context.ts";
import { roleName, secretsVolumeName } from "../names.ts";
import { tidy } from "../tidy.ts";
import { removeSecrets, secretsFolder } from "./secrets.ts";

export async function removeInstance(
  context: DockerContext,
  role: string,
  { isReplaced, leavesShared }: RemoveOptions = {},
): Promise<void> {
  const removed = (await removeListed(context, role)) ?? (await removeFound(context, role));
  if (removed?.hasSecrets) await removeSecrets(context, { kind: "role", role });
  if (removed && !isReplaced && !leavesShared) await tidy(context);
}

interface Removed {
  readonly hasSecrets: boolean;
}

/** By its id, which nobody else's can have. Undefined: it is not known, or not to be removed just so. */
async function removeListed(context: DockerContext, role: string): Promise<Removed | undefined> {
  const { names, listed } = context;
  const name = roleName(names, role);
  const id = listed.last?.containers.get(name)?.Id;
  if (id === undefined) return undefined;
  try {
    await removeContainer(context, id, { force: false });
  } catch {
    // Whoever looks at it says why.
    return undefined;
  }
  listed.last?.containers.delete(name);
  return { hasSecrets: listed.last?.volumes.has(secretsVolumeName(names, { kind: "role", role })) !== false };
}

async function removeFound(context: DockerContext, role: string): Promise<Removed | undefined> {
  const name = roleName(context.names, role);
  const found = await findContainer(context, name);
  if (found?.State.Running) {
    throw new CrewError("failed", `${role} is running: its instance is not removed.`, { hint: "crew down" });
  }
  // Somebody may start it in between: then the engine refuses.
  if (found) await removeContainer(context, name, { force: false });
  return found && { hasSecrets: found.Mounts.some(({ Destination }) => Destination === secretsFolder) };
}
