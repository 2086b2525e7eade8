// crew stop, start, pause, unpause: a person holds a role back or lets it go. Records it, wakes the driver, and does to the
// instance what follows from it at once, also where nobody drives.
import { CrewError } from "../../errors.ts";
import type { HoldFact } from "../../model/records.ts";
import type { World } from "../../model/world.ts";
import { heldWords, holdOf, isHeld } from "../../plan/holds.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import type { ViewedProject } from "../project/opened.ts";
import { openLastGood } from "../project/project.ts";
import { lookNow, mustBeUp } from "../project/work-context.ts";
import { mustBeRoles } from "../said.ts";
import { wakeDriver } from "./drivers.ts";
import { follow, mustHaveServices } from "./follow.ts";

type Roles = readonly string[];

export interface StopFlags extends GlobalFlags {
  /** Seconds. */
  readonly timeout?: number;
}

export async function stop(invocation: Invocation, flags: StopFlags, roles: Roles): Promise<number> {
  const grace = flags.timeout !== undefined && { graceMs: flags.timeout * 1000 };
  return await hold(invocation, flags, { roles, state: "stopped", from: ["none", "paused"], ...grace });
}

export async function start(invocation: Invocation, flags: GlobalFlags, roles: Roles): Promise<number> {
  return await hold(invocation, flags, { roles, state: "none", from: ["stopped", "quarantined"] });
}

export async function pause(invocation: Invocation, flags: GlobalFlags, roles: Roles): Promise<number> {
  return await hold(invocation, flags, { roles, state: "paused", from: ["none"] });
}

export async function unpause(invocation: Invocation, flags: GlobalFlags, roles: Roles): Promise<number> {
  return await hold(invocation, flags, { roles, state: "none", from: ["paused"] });
}

/** Lets go of the roles that are named in `up`, as Compose starts what it is told to bring up. */
export async function letGo(project: ViewedProject, roles: Roles): Promise<void> {
  const { world } = await lookNow(project);
  const held = roles.filter((role) => isHeld(role, world));
  await recordHold(project, held, { state: "none", world });
}

interface Holding {
  /** None: all. */
  readonly roles: Roles;
  readonly state: HoldFact["state"];
  /** Only roles that are held like this: what else holds one is lifted by its own word. */
  readonly from: readonly HoldFact["state"][];
  readonly graceMs?: number;
}

async function hold(invocation: Invocation, flags: GlobalFlags, holding: Holding): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  const { crew } = project;
  mustBeRoles(crew, holding.roles);
  const named = holding.roles.length > 0 ? holding.roles : crew.roles.map((role) => role.name);
  const { from, state } = holding;
  const roles = named.filter((role) => from.includes(holdOf(role, now.world)?.state ?? "none"));
  await recordHold(project, roles, { ...holding, world: now.world });
  const isDriven = await wakeDriver(invocation, project);
  const passed = await follow(invocation, flags, { project, roles: named, state });
  await mustBeHeld(project, roles, state);
  const others = named.flatMap((role) => {
    const hold = roles.includes(role) ? undefined : holdOf(role, now.world);
    return hold === undefined || hold.state === state ? [] : [`${role} is ${heldWords(role, hold)}.`];
  });
  const moved = [...roles, ...(from.includes("stopped") ? namedAtRest(named, now.world) : [])];
  const words = moved.length > 0 || others.length === 0 ? [wordsOf(moved, holding), ...others] : others;
  invocation.stderr.write(`${words.join(" ")}${isDriven || state !== "none" ? "" : " Nobody is driving: crew up"}\n`);
  if (!invocation.signal.aborted) mustHaveServices(crew, moved, passed);
  return 0;
}

/** Nothing holds them, and they do not run: made by `crew up --no-start`, or ended while nobody drove. */
function namedAtRest(named: Roles, world: World): Roles {
  return named.filter((role) => world.runtime.instances.get(role)?.running === false && !isHeld(role, world));
}

interface Recording extends Pick<Holding, "state" | "graceMs"> {
  readonly world: World;
}

/** Each role is held like this from now on, or by nothing. */
export async function recordHold(
  { engine }: ViewedProject,
  roles: Roles,
  { state, graceMs, world }: Recording,
): Promise<void> {
  const atMs = engine.clock.nowMs();
  for (const role of roles) {
    const mail = world.runtime.instances.get(role)?.mail ?? "unreadable";
    const lifts = state === "none" && mail !== "unreadable" && { liftsSinceMs: mail.status.sinceMs };
    const value: HoldFact = { state, reason: "", ...lifts, ...(graceMs !== undefined && { graceMs }), atMs };
    await engine.repository.writeFact(engine.project, { kind: "hold", id: role, value });
  }
}

/** What is said of a role is what its instance shows. */
async function mustBeHeld({ engine }: ViewedProject, roles: Roles, state: HoldFact["state"]): Promise<void> {
  if (state === "none") return;
  const { instances } = await engine.runtime.observe();
  const runs = (role: string) => {
    const instance = instances.get(role);
    return instance?.running === true && !(state === "paused" && instance.paused === true);
  };
  const role = roles.find(runs);
  if (role !== undefined)
    throw new CrewError("failed", `${role} is to be ${state}, but still runs`, { hint: "crew ps" });
}

function wordsOf(roles: Roles, { state, from }: Holding): string {
  const words = { stopped: "stopped", paused: "paused", quarantined: "quarantined", none: "let go" } as const;
  if (roles.length === 0) return state === "none" ? `No role is ${from.join(" or ")}.` : `Already ${words[state]}.`;
  const what = roles.length === 1 ? `${roles[0]} is` : `${roles.join(", ")} are`;
  const how = state === "stopped" ? ` until crew start${roles.length === 1 ? ` ${roles[0]}` : ""}` : "";
  return `${what} ${words[state]}${how}.`;
}
