// Which image each container would be made of now: a name can mean another image tomorrow. Pure.
import type { ContainerSpec } from "./container.ts";
import type { Crew } from "./crew.ts";

/** Name as the file has it → the engine's id of it, of those that are there. */
export type Images = ReadonlyMap<string, string>;

/** Every image that the file names, once. */
export function imageNames({ roles, gates }: Pick<Crew, "roles" | "gates">): readonly string[] {
  return [...new Set([...roles, ...gates].flatMap(({ container }) => container?.image ?? []))];
}

/** Roles and gates with the ids of their images, where those are known. */
export function withImages(crew: Crew, images: Images | undefined): Crew {
  if (!images || images.size === 0) return crew;
  const resolved = <T extends { readonly container?: ContainerSpec }>(each: T): T => {
    const imageId = each.container && images.get(each.container.image);
    return imageId === undefined ? each : { ...each, container: { ...each.container, imageId } };
  };
  return { ...crew, roles: crew.roles.map(resolved), gates: crew.gates.map(resolved) };
}

/** It is to be had first: the runtime knows images, and not this one. */
export function lacksImage(container: ContainerSpec | undefined, images: Images | undefined): boolean {
  return container !== undefined && images !== undefined && !images.has(container.image);
}
