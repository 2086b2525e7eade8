// All mailboxes, read before it is known whose there are: of the calls of a look an archive takes the engine longest by far. What
// was read so counts where a look that reads them last could have seen the same; else they are read again.

import type { ContainerInfo } from "dockerode";
import { soonMs } from "../../../ports/look.ts";
import type { DockerContext } from "../context.ts";
import { label } from "../names.ts";
import { type Entries, readAllSlots, readSlots } from "./slots.ts";

/** More is read in its turn. */
const bytesAtMost = 33_554_432;
interface Early {
  readonly beganMs: number;
  /** By slot, of those that are asked for; undefined: it could not be read. */
  readonly slots: Promise<((slots: readonly string[]) => ReadonlyMap<string, Entries>) | undefined>;
}

const early = new WeakMap<DockerContext, Early>();

/** For the next look; what goes wrong is that look's to say. */
export function readEarly(context: DockerContext): void {
  const beganMs = context.clock.nowMs();
  early.set(context, { beganMs, slots: readAllSlots(context, bytesAtMost).catch(() => undefined) });
}

/** Once. */
export function takeEarly(context: DockerContext): Early | undefined {
  const taken = early.get(context);
  early.delete(context);
  return taken && context.clock.nowMs() - taken.beganMs <= soonMs ? taken : undefined;
}

/** By slot. `roles`: their containers, listed after the mail was read early. */
export async function mailOfRoles(
  context: DockerContext,
  roles: readonly ContainerInfo[],
  taken: Early | undefined,
): Promise<ReadonlyMap<string, Entries>> {
  const slots = roles.flatMap(({ Labels }) => Labels[label.slot] ?? []);
  // What has ended may have written its last after that; and a slot may be younger.
  const isAtWork = roles.length > 0 && roles.every(({ State }) => State === "running");
  const seen = isAtWork ? (await taken?.slots)?.(slots) : undefined;
  return seen && [...seen.values()].every(({ size }) => size > 0) ? seen : await readSlots(context, slots);
}
