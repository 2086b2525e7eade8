// crew down: ends the driver, stops the roles, keeps what they hold, removes them; a landed project is archived and cleared.
import { CrewError } from "../errors.ts";
import { observeBare } from "../execute/observe.ts";
import { perform } from "../execute/perform.ts";
import { type Walked, walk } from "../execute/walk.ts";
import type { Operation } from "../model/plan.ts";
import { shellLine } from "../model/shell.ts";
import type { World } from "../model/world.ts";
import { type DownOptions, isComplete, planDown } from "../plan/down.ts";
import { couldNot, driverEvents } from "../ui/driver-events.ts";
import { crashHook } from "./driving/crash.ts";
import { stopDriver } from "./driving/drivers.ts";
import { openPlainProgress } from "./driving/plain-progress.ts";
import { underLock } from "./driving/under-lock.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { OpenProject } from "./project/opened.ts";
import { openRecorded } from "./project/project.ts";

export interface DownFlags extends GlobalFlags {
  readonly volumes?: boolean;
  /** Seconds. */
  readonly timeout?: number;
}

/** Stop, then what the stopped roles left, then the archive: each pass plans from what the last one led to. */
const passesAtMost = 6;

export async function down(invocation: Invocation, flags: DownFlags): Promise<number> {
  const project = await openRecorded(invocation, flags);
  const { engine } = project;
  engine.runtime.expectLook?.("way");
  await stopDriver(invocation, project);
  const given = {
    volumes: flags.volumes === true,
    ...(flags.timeout !== undefined && { graceMs: flags.timeout * 1000 }),
  };
  const options = (world: World) => ({ ...given, isComplete: isComplete(world) });
  return await underLock(invocation, { flags, engine, command: "crew down" }, () =>
    takeDown(invocation, flags, { project, options, words: "Down. No work was lost." }),
  );
}

export interface TakingDown {
  readonly project: OpenProject;
  readonly options: (world: World) => DownOptions;
  /** What is said once it is done. */
  readonly words: string;
}

/** Under the lock, with no driver left. */
export async function takeDown(
  invocation: Invocation,
  flags: GlobalFlags,
  { project, options, words }: TakingDown,
): Promise<number> {
  const { engine } = project;
  const { progress, sink, form } = await openPlainProgress(invocation, flags, project);
  const events = driverEvents({ nowMs: () => engine.clock.nowMs(), emit: (event) => progress.show(event) });
  const crash = crashHook(invocation);
  let done = 0;
  for (let n = 0; ; n++) {
    // What runs is stopped whatever lies in its mailbox, and is looked into then.
    const world = await observeBare(engine, { leavesMail: n === 0 });
    const operations = planDown(world, options(world));
    if (operations.length === 0 && world.runtime.isMailLeft && world.runtime.instances.size > 0) continue;
    if (operations.length === 0 && !invocation.signal.aborted) {
      await Promise.all([engine.runtime.clear(), engine.repository.lease(engine.project, "images").clear()]);
    }
    if (operations.length === 0 || invocation.signal.aborted) break;
    if (n >= passesAtMost) throw notSettling(invocation, operations);
    const walked = await walk(operations, {
      ...events,
      crash,
      signal: invocation.signal,
      perform: (operation) => perform(operation, { engine, world }),
    });
    done += walked.done.length;
    if (walked.failed.length > 0) return failed(invocation, walked);
  }
  await progress.close();
  if (invocation.signal.aborted) return 130;
  if (form === "plain" || form === "tty") sink.write(done === 0 ? "Nothing is up.\n" : `${words}\n`);
  return 0;
}

function notSettling(invocation: Invocation, operations: readonly Operation[]): CrewError {
  const left = operations.map(couldNot).join(", ");
  return new CrewError("failed", `Not everything could be taken down: crew ${left}, however often it tried`, {
    hint: `crew ${shellLine(invocation.argv)}`,
  });
}

function failed(invocation: Invocation, { failed }: Walked): number {
  const [first] = failed;
  const left = failed.map(({ operation }) => couldNot(operation)).join(", ");
  const code = failed.every(({ error }) => error.code === "needs-you") ? "needs-you" : "failed";
  throw new CrewError(code, `Not everything could be taken down: ${left}: ${first?.error.message ?? ""}`, {
    hint: first?.error.hint ?? `crew ${shellLine(invocation.argv)}`,
  });
}
