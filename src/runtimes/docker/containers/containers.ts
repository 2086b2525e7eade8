// Containers by name: made with crew's labels, looked up, started, ended and removed, each as often as it is asked. Never
// touches one that is not this project's.
import type { ContainerInfo, ContainerInspectInfo } from "dockerode";
import type { DockerContext } from "../context.ts";
import { isConflict, isNotFound, isNotModified, translated } from "../errors.ts";
import { isOwn, type Labels, nameTaken, ownFilter } from "../names.ts";
import type { NewContainer } from "./hardening.ts";

/** All of the project with these labels, running or not: one call. */
export async function listContainers(context: DockerContext, labels: Labels = {}): Promise<readonly ContainerInfo[]> {
  const engine = await context.engine();
  const more = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const filters = { label: [...ownFilter(context.names).label, ...more] };
  try {
    return await engine.listContainers({ all: true, filters });
  } catch (error) {
    throw translated(error, "the list of containers");
  }
}

export async function findContainer(context: DockerContext, name: string): Promise<ContainerInspectInfo | undefined> {
  const engine = await context.engine();
  try {
    const found = await engine.getContainer(name).inspect();
    if (!isOwn(context.names, found.Config.Labels)) throw nameTaken("container", name);
    return found;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw translated(error, `container ${name}`);
  }
}

/** False: there is one of that name already, and it is ours. */
export async function createContainer(
  context: DockerContext,
  options: NewContainer & { name: string },
): Promise<boolean> {
  const engine = await context.engine();
  delete context.listed.last;
  try {
    await engine.createContainer(options);
    return true;
  } catch (error) {
    if (!isConflict(error)) throw translated(error, `container ${options.name}`);
    await findContainer(context, options.name);
    return false;
  }
}

export async function startContainer(context: DockerContext, name: string): Promise<void> {
  const engine = await context.engine();
  try {
    await engine.getContainer(name).start();
  } catch (error) {
    if (!isNotModified(error)) throw translated(error, `container ${name}`);
  }
}

/** TERM, and after the grace KILL (absent: the one that it was made with); a frozen one is let go on first by the engine. */
export async function stopContainer(context: DockerContext, name: string, graceMs?: number): Promise<void> {
  await changeState(context, name, "stop", graceMs === undefined ? {} : { t: Math.ceil(graceMs / 1000) });
}

export async function pauseContainer(context: DockerContext, name: string): Promise<void> {
  await changeState(context, name, "pause");
}

/** False: it was not paused. */
export async function unpauseContainer(context: DockerContext, name: string): Promise<boolean> {
  return await changeState(context, name, "unpause");
}

/** One that does not run, or is not there, is left as it is. False: it is. */
export async function killContainer(context: DockerContext, name: string, signal: string): Promise<boolean> {
  const engine = await context.engine();
  try {
    await engine.getContainer(name).kill({ signal });
    return true;
  } catch (error) {
    if (isNotFound(error) || isConflict(error) || /is not running/.test(`${error}`)) return false;
    throw translated(error, `container ${name}`);
  }
}

/** False: it is so already, or is not there, and is left as it is. */
async function changeState(
  context: DockerContext,
  name: string,
  change: "stop" | "pause" | "unpause",
  options?: object,
): Promise<boolean> {
  const engine = await context.engine();
  try {
    await engine.getContainer(name)[change](options);
    return true;
  } catch (error) {
    if (isNotModified(error) || isNotFound(error)) return false;
    // Not running, or paused already: engine 20.10 says 409 for pause and 500 for unpause.
    if (change !== "stop" && (isConflict(error) || /is (not|already) (running|paused)/.test(`${error}`))) return false;
    throw translated(error, `container ${name}`);
  }
}

/** With the volumes that its image has for itself. `force`: also one that runs; without it the engine refuses that. */
export async function removeContainer(context: DockerContext, name: string, { force = true } = {}): Promise<void> {
  const engine = await context.engine();
  try {
    await engine.getContainer(name).remove({ force, v: true });
  } catch (error) {
    if (isNotFound(error)) return;
    const isUnderWay = isConflict(error) && /already in progress/.test(`${error}`);
    if (!isUnderWay) throw translated(error, `container ${name}`);
    await engine
      .getContainer(name)
      .wait({ condition: "removed" })
      .catch((gone: unknown) => {
        if (!isNotFound(gone)) throw translated(gone, `container ${name}`);
      });
  }
}
