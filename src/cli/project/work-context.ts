// The survey of a project as it stands now, for commands that answer or record a person's word.
import { CrewError } from "../../errors.ts";
import { observe } from "../../execute/observe.ts";
import { type Survey, survey } from "../../merge/survey.ts";
import type { Plan } from "../../model/plan.ts";
import type { World } from "../../model/world.ts";
import { epicPlace } from "../../plan/epic.ts";
import { plan } from "../../plan/plan.ts";
import type { ViewedProject } from "./opened.ts";

export interface Now {
  readonly world: World;
  readonly survey: Survey;
  readonly plan: Plan;
}

type Looked = Pick<ViewedProject, "engine" | "crew" | "fileProblem">;

export async function lookNow({ engine, crew, fileProblem }: Looked): Promise<Now> {
  const world = await observe(engine, crew, { memory: new Map(), startedAtMs: 0 });
  const epic = epicPlace(crew, world).id;
  return {
    world,
    survey: survey(crew, world, { epic, startedAtMs: 0 }),
    plan: plan(crew, world, { startedAtMs: 0, allowRedBase: false, ...(fileProblem !== undefined && { fileProblem }) }),
  };
}

/** The project must have been brought up: there must be something to say a word about. */
export function mustBeUp({ world, plan }: Now): void {
  if (world.repository.facts.project) return;
  if (plan.outlook === "complete") {
    throw new CrewError("failed", `This project is down: ${overWords(plan)}`, { hint: "git log" });
  }
  throw new CrewError("failed", "This project has not been brought up yet", { hint: "crew up" });
}

/** `epic shop-12 is landed and closed`: of a complete plan. */
export function overWords({ notes }: Plan): string {
  return notes.map(({ subject, cause }) => `${subject} is ${cause}`).join("; ");
}
