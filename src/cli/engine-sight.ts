// Which engine runs the crew's containers, for `crew doctor`. Looks only where the crew file asks for one.
import { userInfo } from "node:os";
import { systemClock } from "../execute/clock.ts";
import type { Crew } from "../model/crew.ts";
import type { Health } from "../model/health.ts";
import { engineSight } from "../runtimes/docker/sight.ts";
import { surroundings } from "../runtimes/docker/surroundings.ts";
import { attempt } from "./attempt.ts";
import type { Invocation } from "./invocation.ts";

/** One that takes longer answers no crew either. */
const patienceMs = 10_000;

export async function engineNow(
  { environment, signal }: Pick<Invocation, "environment" | "signal">,
  runtime: Crew["runtime"],
  clock = systemClock,
): Promise<Pick<Health, "engine" | "noEngine">> {
  if (runtime !== "docker") return {};
  const [answered, late] = [new AbortController(), new AbortController()];
  void clock.sleep(patienceMs, answered.signal).then(() => late.abort());
  const around = surroundings(environment, environment.HOME || userInfo().homedir);
  const seen = await attempt(() => engineSight(around, AbortSignal.any([signal, late.signal])));
  answered.abort();
  return seen.problem ? { noEngine: seen.problem } : { engine: seen.value };
}
