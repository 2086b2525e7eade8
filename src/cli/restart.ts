// crew restart: stops roles' instances and starts them again, under the lock, so that no driver starts one in between. Work is
// kept; the order in hand goes on. Whatever held a role back holds it no longer.
import { CrewError } from "../errors.ts";
import { perform } from "../execute/perform.ts";
import { walk } from "../execute/walk.ts";
import type { Operation } from "../model/plan.ts";
import type { Instance } from "../model/world.ts";
import { operation } from "../plan/context.ts";
import { isHeld, stopGraceMs } from "../plan/holds.ts";
import { driverEvents } from "../ui/driver-events.ts";
import { crashHook } from "./crash.ts";
import { wakeDriver } from "./drivers.ts";
import type { GlobalFlags } from "./flags.ts";
import { recordHold } from "./hold.ts";
import type { Invocation } from "./invocation.ts";
import { openPlainProgress } from "./plain-progress.ts";
import { openLastGood } from "./project.ts";
import { mustBeRoles } from "./said.ts";
import { underLock } from "./under-lock.ts";
import { lookNow, mustBeUp } from "./work-context.ts";

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
  const events = driverEvents({ nowMs: () => engine.clock.nowMs(), crew, emit: (event) => progress.show(event) });
  await underLock(invocation, { flags, engine, command: "crew restart" }, async () => {
    const { world } = await lookNow(project);
    const { instances } = world.runtime;
    const missing = roles.find((role) => !instances.has(role));
    if (missing !== undefined) throw new CrewError("failed", `${missing} has no instance.`, { hint: "crew up" });
    const named = roles.length > 0 ? roles : crew.roles.map(({ name }) => name).filter((role) => instances.has(role));
    const held = named.filter((role) => isHeld(role, world));
    await recordHold(project, held, { state: "none", world });
    const walked = await walk(
      named.flatMap((role) => anew(role, graceOf(instances.get(role), flags))),
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
  return invocation.signal.aborted ? 130 : 0;
}

function graceOf(instance: Instance | undefined, { timeout }: RestartFlags): number {
  if (timeout !== undefined) return timeout * 1000;
  return instance ? stopGraceMs(instance.spec) : 0;
}

function anew(role: string, graceMs: number): readonly Operation[] {
  const stop = operation(role, { kind: "instance.stop", role, graceMs }, { cause: "crew restart" });
  const start = { kind: "instance.start", role } as const;
  return [stop, operation(role, start, { cause: "crew restart", needs: [stop.id] })];
}
