// What every view is made from: the file, the world, the plan and the survey of the work, of one moment. Plain data.
import type { Survey } from "../merge/survey.ts";
import type { Crew } from "../model/crew.ts";
import type { Plan } from "../model/plan.ts";
import type { World } from "../model/world.ts";

export interface Seen {
  readonly crew: Crew;
  readonly world: World;
  readonly plan: Plan;
  readonly survey: Survey;
}

/** Whole percent, rounded down: 100 only when all is done. */
export function percentOf(done: number, total: number): number {
  return total === 0 ? 0 : Math.floor((100 * done) / total);
}
