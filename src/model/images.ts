// Which image each container would be made of now: a name can mean another image tomorrow, and a Dockerfile another content. Pure.
import type { BuildSpec } from "./build.ts";
import type { ContainerSpec } from "./container.ts";
import type { Crew } from "./crew.ts";
import type { ServiceSpec } from "./services.ts";

/** Name as the file has it → the engine's id of it, of those that are there. */
export type Images = ReadonlyMap<string, string>;

/** Placeholder of a build → the name of what would be built now, of those whose context could be read. */
export type BuiltNames = ReadonlyMap<string, string>;

/** What a look is to find out about images. */
export interface WantedImages {
  /** Names as the file has them, once each. */
  readonly images: readonly string[];
  /** By placeholder. */
  readonly builds?: Readonly<Record<string, BuildSpec>>;
}

export function wantedImages({ roles, gates, builds = {} }: Pick<Crew, "roles" | "gates" | "builds">): WantedImages {
  const containers = [...roles, ...gates].flatMap(({ container, services = [] }) => [
    container,
    ...services.map((service) => service.container),
  ]);
  const names = new Set(containers.flatMap((container) => container?.image ?? []));
  return { images: [...names].filter((name) => !Object.hasOwn(builds, name)), builds };
}

interface Seen {
  readonly images?: Images;
  readonly builtNames?: BuiltNames;
}

/** Roles and gates with the names of what is built for them, and with the ids of their images, where those are known. */
export function withImages(crew: Crew, { images = new Map(), builtNames = new Map() }: Seen): Crew {
  if (images.size === 0 && builtNames.size === 0) return crew;
  const resolved = <T extends { readonly container?: ContainerSpec; readonly services?: readonly ServiceSpec[] }>(
    each: T,
  ): T => {
    const services = each.services && { services: each.services.map(resolved) };
    if (!each.container) return { ...each, ...services };
    const image = builtNames.get(each.container.image) ?? each.container.image;
    const imageId = images.get(image);
    const container = { ...each.container, image, ...(imageId !== undefined && { imageId }) };
    return { ...each, container, ...services };
  };
  const builds = Object.entries(crew.builds ?? {}).map(([name, build]) => [builtNames.get(name) ?? name, build]);
  return {
    ...crew,
    roles: crew.roles.map(resolved),
    gates: crew.gates.map(resolved),
    ...(crew.builds && { builds: Object.fromEntries(builds) }),
  };
}

/** It is to be had first: the runtime knows images, and not this one. */
export function lacksImage(container: ContainerSpec | undefined, images: Images | undefined): boolean {
  return container !== undefined && images !== undefined && !images.has(container.image);
}
