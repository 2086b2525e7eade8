// Brings a project on until it is settled: drives in this process, or looks on while a driver does; then says how it ended.
import { CrewError } from "../../errors.ts";
import type { CrewEvent, EndEvent } from "../../model/event.ts";
import type { Outlook } from "../../model/plan.ts";
import type { PlanOptions } from "../../plan/context.ts";
import { endText } from "../../ui/attention.ts";
import { jsonText } from "../../ui/clean.ts";
import { createOutput } from "../../ui/output.ts";
import { createProgress, type Progress } from "../../ui/progress.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import { eventsFile, type Project } from "../project/opened.ts";
import { driverOf, wakeDriver } from "./drivers.ts";
import { driveHere } from "./driving.ts";
import { lastPass, readEvents, sizeOf } from "./events.ts";

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
  while (true) {
    if (await driverOf(project)) {
      const code = await view(invocation, flags, project);
      // The driver is gone before its time: what it leaves is driven here.
      if (code !== undefined) return code;
    }
    try {
      return await driveInForeground(invocation, flags, converging);
    } catch (error) {
      // Somebody else began to drive between the look and the taking.
      if (!(error instanceof CrewError) || error.code !== "locked" || !(await driverOf(project))) throw error;
    }
  }
}

async function driveInForeground(invocation: Invocation, flags: GlobalFlags, converging: Converging): Promise<number> {
  const progress = await openProgress(invocation, flags, converging.project);
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

/**
 * Looks on while the driver works, until it says that nothing goes on by itself. Ctrl-C stops looking, not working.
 * Undefined: the driver is gone, and not all is done.
 */
export async function view(invocation: Invocation, flags: GlobalFlags, project: Project): Promise<number | undefined> {
  const progress = await openProgress(invocation, flags, project);
  try {
    const end = await follow(invocation, project, progress);
    await progress.close();
    return end && end.outlook !== "stopped" ? await finish(invocation, flags, end) : undefined;
  } catch (error) {
    // What was being asked for is broken off too.
    if (!invocation.signal.aborted) throw error;
    await progress.close();
    invocation.stderr.write("The driver goes on: crew status\n");
    return 130;
  } finally {
    await progress.close();
  }
}

/** Until the driver says how it ended, or is gone: undefined. Rejects when it is broken off. */
async function follow(invocation: Invocation, project: Project, progress: Progress): Promise<EndEvent | undefined> {
  const file = eventsFile(project);
  let offset = sizeOf(file);
  await wakeDriver(invocation, project);
  const last = await lastPass(file);
  if (last) progress.show(last);
  while (true) {
    const isDriven = (await driverOf(project)) !== undefined;
    invocation.signal.throwIfAborted();
    const read = await readEvents(file, offset);
    offset = read.offset;
    for (const event of read.events) if (event.type !== "end") progress.show(event);
    const end = read.events.findLast((event) => event.type === "end");
    if (end || !isDriven) return end;
    await project.engine.clock.sleep(viewMs, invocation.signal);
  }
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
  const codes: Record<Outlook | "stopped", number> = {
    complete: 0,
    landable: 0,
    proposed: 0,
    settled: 5,
    stopped: 130,
    working: 1,
  };
  const isCrewsFailure =
    outlook === "settled" && attention.length === 0 && failures.some(({ error }) => error.code !== "needs-you");
  return isCrewsFailure ? 1 : codes[outlook];
}
