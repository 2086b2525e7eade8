// Roles that are held back: stopped or paused by a person, quarantined by crew when they end from inside again and again. Pure.

import type { Attention } from "../model/attention.ts";
import type { Crew, Role } from "../model/crew.ts";
import type { Note, Operation } from "../model/plan.ts";
import type { HoldFact } from "../model/records.ts";
import {
  jobsAmong,
  progressOf,
  type ServiceSpec,
  type ServiceState,
  serviceId,
  servicesIn,
} from "../model/services.ts";
import type { InstanceSpec } from "../model/spec.ts";
import type { Instance, World } from "../model/world.ts";
import { operation, operationId, type PlanContext, type PlanOptions, withinPlan } from "./context.ts";

/** So many beginnings in a row that came to no finished turn, and the role is quarantined. */
const fruitlessAtMost = 3;

/** Milliseconds for a supervisor to end its agent and keep the work, unless the role says otherwise. */
const usualGraceMs = 10_000;

/** Milliseconds that an instance has by what it was made of. */
export function stopGraceMs(spec: InstanceSpec): number {
  return spec.container?.stopGraceMs ?? usualGraceMs;
}

/** What holds the role back; undefined: nothing. */
export function holdOf(role: string, { repository }: World): HoldFact | undefined {
  const hold = repository.facts.holds.get(role);
  return hold === undefined || hold.state === "none" ? undefined : hold;
}

export function isHeld(role: string, world: World): boolean {
  return holdOf(role, world) !== undefined;
}

/** `stopped: crew start backend`. */
export function heldWords(role: string, { state, reason }: HoldFact): string {
  return `${state}${reason === "" ? "" : ` (${reason})`}: ${releaseCommand(role, state)}`;
}

/** What holds ask for by themselves, where nothing else goes on. */
export function planHolds({ roles }: Crew, world: World, { started = [] }: PlanOptions): readonly Operation[] {
  const operations = roles.flatMap((role): readonly Operation[] => {
    const instance = world.runtime.instances.get(role.name);
    const hold = holdOf(role.name, world);
    if (hold) return [...planHeld(role, { hold, instance }).operations, ...heldServices(role.name, hold, world)];
    if (!instance) return [];
    if (isFrozen(instance)) return [...freedServices(role, world), resume(role)];
    if (instance.running || !started.includes(role.name)) return [];
    const services = freedServices(role, world);
    const start = { kind: "instance.start", role: role.name } as const;
    return [...services, operation(role.name, start, { cause: "let go", needs: services.map(({ id }) => id) })];
  });
  return withinPlan(operations);
}

/** What rested with the role, or was frozen, each after what it needs; a job that is done is not done again. */
function freedServices({ name: role, services: specs = [] }: Role, { runtime }: World): readonly Operation[] {
  const jobs = jobsAmong(specs);
  return servicesIn(runtime).flatMap((state): readonly Operation[] => {
    const { owner, name, running, paused } = state;
    if (owner.kind !== "role" || owner.role !== role || (running && !paused)) return [];
    if (jobs.has(name) && progressOf(state) === "completed") return [];
    const needs = [...neededBy(name, specs)].map((each) => operationId("service.start", serviceId(owner, each)));
    const start = { kind: "service.start", owner, service: name } as const;
    return [operation(serviceId(owner, name), start, { cause: "let go", needs })];
  });
}

/** What is needed by what it needs, too: a job in between may be done. */
function neededBy(name: string, specs: readonly ServiceSpec[]): ReadonlySet<string> {
  const needed = specs.find((spec) => spec.name === name)?.needs ?? [];
  return new Set(needed.flatMap(({ service }) => [service, ...neededBy(service, specs)]));
}

/** What it uses goes on before it. */
export function resume({ name, services = [] }: Role): Operation {
  const owner = { kind: "role", role: name } as const;
  const needs = services.map((service) => operationId("service.start", serviceId(owner, service.name)));
  return operation(name, { kind: "instance.resume", role: name }, { cause: "no longer paused", needs });
}

/** Its own services rest while it does; what it shares with others goes on. */
export function heldServices(role: string, hold: HoldFact, { runtime }: World): readonly Operation[] {
  const cause = heldWords(role, hold);
  const isPaused = hold.state === "paused";
  return servicesIn(runtime).flatMap(({ owner, name, running, paused }): readonly Operation[] => {
    if (owner.kind !== "role" || owner.role !== role || !running || (isPaused && paused)) return [];
    const kind = isPaused ? ("service.pause" as const) : ("service.stop" as const);
    const needs = [operationId(isPaused ? "instance.pause" : "instance.stop", role)];
    return [operation(serviceId(owner, name), { kind, owner, service: name }, { cause, needs })];
  });
}

/** It ended before a person let its role go: it rested with it. */
export function hasRested({ owner, startedAtMs }: ServiceState, { repository }: World): boolean {
  if (owner.kind !== "role" || startedAtMs === undefined) return false;
  const last = repository.facts.holds.get(owner.role);
  return last?.state === "none" && last.atMs > startedAtMs;
}

/** Wholly or in part. */
export function isFrozen({ paused, halfPaused }: Instance): boolean {
  return paused === true || halfPaused === true;
}

/** Nothing of a held role is created or started. */
export function planHeld(
  { name }: Role,
  { hold, instance }: { readonly hold: HoldFact; readonly instance: Instance | undefined },
): { readonly operations: readonly Operation[]; readonly notes: readonly Note[] } {
  const cause = heldWords(name, hold);
  if (instance?.running && hold.state !== "paused") {
    const graceMs = hold.graceMs ?? stopGraceMs(instance.spec);
    return { operations: [operation(name, { kind: "instance.stop", role: name, graceMs }, { cause })], notes: [] };
  }
  if (instance?.running && !instance.paused) {
    return { operations: [operation(name, { kind: "instance.pause", role: name }, { cause })], notes: [] };
  }
  return { operations: [], notes: [{ subject: `instance ${name}`, cause }] };
}

/** A supervisor that is ended from inside before any turn is over, or takes each order for finished, would begin for ever. */
export function quarantine({ name }: Role, { mail }: Instance, { nowMs, repository }: World): Operation | undefined {
  if (mail === "unreadable" || mail.status.fruitless < fruitlessAtMost) return undefined;
  const { fruitless, order, sinceMs } = mail.status;
  // Let go by a person since, or just as it is, whatever the clocks say: its next start counts anew.
  const last = repository.facts.holds.get(name);
  if (last && (last.atMs > sinceMs || last.liftsSinceMs === sinceMs)) return undefined;
  const reason = `began${order === undefined ? "" : ` ${order}`} ${fruitless} times in a row and finished no turn`;
  const hold: HoldFact = { state: "quarantined", reason, atMs: nowMs };
  return operation(name, { kind: "hold.record", role: name, hold }, { cause: reason });
}

/** A held role that still has something to do needs the person who lets it go. */
export function holdAttention({ crew, world, survey }: PlanContext): readonly Attention[] {
  return crew.roles.flatMap(({ name }): readonly Attention[] => {
    const hold = holdOf(name, world);
    const isLeft = [...survey.leaves, ...survey.upward].some(
      ({ role, state }) => role === name && unfinished.has(state.kind),
    );
    if (!hold || !isLeft) return [];
    const reason = `${name} is ${hold.state}${hold.reason === "" ? "" : ` (${hold.reason})`}: its work waits`;
    const logs = hold.state === "quarantined" ? [`crew logs ${name}`] : [];
    return [{ kind: "role-held", subject: name, reason, commands: [releaseCommand(name, hold.state), ...logs] }];
  });
}

/** What only the role itself can bring on. */
export const unfinished: ReadonlySet<string> = new Set(["ready", "working", "answering", "waiting"]);

/** What lets it go. */
export function releaseCommand(role: string, state: HoldFact["state"]): string {
  return state === "paused" ? `crew unpause ${role}` : `crew start ${role}`;
}
