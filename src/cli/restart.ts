// crew restart: stops roles' instances and their services and starts them again, a role without services under the lock, so that
// no driver starts it in between. Work is kept; the order in hand goes on. Whatever held a role back holds it no longer.
import { CrewError } from "../errors.ts";
import { perform } from "../execute/perform.ts";
import { walk } from "../execute/walk.ts";
import type { Operation } from "../model/plan.ts";
import { serviceId, servicesIn } from "../model/services.ts";
import type { Instance, World } from "../model/world.ts";
import { operation } from "../plan/context.ts";
import { isHeld, stopGraceMs } from "../plan/holds.ts";
import { driverEvents } from "../ui/driver-events.ts";
import { crashHook } from "./driving/crash.ts";
import { wakeDriver } from "./driving/drivers.ts";
import { follow, mustHaveServices } from "./driving/follow.ts";
import { recordHold } from "./driving/hold.ts";
import { openPlainProgress } from "./driving/plain-progress.ts";
import { underLock } from "./driving/under-lock.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp } from "./project/work-context.ts";
import { mustBeRoles } from "./said.ts";

export interface RestartFlags extends GlobalFlags {
  /** Seconds. */
  readonly timeout?: number;
}

export async function restart(invocation: Invocation, flags: RestartFlags, roles: readonly string[]): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const { engine, crew } = project;
  mustBeUp(await lookNow(project));
  mustBeRoles(crew, roles);
  const { progress } = await openPlainProgress(invocation, flags, project);
  let served: readonly string[] = [];
  const events = driverEvents({ nowMs: () => engine.clock.nowMs(), crew, emit: (event) => progress.show(event) });
  await underLock(invocation, { flags, engine, command: "crew restart" }, async () => {
    const { world } = await lookNow(project);
    const { instances } = world.runtime;
    const missing = roles.find((role) => !instances.has(role));
    if (missing !== undefined) throw new CrewError("failed", `${missing} has no instance.`, { hint: "crew up" });
    const named = roles.length > 0 ? roles : crew.roles.map(({ name }) => name).filter((role) => instances.has(role));
    served = named.filter((role) => servicesOf(role, world).length > 0);
    const letGo = named.filter((role) => isHeld(role, world) || served.includes(role));
    await recordHold(project, letGo, { state: "none", world });
    const walked = await walk(
      named.flatMap((role) => anew(role, { graceMs: graceOf(instances.get(role), flags), world })),
      {
        ...events,
        crash: crashHook(invocation),
        signal: invocation.signal,
        perform: (operation) => perform(operation, { engine, world }),
      },
    );
    const [failed] = walked.failed;
    if (failed) throw failed.error;
  });
  await progress.close();
  const isDriven = await wakeDriver(invocation, project);
  if (!isDriven) invocation.stderr.write("Nobody is driving: crew up\n");
  if (served.length > 0) {
    const passed = await follow(invocation, flags, { project, roles: served, state: "none" });
    if (!invocation.signal.aborted) mustHaveServices(crew, served, passed);
  }
  return invocation.signal.aborted ? 130 : 0;
}

function graceOf(instance: Instance | undefined, { timeout }: RestartFlags): number {
  if (timeout !== undefined) return timeout * 1000;
  return instance ? stopGraceMs(instance.spec) : 0;
}

interface Restarting {
  readonly graceMs: number;
  readonly world: World;
}

/** Its services are stopped after it; they and then it are started once they are healthy. */
function anew(role: string, { graceMs, world }: Restarting): readonly Operation[] {
  const stop = operation(role, { kind: "instance.stop", role, graceMs }, { cause: "crew restart" });
  const services = servicesOf(role, world);
  if (services.length > 0) {
    const why = { cause: "crew restart", needs: [stop.id] };
    const stops = services.map(({ owner, name }) =>
      operation(serviceId(owner, name), { kind: "service.stop", owner, service: name }, why),
    );
    return [stop, ...stops];
  }
  const start = { kind: "instance.start", role } as const;
  return [stop, operation(role, start, { cause: "crew restart", needs: [stop.id] })];
}

function servicesOf(role: string, { runtime }: World) {
  return servicesIn(runtime).filter(({ owner }) => owner.kind === "role" && owner.role === role);
}
