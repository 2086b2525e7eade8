// Whether a role has anything to do that goes on by itself, and if not, whether all of its work is done. Pure.
import { isDone } from "../merge/leaves.ts";
import type { Survey } from "../merge/survey.ts";
import type { Attention } from "../model/attention.ts";
import type { Plan } from "../model/plan.ts";
import type { World } from "../model/world.ts";
import { isHeld, unfinished } from "./holds.ts";

export type Rest =
  | { readonly kind: "busy" }
  /** Every bead that it takes is merged or closed. */
  | { readonly kind: "done" }
  /** Only a person gets it on; `attention` says how, where that is known. */
  | { readonly kind: "stuck"; readonly attention?: Attention };

export interface Rested {
  readonly world: World;
  readonly plan: Plan;
  readonly survey: Survey;
  /** Whoever drives, by its own options, has found nothing that goes on by itself. */
  readonly isSettled: boolean;
}

export function restOf(role: string, { world, plan, survey, isSettled }: Rested): Rest {
  const beads = survey.leaves.filter((leaf) => leaf.role === role && !isDone(leaf.state));
  const moves = survey.upward.filter((each) => each.role === role);
  const waits = (subject: string) => plan.attention.find((each) => each.subject === subject);
  const instance = world.runtime.instances.get(role);
  if (isHeld(role, world)) {
    if (instance?.running === true && instance.paused !== true) return { kind: "busy" };
    if ([...beads, ...moves].some(({ state }) => unfinished.has(state.kind))) return stuck(waits(role));
  }
  const subjects = [...beads.map(({ bead }) => bead.id), ...moves.map(() => role)];
  if (subjects.length === 0) return { kind: "done" };
  if (!isSettled && subjects.some((subject) => !waits(subject))) return { kind: "busy" };
  return stuck(subjects.map(waits).find((each) => each !== undefined) ?? plan.attention[0]);
}

function stuck(attention: Attention | undefined): Rest {
  return { kind: "stuck", ...(attention && { attention }) };
}
