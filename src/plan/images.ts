// Images: brought before anything is made of them, again where a person wants it so, and never where the file says that. Pure.

import type { Attention } from "../model/attention.ts";
import { isBuiltName } from "../model/build.ts";
import type { Crew, Gate, Role } from "../model/crew.ts";
import { lackingImage, lacksImage, programOf } from "../model/images.ts";
import { fitOf } from "../model/layer.ts";
import type { Operation } from "../model/plan.ts";
import type { RuntimeState } from "../model/world.ts";
import { operation, type PlanContext } from "./context.ts";

/** What brings an image. Of several that ask for one, the plan has one. */
export function bringImage(image: string, { builds = {} }: Pick<Crew, "builds">, cause: string): Operation {
  const build = Object.hasOwn(builds, image) ? builds[image] : undefined;
  if (build) return operation(image, { kind: "image.build", image, build }, { cause });
  return operation(image, { kind: "image.pull", image }, { cause });
}

/** It is there, and is to be brought all the same. */
export function isRefreshed({ container }: Pick<Role | Gate, "container">, { options }: PlanContext): boolean {
  const { refresh } = options;
  if (!refresh || !container || refresh.done.includes(container.image)) return false;
  return isBuiltName(container.image) ? refresh.builds : refresh.pulls.includes(container.image);
}

/** It is not there, and is not to be pulled either. */
export function isBarred(who: Pick<Role | Gate, "container" | "pull">, { world, options }: PlanContext): boolean {
  const { container, pull } = who;
  if (!container || isBuiltName(container.image) || lackingImage(container, world.runtime.images) !== container.image)
    return false;
  return (options.pull ?? pull) === "never";
}

export function barred(who: string, { container }: Pick<Role | Gate, "container">): Attention {
  const image = container?.image ?? "";
  return {
    kind: "no-image",
    subject: who,
    reason: `${who} has no image to run in: ${image} is not on the engine, and is never to be pulled`,
    commands: [`docker pull ${image}`, "crew up --pull missing"],
  };
}

export interface LookedInto {
  readonly world: {
    readonly repository: { readonly id: string };
    readonly runtime: Pick<RuntimeState, "looks">;
  };
}

/** Why it cannot run in its image, whatever crew would add to that. */
export function unfitness(who: Role | Gate, { world }: LookedInto): string | undefined {
  const { repository, runtime } = world;
  const program = programOf(who);
  const known = { looks: runtime.looks, repositoryId: repository.id, ...(program && { program }) };
  const fit = who.container && fitOf(who.container, known);
  return fit?.kind === "unfit" ? fit.reason : undefined;
}

export function unfit(who: string, reason: string): Attention {
  return {
    kind: "no-image",
    subject: who,
    reason: `${who} has no image to run in: ${reason}`,
    commands: ["crew config", "crew up"],
  };
}

/** Those of gates: whatever is refreshed is so before one of them runs. */
export function refreshedGates(context: PlanContext): readonly Operation[] {
  const { crew } = context;
  return crew.gates
    .filter((gate) => isRefreshed(gate, context))
    .map((gate) => bringImage(gate.container?.image ?? "", crew, refreshed));
}

/** A gate runs in an image that is there, and as new as a person wants it. */
export function awaitsImage(gate: Gate, context: PlanContext): boolean {
  return (
    isRefreshed(gate, context) ||
    lacksImage(gate.container, context.world.runtime.images) ||
    unfitness(gate, context) !== undefined
  );
}

export function imageOfGate(gate: Gate, context: PlanContext): readonly Operation[] {
  if (isRefreshed(gate, context) || isBarred(gate, context)) return [];
  const image = lackingImage(gate.container, context.world.runtime.images);
  return image === undefined ? [] : [bringImage(image, context.crew, `gate ${gate.name} is to run in it`)];
}

export const refreshed = "once for each crew up";

export function gateAttention(context: PlanContext): readonly Attention[] {
  return context.crew.gates.flatMap((gate) => {
    const who = `gate ${gate.name}`;
    if (isBarred(gate, context)) return [barred(who, gate)];
    const reason = unfitness(gate, context);
    return reason === undefined ? [] : [unfit(who, reason)];
  });
}
