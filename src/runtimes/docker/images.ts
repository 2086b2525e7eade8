// Images of the engine: which of the wanted ones are there, what is known of one before a container is made of it, and pulling.
import { CrewError } from "../../errors.ts";
import type { ContainerSpec } from "../../model/container.ts";
import type { Images } from "../../model/images.ts";
import type { DockerContext } from "./context.ts";
import { isNotFound, translated } from "./errors.ts";
import { userOf } from "./hardening.ts";

export interface Image {
  readonly id: string;
  /** Who its containers run as. */
  readonly user: string;
}

/** Rejects where there is none: nothing has been stopped or made for it. */
export async function imageOf(context: DockerContext, spec: ContainerSpec): Promise<Image> {
  const engine = await context.engine();
  try {
    const { Id, Config } = await engine.getImage(spec.imageId ?? spec.image).inspect();
    return { id: Id, user: userOf(spec, Config?.User ?? "") };
  } catch (error) {
    if (!isNotFound(error)) throw translated(error, `image ${spec.image}`);
    throw new CrewError("needs-you", `There is no image ${spec.image} on the engine.`, {
      hint: `docker pull ${spec.image}, then crew up`,
    });
  }
}

/** Wanted name → id, of those that are there. One call. */
export async function presentImages(context: DockerContext, wanted: readonly string[]): Promise<Images> {
  if (wanted.length === 0) return new Map();
  const engine = await context.engine();
  try {
    const byName = new Map<string, string>();
    for (const { Id, RepoTags, RepoDigests } of await engine.listImages()) {
      for (const name of [...(RepoTags ?? []), ...(RepoDigests ?? []), Id]) byName.set(name, Id);
    }
    return new Map(
      wanted.flatMap((name) => {
        const id = byName.get(familiarName(name));
        return id === undefined ? [] : [[name, id] as const];
      }),
    );
  } catch (error) {
    throw translated(error, "the list of images");
  }
}

/** As the engine lists it (distribution/reference's familiar form): without the default registry, with a tag. */
export function familiarName(name: string): string {
  const short = name.replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, "");
  if (short.includes("@") || /^sha256:[0-9a-f]{64}$/.test(short)) return short;
  return /:[^/]+$/.test(short) ? short : `${short}:latest`;
}

/** Rejects with the engine's own words where it cannot be had. */
export async function pullImage(context: DockerContext, image: string): Promise<void> {
  const engine = await context.engine();
  try {
    const stream = (await engine.pull(familiarName(image))) as NodeJS.ReadableStream;
    await new Promise<void>((resolve, reject) => {
      engine.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    const said = translated(error, `image ${image}`);
    throw new CrewError(said.code, said.message, { hint: `docker pull ${image}, or another image`, cause: error });
  }
}
