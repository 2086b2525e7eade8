// What follows from a hold at once, beside the driver or without one: instances and their services rest, freeze or go on.
import { CrewError } from "../../errors.ts";
import { isLostRace, type Passed, pass } from "../../execute/pass.ts";
import type { Walked } from "../../execute/walk.ts";
import type { Crew } from "../../model/crew.ts";
import type { Operation, OperationKind } from "../../model/plan.ts";
import type { HoldFact } from "../../model/records.ts";
import {
  jobsAmong,
  progressOf,
  type ServiceState,
  serviceOwner,
  servicesIn,
  serviceWords,
} from "../../model/services.ts";
import { isHeld } from "../../plan/holds.ts";
import { driverEvents } from "../../ui/driver-events.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import type { ViewedProject } from "../project/opened.ts";
import { crashHook } from "./crash.ts";
import { openPlainProgress } from "./plain-progress.ts";

type Roles = readonly string[];

/** What a hold brings about by itself; a replacement that is due besides is the driver's, as a whole. */
const following: Readonly<Record<HoldFact["state"], readonly OperationKind[]>> = {
  stopped: ["instance.stop", "service.stop"],
  quarantined: ["instance.stop", "service.stop"],
  paused: ["instance.pause", "service.pause"],
  none: ["service.start", "instance.resume", "instance.start"],
};

/** Between two looks at services that are on their way. */
const betweenMs = 250;

const doubtsAtMost = 8;

interface Following {
  readonly project: ViewedProject;
  readonly roles: Roles;
  /** How they are held now. */
  readonly state: HoldFact["state"];
}

/** The driver may have done it already; then there is nothing left to do. What a role uses is there before it starts. */
export async function follow(
  invocation: Invocation,
  flags: GlobalFlags,
  { project, roles, state }: Following,
): Promise<Passed> {
  const { engine, crew } = project;
  const { progress } = await openPlainProgress(invocation, flags, project);
  const events = driverEvents({ nowMs: () => engine.clock.nowMs(), crew, emit: (event) => progress.show(event) });
  const options = {
    ...events,
    crash: crashHook(invocation),
    planOptions: { startedAtMs: 0, allowRedBase: false, roles, ...(state === "none" && { started: roles }) },
    memory: new Map(),
    command: `crew ${invocation.argv.join(" ")}`,
    lockTimeoutMs: flags.lockTimeout * 1000,
    signal: invocation.signal,
    isDue: (operation: Operation) => following[state].includes(operation.kind),
  };
  let passed = await pass(engine, crew, options);
  for (let doubts = 0; !invocation.signal.aborted; ) {
    if (!isUnderWay(crew, roles, passed)) {
      // A driver may be about to start what has failed by the looks of it: that is believed once it stays so.
      if (doubts === doubtsAtMost || !whatKeeps(crew, roles, passed)) break;
      doubts += 1;
    }
    await engine.clock.sleep(betweenMs, invocation.signal);
    passed = await pass(engine, crew, options);
  }
  await progress.close();
  const failed = failedOf(passed)[0];
  if (failed) throw failed.error;
  return passed;
}

function failedOf({ walked }: Passed): Walked["failed"] {
  return walked?.failed.filter(({ error }) => !isLostRace(error)) ?? [];
}

/** Whoever lost a race looks again. */
function isUnderWay(crew: Crew, roles: Roles, passed: Passed): boolean {
  if (failedOf(passed).length > 0) return false;
  return passed.walked?.failed.length ? true : awaitsServices(crew, roles, passed);
}

/** One of the roles is to start, and a service of its is on its way. */
function awaitsServices({ roles }: Crew, named: Roles, { walked, world }: Passed): boolean {
  const hasStarted = walked?.done.some(({ kind }) => kind === "service.start") === true;
  return roles.some(({ name, services = [] }) => {
    const waits = named.includes(name) && services.length > 0 && !isHeld(name, world);
    if (!waits || world.runtime.instances.get(name)?.running !== false) return false;
    const own = servicesIn(world.runtime).filter(({ owner, name: service }) =>
      owner.kind === "role"
        ? owner.role === name
        : owner.kind === "project" && services.some((each) => each.name === service),
    );
    const jobs = jobsAmong(services);
    const isOnItsWay = (state: ServiceState) =>
      progressOf(state) === "starting" || (state.running && jobs.has(state.name));
    return hasStarted || own.some(isOnItsWay);
  });
}

/** What keeps a role from starting, once nothing of it is on its way. */
export function mustHaveServices(crew: Crew, named: Roles, passed: Passed): void {
  const kept = whatKeeps(crew, named, passed);
  if (!kept) return;
  const { role, failed } = kept;
  throw new CrewError("failed", `${role} is not started: ${failed.reason}`, { hint: failed.commands.join(", ") });
}

function whatKeeps(crew: Crew, named: Roles, { world, plan }: Passed) {
  for (const { name, services = [] } of crew.roles) {
    if (!named.includes(name) || isHeld(name, world) || world.runtime.instances.get(name)?.running !== false) continue;
    const owner = { kind: "role", role: name } as const;
    const own = services.map((service) => serviceWords(serviceOwner(service, owner), service.name));
    const failed = plan.attention.find(({ kind, subject }) => kind === "service" && own.includes(subject));
    if (failed) return { role: name, failed };
  }
  return undefined;
}
