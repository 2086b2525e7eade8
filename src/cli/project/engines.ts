// The way to a Docker engine from the command line: the one that the docker client of the person would use.
import { userInfo } from "node:os";
import { systemClock } from "../../execute/clock.ts";
import { type Engine, type Way, wayTo } from "../../runtimes/docker/engine/connect.ts";
import { findEndpoint } from "../../runtimes/docker/engine/endpoint.ts";
import { type Surroundings, surroundings } from "../../runtimes/docker/engine/surroundings.ts";
import type { Invocation } from "../invocation.ts";
import { attempt } from "../upkeep/attempt.ts";

type Where = Pick<Invocation, "environment" | "signal">;

/** Throws (`needs-you`, `invalid`) where none is found. */
export async function wayToEngine({ environment, signal }: Where): Promise<Way> {
  const around = surroundingsOf(environment);
  return await wayTo(findEndpoint(around), { environment: around.environment, signal, clock: systemClock });
}

export function surroundingsOf(environment: Where["environment"]): Surroundings {
  const given = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return surroundings(Object.fromEntries(given), environment.HOME || userInfo().homedir);
}

/** One that takes longer answers no crew either. */
const patienceMs = 10_000;

/** For who would only look: undefined where none is on this machine, or it does not answer in time. */
export async function engineBeside(where: Where): Promise<Engine | undefined> {
  const found = await attempt(async () => findEndpoint(surroundingsOf(where.environment)));
  if (found.problem || found.value.kind !== "unix") return undefined;
  const connected = await withPatience(where, (signal) =>
    attempt(async () => await (await wayToEngine({ ...where, signal })).reach()),
  );
  return connected.problem ? undefined : connected.value;
}

export async function withPatience<T>(
  { signal }: Pick<Where, "signal">,
  ask: (signal: AbortSignal) => Promise<T>,
  clock = systemClock,
): Promise<T> {
  const [answered, late] = [new AbortController(), new AbortController()];
  void clock.sleep(patienceMs, answered.signal).then(() => late.abort());
  return await ask(AbortSignal.any([signal, late.signal])).finally(() => answered.abort());
}
