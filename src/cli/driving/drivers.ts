// The driver process: finding it, having one, waking it and ending it. Found by pid and start time, so killable at will.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CrewError } from "../../errors.ts";
import type { LeaseHolder } from "../../ports/repository.ts";
import type { Invocation } from "../invocation.ts";
import type { OpenProject } from "../project/opened.ts";
import { driverLog, type ReadyDriver } from "./driver-start.ts";

const pollMs = 20;
/** A driver finishes the operations under way before it ends. */
const stopTimeoutMs = 30_000;

export async function driverOf(project: OpenProject): Promise<LeaseHolder | undefined> {
  return await project.engine.repository.lease(project.engine.project, "driver").holder();
}

/** Whether that is who drives now. */
export async function isDriver(project: OpenProject, holder: LeaseHolder): Promise<boolean> {
  return isSame(await driverOf(project), holder);
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

/** Has the project driven by a process of its own: by the one that is there, or by this one. */
export async function ensureDriver(
  invocation: Invocation,
  project: OpenProject,
  ready: () => ReadyDriver,
): Promise<void> {
  if (await wakeDriver(invocation, project)) return;
  if (await ready().go()) return;
  // Somebody else was as quick, and it left the project to that one.
  if (await wakeDriver(invocation, project)) return;
  throw new CrewError("failed", "The driver did not start", { hint: `See ${driverLog(project)}` });
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
