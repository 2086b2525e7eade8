// Containers of roles and services that run, by the names that a person knows them by.
import type { ContainerInfo } from "dockerode";
import { serviceWords } from "../../../model/services.ts";
import type { DockerContext } from "../context.ts";
import { isConflict, isNotFound, translated } from "../errors.ts";
import { type Labels, label } from "../names.ts";
import { ownerIn } from "../networks/owner-labels.ts";
import { listContainers } from "./containers.ts";

/** Asks each of those that are named and run, paused ones too, side by side; one that is gone meanwhile has no answer. */
export async function ofRunning<T>(
  context: DockerContext,
  names: readonly string[],
  ask: (id: string, container: ContainerInfo) => Promise<T | undefined>,
): Promise<ReadonlyMap<string, T>> {
  const running = (await listContainers(context)).flatMap((container) => {
    const { Labels, State } = container;
    const name = nameIn(Labels);
    const isRunning = State === "running" || State === "paused";
    return isRunning && name !== undefined && names.includes(name) ? [{ name, container }] : [];
  });
  const found = await Promise.all(
    running.map(async ({ name, container }) => [name, await answerOf(container, ask)] as const),
  );
  return new Map(found.flatMap(([name, answer]) => (answer === undefined ? [] : [[name, answer] as const])));
}

/** Absent for what is neither a role's nor a service's. */
export function nameIn(labels: Labels): string | undefined {
  if (labels[label.kind] === "role") return labels[label.role];
  return labels[label.kind] === "service" ? serviceWords(ownerIn(labels), labels[label.service] ?? "") : undefined;
}

async function answerOf<T>(
  container: ContainerInfo,
  ask: (id: string, container: ContainerInfo) => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await ask(container.Id, container);
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return undefined;
    throw translated(error, `container ${container.Id.slice(0, 12)}`);
  }
}
