// crew kill: a signal to roles' instances, at once. What it ends stays ended: recorded before, so that the driver does not
// start it again. Waits for no lock: what is out of hand is ended while another command is at work.
import { constants } from "node:os";
import { CrewError } from "../errors.ts";
import { servicesIn } from "../model/services.ts";
import { endsInstance } from "../model/signals.ts";
import type { World } from "../model/world.ts";
import { wakeDriver } from "./driving/drivers.ts";
import { recordHold } from "./driving/hold.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp } from "./project/work-context.ts";
import { mustBeRoles } from "./said.ts";

export interface KillFlags extends GlobalFlags {
  readonly signal: string;
}

export async function kill(invocation: Invocation, flags: KillFlags, roles: readonly string[]): Promise<number> {
  const signal = signalNamed(flags.signal);
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  mustBeRoles(project.crew, roles);
  const { instances } = now.world.runtime;
  const named = roles.length > 0 ? roles : project.crew.roles.map(({ name }) => name);
  const running = named.filter((role) => instances.get(role)?.running);
  if (endsInstance(signal)) await recordHold(project, running, { state: "stopped", world: now.world });
  const { runtime } = project.engine;
  const tried = await Promise.allSettled([
    ...running.map((role) => runtime.killInstance(role, signal)),
    ...(endsInstance(signal) ? servicesOf(running, now.world) : []).map(({ owner, name }) =>
      runtime.killService(owner, name, signal),
    ),
  ]);
  await wakeDriver(invocation, project);
  const failed = tried.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
  invocation.stderr.write(`${wordsOf(running, { signal, roles })}\n`);
  return 0;
}

/** Its own rest with a role that is ended. */
function servicesOf(roles: readonly string[], { runtime }: World) {
  return servicesIn(runtime).filter(({ owner, running }) => {
    return running && owner.kind === "role" && roles.includes(owner.role);
  });
}

function wordsOf(
  running: readonly string[],
  { signal, roles }: { readonly signal: string; readonly roles: readonly string[] },
) {
  const be = (names: readonly string[]) => `${names.join(", ")} ${names.length === 1 ? "is" : "are"}`;
  if (running.length === 0) return roles.length === 0 ? "No role is running." : `${be(roles)} not running.`;
  const start = running.length === 1 ? `crew start ${running[0]}` : "crew start";
  if (signal === "SIGKILL") return `${be(running)} killed until ${start}.`;
  const sent = `${signal} is sent to ${running.join(", ")}`;
  return endsInstance(signal) ? `${sent}: stopped until ${start}.` : `${sent}.`;
}

/** `KILL`, `SIGKILL`, `kill` or `9`. */
function signalNamed(text: string): NodeJS.Signals {
  const upper = text.toUpperCase();
  const found = Object.entries(constants.signals).find(
    ([name, number]) => name === upper || name === `SIG${upper}` || `${number}` === text,
  );
  if (found) return found[0] as NodeJS.Signals;
  throw new CrewError("failed", `There is no signal ${text}.`, { hint: "crew kill -s KILL, TERM, INT, HUP, …" });
}
