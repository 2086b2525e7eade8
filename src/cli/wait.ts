// crew wait: until roles have nothing to do that goes on by itself. Looks on: drives nothing, holds nothing.
import { CrewError } from "../errors.ts";
import { type Rest, restOf } from "../plan/rest.ts";
import { clean, jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { driverOf, wakeDriver } from "./driving/drivers.ts";
import { readEvents, sizeOf } from "./driving/events.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { eventsFile, type ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp } from "./project/work-context.ts";
import { mustBeRoles } from "./said.ts";

export interface WaitFlags extends GlobalFlags {
  readonly format: string;
}

const betweenMs = 1_000;

/** 0: all of their work is done; 5: of one of them something is left that only a person gets on. */
export async function wait(invocation: Invocation, flags: WaitFlags, roles: readonly string[]): Promise<number> {
  const project = await openLastGood(invocation, flags);
  mustBeRoles(project.crew, roles);
  const { data } = createOutput({ ...invocation, color: flags.color });
  const settled = await settledSince(invocation, project);
  let left = [...new Set(roles)];
  let code = 0;
  while (true) {
    // Asked first: a driver that ends has left everything in the refs that are looked at after.
    const isDriven = (await driverOf(project)) !== undefined;
    const isSettled = await settled();
    const now = { ...(await lookNow(project)), isSettled };
    if (now.plan.outlook !== "complete") mustBeUp(now);
    for (const role of left) {
      const rest = restOf(role, now);
      if (rest.kind === "busy") continue;
      left = left.filter((each) => each !== role);
      if (rest.kind === "stuck") code = 5;
      data.write(flags.format === "json" ? `${jsonText({ role, ...rest })}\n` : `${role}: ${clean(wordsOf(rest))}\n`);
      await data.flush();
    }
    if (left.length === 0) return code;
    if (!isDriven)
      throw new CrewError("failed", `Nobody is driving: ${left.join(", ")} would never be done`, { hint: "crew up" });
    await project.engine.clock.sleep(betweenMs, invocation.signal);
    if (invocation.signal.aborted) return 130;
  }
}

/** Says of the driver, by what it wrote last, that nothing goes on by itself. It is woken, so that it says so again. */
async function settledSince(invocation: Invocation, project: ViewedProject): Promise<() => Promise<boolean>> {
  const file = eventsFile(project);
  let offset = sizeOf(file);
  let isSettled = false;
  await wakeDriver(invocation, project);
  return async () => {
    const read = await readEvents(file, offset);
    offset = read.offset;
    for (const event of read.events) {
      if (event.type === "end") isSettled = event.outlook !== "stopped";
      else if (event.type === "operation") isSettled = false;
    }
    return isSettled;
  };
}

function wordsOf(rest: Rest): string {
  if (rest.kind !== "stuck") return "all done";
  if (!rest.attention) return "needs you: crew status";
  const { reason, commands } = rest.attention;
  return `needs you: ${reason}${commands[0] === undefined ? "" : `: ${commands[0]}`}`;
}
