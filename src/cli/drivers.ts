// The driver process: finding it, starting it, waking it and ending it. Found by pid and start time, so killable at will.
import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CrewError } from "../errors.ts";
import type { LeaseHolder } from "../ports/repository.ts";
import type { Invocation } from "./invocation.ts";
import type { OpenProject } from "./opened.ts";

const pollMs = 20;
const startTimeoutMs = 15_000;
/** A driver finishes the operations under way before it ends. */
const stopTimeoutMs = 30_000;

export async function driverOf(project: OpenProject): Promise<LeaseHolder | undefined> {
  return await project.engine.repository.lease(project.engine.project, "driver").holder();
}

/** Tells the driver that something changed. True when there is one. */
export async function wakeDriver(invocation: Invocation, project: OpenProject): Promise<boolean> {
  const driver = await driverOf(project);
  if (!driver) return false;
  signal(invocation, driver, "SIGUSR2");
  return true;
}

export interface UpAgain {
  /** Epoch milliseconds; 0 for never. */
  readonly atMs: number;
  readonly removeOrphans: boolean;
  /** Roles whose instances stay as they were made. */
  readonly noRecreate: readonly string[];
}

const wish = { removeOrphans: "remove-orphans", noRecreate: "no-recreate=" } as const;

/** Tells the driver that a person said `up` again: failed setups and a red base are tried once more. */
export function sayUpAgain(
  { directory, engine }: OpenProject,
  { removeOrphans, noRecreate }: Omit<UpAgain, "atMs">,
): void {
  mkdirSync(directory, { recursive: true });
  const words = [
    `${engine.clock.nowMs()}`,
    ...(removeOrphans ? [wish.removeOrphans] : []),
    ...(noRecreate.length > 0 ? [`${wish.noRecreate}${noRecreate.join(",")}`] : []),
  ];
  writeFileSync(join(directory, "up"), `${words.join(" ")}\n`);
}

/** What was said last. The file may be deleted at any time: then `up` is typed again. */
export function upAgain({ directory }: OpenProject): UpAgain {
  try {
    const [at, ...wishes] = readFileSync(join(directory, "up"), "utf8").trim().split(" ");
    const kept = wishes.find((each) => each.startsWith(wish.noRecreate))?.slice(wish.noRecreate.length);
    return {
      atMs: Number(at) || 0,
      removeOrphans: wishes.includes(wish.removeOrphans),
      noRecreate: kept?.split(",") ?? [],
    };
  } catch {
    return { atMs: 0, removeOrphans: false, noRecreate: [] };
  }
}

/** Starts the driver as a process of its own, unless there is one. */
export async function ensureDriver(
  invocation: Invocation,
  project: OpenProject,
  args: readonly string[],
): Promise<LeaseHolder> {
  const running = await driverOf(project);
  if (running) {
    signal(invocation, running, "SIGUSR2");
    return running;
  }
  mkdirSync(project.directory, { recursive: true });
  const log = openSync(join(project.directory, "driver.log"), "a");
  const [node, program] = invocation.process.program;
  const child = spawn(node, [program, ...args], {
    cwd: invocation.cwd,
    env: invocation.environment,
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  return await started(invocation, project, child.pid);
}

async function started(invocation: Invocation, project: OpenProject, pid: number | undefined): Promise<LeaseHolder> {
  const { clock } = project.engine;
  const deadline = clock.nowMs() + startTimeoutMs;
  while (clock.nowMs() < deadline) {
    const driver = await driverOf(project);
    if (driver) return driver;
    if (pid !== undefined && !isAlive(invocation, pid)) break;
    await clock.sleep(pollMs, invocation.signal);
  }
  throw new CrewError("failed", "The driver did not start", { hint: `See ${join(project.directory, "driver.log")}` });
}

/** Ends the driver and waits until it is gone; killed if it does not end by itself. */
export async function stopDriver(invocation: Invocation, project: OpenProject): Promise<void> {
  const { clock } = project.engine;
  const driver = await driverOf(project);
  if (!driver || driver.pid === invocation.process.pid) return;
  if (driver.host !== invocation.process.host) throw drivenElsewhere(driver, project);
  signal(invocation, driver, "SIGTERM");
  const deadline = clock.nowMs() + stopTimeoutMs;
  while (isSame(await driverOf(project), driver)) {
    if (invocation.signal.aborted) throw new CrewError("failed", `The driver (pid ${driver.pid}) has not ended yet`);
    if (clock.nowMs() > deadline) signal(invocation, driver, "SIGKILL");
    await clock.sleep(pollMs, invocation.signal);
  }
}

function isSame(now: LeaseHolder | undefined, before: LeaseHolder): boolean {
  return now?.pid === before.pid && now.startTime === before.startTime;
}

/** Nobody here can tell whether a process of another host lives, let alone end it. */
export function drivenElsewhere(driver: LeaseHolder, { engine }: OpenProject): CrewError {
  return new CrewError("locked", `The project is driven on ${driver.host} (pid ${driver.pid})`, {
    hint: `Run crew down there. If that machine is gone for good: git update-ref -d refs/crew/lease/${engine.project}/driver`,
  });
}

function signal(invocation: Invocation, driver: LeaseHolder, name: NodeJS.Signals): void {
  if (driver.host !== invocation.process.host) return;
  try {
    invocation.kill(driver.pid, name);
  } catch {
    // It ended between being found and being told: what it would have been told stands in the refs.
  }
}

function isAlive(invocation: Invocation, pid: number): boolean {
  try {
    invocation.kill(pid, 0 as unknown as NodeJS.Signals);
    return true;
  } catch {
    return false;
  }
}
