// The hub: a container that never runs and holds the mail and shared volumes, so that crew reads all mailboxes, or writes
// any file, with one archive call. Made when it is first needed.
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { CrewError } from "../../errors.ts";
import { archiveOf, type NewEntry, type ReadArchive, type ReadLimits, readArchive } from "./archive.ts";
import { findContainer, removeContainer } from "./containers/containers.ts";
import type { DockerContext } from "./context.ts";
import { isConflict, isNotFound, translated } from "./errors.ts";
import { labelsOf } from "./names.ts";
import { togetherFor } from "./together.ts";
import { ensureVolume, volumeMount } from "./volumes/volumes.ts";

/** An image of nothing at all: it depends on no image of a person's, and nobody removes it by mistake. */
export const hubImageName = "crew-hub:1";

/** Paths in the hub. */
export const hubPath = { mail: "/mail", shared: "/shared" } as const;

/** The name is taken before the container is there: who comes second waits for the first. */
const beingMade = new WeakMap<DockerContext, Promise<void>>();

export async function ensureHub(context: DockerContext): Promise<void> {
  const under = beingMade.get(context) ?? makeHub(context).finally(() => beingMade.delete(context));
  beingMade.set(context, under);
  await under;
}

async function makeHub(context: DockerContext): Promise<void> {
  const { names } = context;
  const engine = await context.engine();
  await Promise.all([
    ensureVolume(context, names.mail, labelsOf(names, "mail")),
    ensureVolume(context, names.shared, labelsOf(names, "shared")),
  ]);
  const create = async () =>
    await engine.createContainer({
      name: names.hub,
      Image: hubImageName,
      Cmd: ["never-run"],
      Labels: { ...labelsOf(names, "hub") },
      HostConfig: {
        Mounts: [
          volumeMount({ name: names.mail, at: hubPath.mail, labels: labelsOf(names, "mail") }),
          volumeMount({ name: names.shared, at: hubPath.shared, labels: labelsOf(names, "shared") }),
        ],
        NetworkMode: "none",
      },
    });
  for (let n = 1; ; n += 1) {
    try {
      await create();
      return;
    } catch (error) {
      if (isNotFound(error) && n < tries) await importHubImage(context);
      else if (!isConflict(error) || n === tries) throw translated(error, names.hub);
      // The engine takes the name for one that is being made, or removed, and shows none yet.
      else if (await findContainer(context, names.hub)) return;
      else await context.clock.sleep(retryMs, new AbortController().signal);
    }
  }
}

const tries = 50;
const retryMs = 100;

async function importHubImage(context: DockerContext): Promise<void> {
  const engine = await context.engine();
  const empty = archiveOf([{ name: "crew", content: "This container holds volumes and never runs.\n" }]);
  const changes = "LABEL dev.crew.kind=hub";
  // All of the name in `repo`: Podman 4.3 leaves out a `tag` of its own.
  const answer = await engine.importImage(empty, { repo: hubImageName, fromSrc: "-", changes });
  await new Promise<void>((resolve, reject) => {
    answer.on("error", reject);
    answer.on("end", resolve);
    answer.resume();
  });
}

/** False also where there is no hub. */
export async function isInHub(context: DockerContext, path: string): Promise<boolean> {
  const container = (await context.engine()).getContainer(context.names.hub);
  try {
    await container.infoArchive({ path });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw translated(error, context.names.hub);
  }
}

/** As they are called from the hub's root. */
export function inHub(path: string, entries: readonly NewEntry[]): readonly NewEntry[] {
  return entries.map((entry) => ({ ...entry, name: `${path.slice(1)}/${entry.name}` }));
}

/**
 * Writes files, named from the hub's root, into its volumes: in the order given, over what is there. The engine takes one archive
 * at a time, and its time for each: what waits for it goes into the next together.
 */
export const putIntoVolumes = togetherFor(async (context: DockerContext, all: readonly (readonly NewEntry[])[]) => {
  await putIntoHub(context, "/", all.flat());
  return all.map(() => undefined);
});

/** Writes files below a path that is there: of what may be lost, in an archive of its own. */
export async function putIntoHub(context: DockerContext, path: string, entries: readonly NewEntry[]): Promise<void> {
  const container = (await context.engine()).getContainer(context.names.hub);
  const put = () => container.putArchive(archiveOf(entries), { path });
  try {
    await put();
  } catch (error) {
    if (!isNotFound(error)) throw translated(error, context.names.hub);
    await ensureHub(context);
    await put().catch((again: unknown) => {
      throw translated(again, context.names.hub);
    });
  }
}

/** Undefined where there is no hub, or no such path in it. */
export async function readFromHub(
  context: DockerContext,
  path: string,
  limits: ReadLimits,
): Promise<ReadArchive | undefined> {
  return await readFrom(context, { name: context.names.hub, path }, limits);
}

/**
 * As from the hub, which went with the project's last instance while its mail stayed: through a container of its own, gone
 * afterwards. Nothing else is made, and nothing is cleared up. Undefined where there is no such path.
 */
export async function readLeftMail(
  context: DockerContext,
  path: string,
  limits: ReadLimits,
): Promise<ReadArchive | undefined> {
  const { names } = context;
  const engine = await context.engine();
  const name = `${names.mail}.reader-${randomBytes(4).toString("hex")}`;
  const mail = volumeMount({ name: names.mail, at: hubPath.mail, labels: labelsOf(names, "mail"), readOnly: true });
  const options = { name, Image: hubImageName, Cmd: ["never-run"], Labels: { ...labelsOf(names, "reader") } };
  const create = () => engine.createContainer({ ...options, HostConfig: { Mounts: [mail], NetworkMode: "none" } });
  try {
    await create().catch(async (error: unknown) => {
      if (!isNotFound(error)) throw error;
      await importHubImage(context);
      await create();
    });
    return await readFrom(context, { name, path }, limits);
  } catch (error) {
    throw error instanceof CrewError ? error : translated(error, names.mail);
  } finally {
    await removeContainer(context, name);
  }
}

/** Undefined: there is nothing at that path of the container. */
export async function readFrom(
  context: DockerContext,
  { name, path }: { readonly name: string; readonly path: string },
  limits: ReadLimits,
): Promise<ReadArchive | undefined> {
  const container = (await context.engine()).getContainer(name);
  try {
    return await readArchive((await container.getArchive({ path })) as Readable, limits);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error instanceof CrewError ? error : translated(error, name);
  }
}
