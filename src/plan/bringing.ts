// Images that a person has brought by themselves, without anything being made of them: what `crew build` and `crew pull` do. The
// names are those that `crew up` looks for. Pure.

import type { Attention } from "../model/attention.ts";
import { isBuiltName } from "../model/build.ts";
import type { ContainerSpec } from "../model/container.ts";
import type { Crew, Gate, PullPolicy, Role } from "../model/crew.ts";
import type { Images } from "../model/images.ts";
import type { Operation } from "../model/plan.ts";
import { barred, bringImage, type LookedInto, unfit, unfitness } from "./images.ts";

export interface Bringing {
  /** With the names and ids of their images, as a look has given them. */
  readonly crew: Crew;
  readonly images: Images;
  /** Absent: all of them, and the gates. */
  readonly roles?: readonly string[];
}

interface User {
  readonly who: string;
  readonly container: ContainerSpec;
  readonly pull?: PullPolicy;
  /** Crew may have to put a layer on top of its image. */
  readonly works: boolean;
}

/** What is built from the file's own sources, and what crew's layers go on top of: that is pulled where it is not there, or anew. */
export function sourcesOf(bringing: Bringing, { anew }: { readonly anew: boolean }): readonly Operation[] {
  const { images } = bringing;
  const wanted = usersOf(bringing).filter(({ container: { image }, pull, works }) => {
    if (isBuiltName(image)) return true;
    return works && pull !== "never" && (anew || !images.has(image));
  });
  return broughtFor(wanted, bringing);
}

/** Crew's own, on top of images that are there. */
export function layersOf(bringing: Bringing): readonly Operation[] {
  const users = usersOf(bringing).flatMap(({ who, container: { layer } }) =>
    layer ? [{ who, container: { image: layer.image } }] : [],
  );
  return broughtFor(users, bringing);
}

/** Who has no image that crew could make fit: one that is not there and is never to be pulled, or that lacks too much. */
export function unbuildable({ crew, roles, images }: Bringing, looked: LookedInto): readonly Attention[] {
  return workersOf({ crew, ...(roles && { roles }) }).flatMap(({ who, worker }) => {
    const { container, pull } = worker;
    if (!container) return [];
    const isMissing = !isBuiltName(container.image) && !images.has(container.image);
    if (isMissing && pull === "never") return [barred(who, worker)];
    const reason = unfitness(worker, looked);
    return reason === undefined ? [] : [unfit(who, reason)];
  });
}

/** Of an image that is never to be pulled, whatever a person says. */
export function pullsOf(bringing: Bringing, { missing }: { readonly missing: boolean }): readonly Operation[] {
  const wanted = usersOf(bringing).filter(
    ({ container: { image }, pull }) =>
      !isBuiltName(image) && pull !== "never" && !(missing && bringing.images.has(image)),
  );
  return broughtFor(wanted, bringing);
}

function usersOf(bringing: Bringing): readonly User[] {
  return workersOf(bringing).flatMap(({ who, worker: { container, pull, services = [] } }) => [
    ...(container ? [{ who, container, works: true, ...(pull && { pull }) }] : []),
    ...services.map((each) => ({ who: `service ${each.name}`, container: each.container, works: false })),
  ]);
}

function workersOf({ crew, roles }: Pick<Bringing, "crew" | "roles">) {
  const named = crew.roles.filter(({ name }) => roles === undefined || roles.includes(name));
  return [
    ...named.map((worker: Role | Gate) => ({ who: worker.name, worker })),
    ...(roles === undefined ? crew.gates.map((worker) => ({ who: `gate ${worker.name}`, worker })) : []),
  ];
}

/** Each image once, in the order of who needs it first. */
function broughtFor(
  users: readonly { readonly who: string; readonly container: Pick<ContainerSpec, "image"> }[],
  { crew }: Bringing,
): readonly Operation[] {
  const needed = new Map<string, Set<string>>();
  for (const { who, container } of users) {
    const whose = needed.get(container.image) ?? new Set();
    needed.set(container.image, whose.add(who));
  }
  return [...needed].map(([image, whose]) => bringImage(image, crew, `for ${[...whose].join(", ")}`));
}
