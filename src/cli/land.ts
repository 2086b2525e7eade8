// crew land: a person's word that this tip of the epic may land; then lands it and closes its beads.
import { CrewError } from "../errors.ts";
import { isDone } from "../merge/leaves.ts";
import { epicTip } from "../model/names.ts";
import { epicPlace } from "../plan/epic.ts";
import { landing } from "../plan/landing.ts";
import { converge } from "./driving/converge.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { Project } from "./project/opened.ts";
import { openProject } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";

export interface LandFlags extends GlobalFlags {
  readonly allowRewrittenBase?: boolean;
  readonly pr?: boolean;
}

export async function land(invocation: Invocation, flags: LandFlags): Promise<number> {
  const project = await openProject(invocation, flags);
  const now = await lookNow(project);
  if (now.plan.outlook !== "complete") {
    mustBeUp(now);
    await approveTip(project, now, flags);
  }
  return await converge(invocation, flags, {
    project,
    command: "crew land",
    planOptions: { startedAtMs: project.engine.clock.nowMs(), allowRedBase: false },
  });
}

async function approveTip(
  { crew, engine }: Project,
  { world, survey, plan }: Now,
  { allowRewrittenBase, pr }: LandFlags,
): Promise<void> {
  const options = { startedAtMs: 0, allowRedBase: false };
  const state = landing({ crew, world, options, epic: epicPlace(crew, world).id, survey });
  const tip = world.repository.tips.get(epicTip)?.oid;
  if (state.kind === "early" || tip === undefined) {
    const reasons = plan.attention.map((each) => each.reason);
    const open = survey.leaves.filter(({ state }) => !isDone(state));
    const why =
      reasons.length > 0 ? reasons.join("; ") : `${open.length} of ${survey.leaves.length} beads are not merged yet`;
    throw new CrewError("needs-you", `Cannot land yet: ${why}`, { hint: "crew status" });
  }
  const allows = allowRewrittenBase === true && { allowsRewrittenBase: true as const };
  const how = (pr === true || crew.land === "pr") && { how: "pr" as const };
  const value = { tip, ...allows, ...how, atMs: engine.clock.nowMs() };
  await engine.repository.writeFact(engine.project, { kind: "land", value });
}
