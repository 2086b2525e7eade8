// What is known of an image before a container is made of it. Pulls nothing.
import { CrewError } from "../../errors.ts";
import type { ContainerSpec } from "../../model/container.ts";
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
    const { Id, Config } = await engine.getImage(spec.image).inspect();
    return { id: Id, user: userOf(spec, Config?.User ?? "") };
  } catch (error) {
    if (!isNotFound(error)) throw translated(error, `image ${spec.image}`);
    throw new CrewError("needs-you", `There is no image ${spec.image} on the engine.`, {
      hint: `docker pull ${spec.image}, then crew up`,
    });
  }
}
