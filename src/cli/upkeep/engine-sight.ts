// Which engine runs the crew's containers, for `crew doctor`. Looks only where the crew file asks for one.
import { systemClock } from "../../execute/clock.ts";
import type { Crew } from "../../model/crew.ts";
import type { Health } from "../../model/health.ts";
import { engineSight } from "../../runtimes/docker/engine/sight.ts";
import type { Invocation } from "../invocation.ts";
import { surroundingsOf, withPatience } from "../project/engines.ts";
import { attempt } from "./attempt.ts";

export async function engineNow(
  where: Pick<Invocation, "environment" | "signal">,
  runtime: Crew["runtime"],
  clock = systemClock,
): Promise<Pick<Health, "engine" | "noEngine">> {
  if (runtime !== "docker") return {};
  const around = surroundingsOf(where.environment);
  const seen = await withPatience(where, (signal) => attempt(() => engineSight(around, signal)), clock);
  return seen.problem ? { noEngine: seen.problem } : { engine: seen.value };
}
