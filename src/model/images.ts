// Which image each container would be made of now: a name can mean another image tomorrow, and a Dockerfile another content. Pure.
import type { BuildSpec } from "./build.ts";
import type { ContainerSpec } from "./container.ts";
import type { Crew, Gate, Role } from "./crew.ts";
import { fitOf, type ImageLooks } from "./layer.ts";
import type { Program } from "./program.ts";

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
  /** Those of them (placeholders, too) that are to be looked into. */
  readonly looks?: readonly string[];
  /** What is to be looked for in them, besides what everybody needs. */
  readonly programs?: readonly string[];
}

export function wantedImages({ roles, gates, builds = {} }: Pick<Crew, "roles" | "gates" | "builds">): WantedImages {
  const workers = [...roles, ...gates].flatMap(({ container }) => container?.image ?? []);
  const services = [...roles, ...gates].flatMap((each) => each.services ?? []);
  const names = new Set([...workers, ...services.map(({ container }) => container.image)]);
  return {
    images: [...names].filter((name) => !Object.hasOwn(builds, name)),
    builds,
    looks: [...new Set(workers)],
    programs: [...new Set(roles.flatMap(({ program }) => program?.name ?? []))].sort(),
  };
}

/** What a look found out about them. */
export interface SeenImages {
  /** Of the images that were asked for, and of crew's own layers, those that are there; absent where the runtime knows none. */
  readonly images?: Images;
  readonly builtNames?: BuiltNames;
  /** Of those that were to be looked into, and are there. */
  readonly looks?: ImageLooks;
}

/** Roles and gates with the names of what is built for them, and with the ids of their images, where those are known. */
export function withImages(
  crew: Crew,
  { images = new Map(), builtNames = new Map(), looks }: SeenImages,
  id: string,
): Crew {
  if (images.size === 0 && builtNames.size === 0) return crew;
  const layers = new Map<string, BuildSpec>();
  const named = (container: ContainerSpec): ContainerSpec => {
    const image = builtNames.get(container.image) ?? container.image;
    const imageId = images.get(image);
    return { ...container, image, ...(imageId !== undefined && { imageId }) };
  };
  const layered = (container: ContainerSpec, program?: Program): ContainerSpec => {
    const fit = fitOf(container, { looks, repositoryId: id, ...(program && { program }) });
    if (fit.kind !== "layer") return container;
    const { image, build, adds } = fit;
    layers.set(image, build);
    const imageId = images.get(image);
    return { ...container, layer: { image, ...(imageId !== undefined && { imageId }), adds } };
  };
  const resolved = <T extends Role | Gate>(each: T): T => ({
    ...each,
    ...(each.container && { container: layered(named(each.container), programOf(each)) }),
    ...(each.services && {
      services: each.services.map((service) => ({ ...service, container: named(service.container) })),
    }),
  });
  const [roles, gates] = [crew.roles.map(resolved), crew.gates.map(resolved)];
  const builds = Object.entries(crew.builds ?? {}).map(
    ([name, build]) => [builtNames.get(name) ?? name, build] as const,
  );
  const all = [...builds, ...layers];
  return { ...crew, roles, gates, ...((crew.builds || all.length > 0) && { builds: Object.fromEntries(all) }) };
}

/** A gate has none. */
export function programOf(who: Role | Gate): Program | undefined {
  return "program" in who ? who.program : undefined;
}

/** What a container needs first, where that is to be had: the runtime knows images, and not this one. */
export function lackingImage(container: ContainerSpec | undefined, images: Images | undefined): string | undefined {
  if (container === undefined || images === undefined) return undefined;
  return [container.image, ...(container.layer ? [container.layer.image] : [])].find((name) => !images.has(name));
}

export function lacksImage(container: ContainerSpec | undefined, images: Images | undefined): boolean {
  return lackingImage(container, images) !== undefined;
}

/** Of what a container is made of; undefined where that is not there. */
export function madeOf({ imageId, layer }: ContainerSpec): string | undefined {
  return layer ? layer.imageId : imageId;
}
