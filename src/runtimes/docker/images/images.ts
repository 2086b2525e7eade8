// Images of the engine: which of the wanted ones are there, what is known of one before anything runs in it, and pulling.
import { randomBytes } from "node:crypto";
import type { ImageInfo } from "dockerode";
import { CrewError } from "../../../errors.ts";
import { isBuiltName } from "../../../model/build.ts";
import { type ContainerSpec, userOf } from "../../../model/container.ts";
import type { Images } from "../../../model/images.ts";
import { createContainer, removeContainer } from "../containers/containers.ts";
import { hardened } from "../containers/hardening.ts";
import type { DockerContext } from "../context.ts";
import { isNotFound, isRefused, translated } from "../errors.ts";
import { labelsOf } from "../names.ts";
import type { Image } from "./image.ts";

/** Rejects where there is none: nothing has been stopped or made for it. */
export async function imageOf(context: DockerContext, spec: ContainerSpec): Promise<Image> {
  if (!isName(spec.image)) throw noName(spec.image);
  const engine = await context.engine();
  try {
    const { Id, Config } = await engine.getImage(engineName(spec)).inspect();
    return { id: Id, name: spec.image, user: userOf(spec, Config?.User ?? "") };
  } catch (error) {
    if (isRefused(error)) throw noName(spec.image);
    if (!isNotFound(error)) throw translated(error, `image ${spec.image}`);
    const name = spec.layer?.image ?? spec.image;
    throw new CrewError("needs-you", `There is no image ${name} on the engine.`, {
      hint: isBuiltName(name) ? "crew up" : `docker pull ${name}, then crew up`,
    });
  }
}

/** By its id where that is known: the name may mean another one by now. */
function engineName({ image, imageId, layer }: ContainerSpec): string {
  return layer ? (layer.imageId ?? layer.image) : (imageId ?? image);
}

/** All of the engine's. One call. */
export async function listImages(context: DockerContext): Promise<readonly ImageInfo[]> {
  const engine = await context.engine();
  try {
    return await engine.listImages();
  } catch (error) {
    throw translated(error, "the list of images");
  }
}

/** Wanted name → id, of those that are there. */
export function presentImages(all: readonly ImageInfo[], wanted: readonly string[]): Images {
  const byName = new Map<string, string>();
  for (const { Id, RepoTags, RepoDigests } of all) {
    for (const name of [...(RepoTags ?? []), ...(RepoDigests ?? []), Id]) byName.set(familiarName(name), Id);
  }
  return new Map(
    wanted.flatMap((name) => {
      const id = byName.get(familiarName(name));
      return id === undefined ? [] : [[name, id] as const];
    }),
  );
}

/**
 * One form for each (distribution/reference's familiar one): without the default registry, with a tag or a digest. Podman lists
 * what was made there as of `localhost`.
 */
export function familiarName(name: string): string {
  const short = name.replace(/^((index\.)?docker\.io|localhost)\//, "").replace(/^library\//, "");
  if (/^(sha256:)?[0-9a-f]{64}$/.test(short)) return `sha256:${short.slice(-64)}`;
  const [named = "", digest] = short.split("@");
  if (digest !== undefined) return `${named.replace(/:[^/:]+$/, "")}@${digest}`;
  return /:[^/]+$/.test(named) ? named : `${named}:latest`;
}

/** Rejects with the engine's own words where it cannot be had. */
export async function pullImage(context: DockerContext, image: string): Promise<void> {
  if (!isName(image)) throw noName(image);
  const engine = await context.engine();
  try {
    const stream = (await engine.pull(familiarName(image))) as NodeJS.ReadableStream;
    await new Promise<void>((resolve, reject) => {
      engine.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    const said = translated(error, `image ${image}`);
    if (said.code === "needs-you") throw said;
    const words = said.message.replace(`image ${image}: `, "");
    const isThere = presentImages(await listImages(context), [image]).size > 0;
    const what = isThere
      ? `The image ${image} cannot be`
      : `There is no image ${image} on the engine, and it cannot be`;
    throw new CrewError("needs-you", `${what} pulled${isThere ? " anew" : ""}: ${words}`, {
      hint: `docker pull ${image}, then crew up`,
      cause: error,
    });
  }
}

/** As far as it may stand in a path that the engine is asked for; the rest of the grammar is the engine's to judge. */
function isName(image: string): boolean {
  return /^[a-z0-9][a-z0-9._:/@-]*$/i.test(image) && !/\.\.|\/\//.test(image);
}

function noName(image: string): CrewError {
  return new CrewError("needs-you", `${JSON.stringify(image)} is not the name of an image.`, {
    hint: "Write it like node:24 into the crew file, then crew up",
  });
}

/** Looked into without running it: for an instance whose predecessor still runs. */
export async function mustBeUsable(context: DockerContext, spec: ContainerSpec): Promise<void> {
  const { id } = await imageOf(context, spec);
  if (context.proven.has(id)) return;
  await lookedInto(context, { id, spec }, (name) => mustHold(context, { image: spec.image, id, name }));
}

interface Looking {
  /** Of the image. */
  readonly id: string;
  readonly spec: Parameters<typeof hardened>[0];
}

/** `look` gets the name of a container of the image that never runs, and is gone afterwards. */
export async function lookedInto<T>(
  context: DockerContext,
  { id, spec }: Looking,
  look: (name: string) => Promise<T>,
): Promise<T> {
  const { names, turns } = context;
  const name = `${names.project}.look-${randomBytes(4).toString("hex")}`;
  return await turns.making(async () => {
    await createContainer(context, {
      name,
      Image: id,
      Cmd: ["never-run"],
      Labels: { ...labelsOf(names, "reader") },
      HostConfig: hardened(spec, "none"),
    });
    try {
      return await look(name);
    } finally {
      await removeContainer(context, name);
    }
  });
}

export interface Looked {
  /** As the file names it. */
  readonly image: string;
  readonly id: string;
  /** Of a container of that image. */
  readonly name: string;
}

/** Any one of each is enough. */
const needed = {
  sh: ["/bin/sh"],
  git: ["/usr/bin/git", "/usr/local/bin/git", "/bin/git"],
} as const;

/** `needs-you` where sh or git is not in the image. One call for each place that is asked for, once for each image. */
export async function mustHold(context: DockerContext, { image, id, name }: Looked): Promise<void> {
  if (context.proven.has(id)) return;
  const found = await Promise.all(
    Object.entries(needed).map(async ([program, places]) => ((await isAnyIn(context, name, places)) ? [] : [program])),
  );
  const missing = found.flat();
  if (missing.length > 0) {
    throw new CrewError("needs-you", `The image ${image} has no ${missing.join(" and no ")}: no role can work in it.`, {
      hint: "Name an image that has sh and git in the crew file, then crew up",
    });
  }
  context.proven.add(id);
}

/** Asked one after another: most often the first is there. */
export async function isAnyIn(context: DockerContext, name: string, places: readonly string[]): Promise<boolean> {
  const container = (await context.engine()).getContainer(name);
  for (const path of places) {
    try {
      await container.infoArchive({ path });
      return true;
    } catch (error) {
      if (!isNotFound(error)) throw translated(error, `container ${name}`);
    }
  }
  return false;
}
