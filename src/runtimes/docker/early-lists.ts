// What the engine lists for every look, asked for before it is known what else there is to look at: it answers while the crew
// file is read. Changes nothing.
import { soonMs } from "../../ports/look.ts";
import { listContainers } from "./containers/containers.ts";
import type { DockerContext } from "./context.ts";
import { NotAnswering } from "./engine/in-time.ts";
import { listImages } from "./images/images.ts";
import { volumeNames } from "./tidy.ts";

type Early<T> = () => Promise<T>;

export interface EarlyLists {
  readonly containers: Early<Awaited<ReturnType<typeof listContainers>>>;
  readonly volumes: Early<Awaited<ReturnType<typeof volumeNames>>>;
  readonly images: Early<Awaited<ReturnType<typeof listImages>>>;
}

const early = new WeakMap<DockerContext, { readonly beganMs: number; readonly lists: EarlyLists }>();

/** For the next look, of an engine that was not asked yet whether it is there; what goes wrong is that look's to find and say. */
export function listEarly(context: DockerContext, engine: DockerContext["engine"]): void {
  const now = listsOf(context);
  const soon = listsOf({ ...context, engine });
  early.set(context, {
    beganMs: context.clock.nowMs(),
    lists: {
      containers: begun(soon.containers, now.containers),
      volumes: begun(soon.volumes, now.volumes),
      images: begun(soon.images, now.images),
    },
  });
}

function begun<T>(ask: Early<T>, again: Early<T>): Early<T> {
  const answer = ask().catch((error: unknown) => {
    if (error instanceof NotAnswering) throw error;
    return undefined;
  });
  answer.catch(() => undefined);
  return async () => (await answer) ?? (await again());
}

/** Once; asked for now where nobody did before, or too long ago. */
export function takeLists(context: DockerContext): EarlyLists {
  const taken = early.get(context);
  early.delete(context);
  return taken && context.clock.nowMs() - taken.beganMs <= soonMs ? taken.lists : listsOf(context);
}

function listsOf(context: DockerContext): EarlyLists {
  return {
    containers: () => listContainers(context),
    volumes: () => volumeNames(context),
    images: () => listImages(context),
  };
}
