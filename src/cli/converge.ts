// Brings a project on until it is settled: drives in this process, or looks on while a driver does; then says how it ended.
import type { CrewEvent, EndEvent } from "../model/event.ts";
import type { Outlook } from "../model/plan.ts";
import type { PlanOptions } from "../plan/context.ts";
import { endText } from "../ui/attention.ts";
import { jsonText } from "../ui/clean.ts";
import { endEvent } from "../ui/driver-events.ts";
import { epicState } from "../ui/epic-state.ts";
import { createOutput } from "../ui/output.ts";
import { createProgress, type Progress } from "../ui/progress.ts";
import { driverOf, wakeDriver } from "./drivers.ts";
import { driveHere } from "./driving.ts";
import { lastPass, readEvents, sizeOf } from "./events.ts";
import type { Invocation } from "./invocation.ts";
import { eventsFile, type Project } from "./opened.ts";
import type { GlobalFlags } from "./program.ts";
import { lookNow } from "./work-context.ts";

/** How often a viewer reads what the driver wrote. */
const viewMs = 200;

export interface Converging {
  readonly project: Project;
  readonly planOptions: PlanOptions;
  readonly command: string;
}

/** Drives in the foreground, or follows the driver that there is, until nothing goes on by itself. Answers the exit code. */
export async function converge(invocation: Invocation, flags: GlobalFlags, converging: Converging): Promise<number> {
  const { project } = converging;
  if (await driverOf(project)) return await view(invocation, flags, project);
  const progress = await openProgress(invocation, flags, project);
  try {
    let end: EndEvent | undefined;
    let isIdle = true;
    const onEvent = (event: CrewEvent) => {
      if (event.type === "operation") isIdle = false;
      if (event.type === "end") end = event;
      else progress.show(event);
    };
    await driveHere(invocation, flags, { ...converging, until: "settled", onEvent });
    await progress.close();
    const isSpoken = flags.progress !== "json" && flags.progress !== "quiet";
    if (isIdle && isSpoken && end?.outlook === "complete") invocation.stderr.write("Nothing to do.\n");
    return await finish(invocation, flags, end);
  } finally {
    await progress.close();
  }
}

/** Looks on while the driver works. Ctrl-C stops looking, not working. */
export async function view(invocation: Invocation, flags: GlobalFlags, project: Project): Promise<number> {
  const file = eventsFile(project);
  const { clock } = project.engine;
  let offset = sizeOf(file);
  await wakeDriver(invocation, project);
  const progress = await openProgress(invocation, flags, project);
  const last = await lastPass(file);
  if (last) progress.show(last);
  try {
    while (!invocation.signal.aborted) {
      const read = await readEvents(file, offset);
      offset = read.offset;
      for (const event of read.events) if (event.type !== "end") progress.show(event);
      const settled = read.events.length === 0 ? await settledNow(project) : undefined;
      if (settled) {
        await progress.close();
        return await finish(invocation, flags, settled);
      }
      await clock.sleep(viewMs, invocation.signal);
    }
    await progress.close();
    invocation.stderr.write("The driver goes on: crew status\n");
    return 130;
  } finally {
    await progress.close();
  }
}

/** Nothing new was written: either everything rests, or the driver is gone. */
async function settledNow(project: Project): Promise<EndEvent | undefined> {
  const now = await lookNow(project);
  const { plan } = now;
  const isDriven = (await driverOf(project)) !== undefined;
  if (plan.outlook === "working" && isDriven) return undefined;
  const outlook = plan.outlook === "working" ? "stopped" : plan.outlook;
  const end = endEvent({ outlook, attention: plan.attention, failures: [] }, project.engine.clock.nowMs());
  return { ...end, epic: epicState({ crew: project.crew, ...now }) };
}

async function openProgress(invocation: Invocation, flags: GlobalFlags, { engine }: Project): Promise<Progress> {
  const { progress: sink } = createOutput({ ...invocation, color: flags.color });
  return await createProgress({ form: flags.progress, sink, clock: engine.clock, verbose: flags.verbose });
}

async function finish(invocation: Invocation, flags: GlobalFlags, end: EndEvent | undefined): Promise<number> {
  const { progress } = createOutput({ ...invocation, color: flags.color });
  if (end && flags.progress !== "json" && flags.progress !== "quiet") progress.write(endText(end, progress.format()));
  if (end && flags.progress === "json") progress.write(`${jsonText(end)}\n`);
  await progress.flush();
  return end ? exitCode(end) : 130;
}

function exitCode({ outlook, failures, attention }: EndEvent): number {
  const codes: Record<Outlook | "stopped", number> = { complete: 0, landable: 0, settled: 5, stopped: 130, working: 1 };
  const isCrewsFailure =
    outlook === "settled" && attention.length === 0 && failures.some(({ error }) => error.code !== "needs-you");
  return isCrewsFailure ? 1 : codes[outlook];
}
