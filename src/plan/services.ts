// Services beside the instances: made, started once what they need is as far, replaced when their spec drifted, removed when
// nobody has them any more. Nothing here waits: what is not there yet is planned by a later look. Pure.

import type { Attention } from "../model/attention.ts";
import { type Gate, type Role, roleNamed } from "../model/crew.ts";
import { lacksImage } from "../model/images.ts";
import { isAtWork } from "../model/instance.ts";
import type { Note, Operation } from "../model/plan.ts";
import {
  isMet,
  jobsAmong,
  progressOf,
  type ServiceOwner,
  type ServiceSpec,
  type ServiceState,
  serviceId,
  serviceOwner,
  servicesIn,
  serviceWords,
} from "../model/services.ts";
import { serviceDrift } from "../model/services-drift.ts";
import type { ServiceUse } from "../model/spec.ts";
import type { Instance, World } from "../model/world.ts";
import { isSelected, operation, operationId, type PlanContext } from "./context.ts";
import { hasRested, heldServices, holdOf } from "./holds.ts";
import { barred, bringImage, isBarred, isRefreshed, refreshed } from "./images.ts";

export interface ServicesPlan {
  readonly operations: readonly Operation[];
  readonly notes: readonly Note[];
  readonly attention: readonly Attention[];
}

/** Those of roles; a gate run's go with its plan. */
export function planServices(context: PlanContext): ServicesPlan {
  const { crew, world } = context;
  const roles = crew.roles.filter(({ name }) => isSelected(name, context));
  const plans = roles.map((role) => planRole(role, context));
  const removals = servicesIn(world.runtime)
    .filter((state) => isLeft(state, context))
    .map((state) => remove(state.owner, state.name, "no role has it"));
  return {
    operations: [...plans.flatMap((plan) => plan.operations), ...removals],
    notes: plans.flatMap((plan) => plan.notes),
    attention: onceEach(plans.flatMap((plan) => plan.attention)),
  };
}

function planRole({ name, services = [] }: Role, context: PlanContext): ServicesPlan {
  const hold = holdOf(name, context.world);
  if (hold) return { operations: heldServices(name, hold, context.world), notes: [], attention: [] };
  return planOwner({ kind: "role", role: name }, services, context);
}

/** What one has, and what is everybody's besides. */
export function planOwner(owner: ServiceOwner, specs: readonly ServiceSpec[], context: PlanContext): ServicesPlan {
  const jobs = jobsAmong(specs);
  const plans = specs.map((spec) => planService({ owner, spec, context, isJob: jobs.has(spec.name) }));
  return {
    operations: plans.flatMap((plan) => plan.operations),
    notes: plans.flatMap((plan) => plan.notes),
    attention: plans.flatMap((plan) => plan.attention),
  };
}

/** Why whoever has these may not begin yet; undefined: it may. */
export function waitsFor(owner: ServiceOwner, specs: readonly ServiceSpec[], context: PlanContext): string | undefined {
  const jobs = jobsAmong(specs);
  const waiting = specs.filter((spec) => {
    const state = stateOf(owner, spec, context.world);
    const until = jobs.has(spec.name) ? "completed" : "healthy";
    const isAsMade = state !== undefined && serviceDrift(state, spec).length === 0;
    const isAsWanted = isAsMade || isKeptAsMade(serviceOwner(spec, owner), spec, context);
    return !isAsWanted || !isMet({ until }, progressOf(state));
  });
  return waiting.length === 0 ? undefined : `waits for ${waiting.map(({ name }) => name).join(", ")}`;
}

interface Planned {
  readonly owner: ServiceOwner;
  readonly spec: ServiceSpec;
  readonly context: PlanContext;
  /** It is meant to end. */
  readonly isJob: boolean;
}

function planService({ owner: whose, spec, context, isJob }: Planned): ServicesPlan {
  const { world, options, crew } = context;
  const owner = serviceOwner(spec, whose);
  const id = serviceWords(owner, spec.name);
  const state = stateOf(whose, spec, world);
  const nothing: ServicesPlan = { operations: [], notes: [], attention: [] };
  const note = (cause: string, more: Partial<Note> = {}): ServicesPlan => ({
    ...nothing,
    notes: [{ subject: `service ${id}`, cause, ...more }],
  });
  if (isRefreshed(spec, context))
    return { ...nothing, operations: [bringImage(spec.container.image, crew, refreshed)] };
  const changes = state ? serviceDrift(state, spec) : [];
  const isForced = state !== undefined && options.recreateServices?.includes(serviceId(owner, spec.name)) === true;
  const isDrifted = changes.length > 0 && !isKeptAsMade(owner, spec, context);
  if ((!state || isDrifted || isForced) && lacksImage(spec.container, world.runtime.images)) {
    if (isBarred(spec, context)) return { ...nothing, attention: [barred(`service ${id}`, spec)] };
    return { ...nothing, operations: [bringImage(spec.container.image, crew, `service ${spec.name} is to run in it`)] };
  }
  if (!state) return { ...nothing, operations: [create(owner, spec, "not found")] };
  if (isForced) return { ...nothing, operations: replaced(owner, spec, "crew up --force-recreate") };
  const words = changes.map((change) => change.words).join(", ");
  if (isDrifted) {
    if (isInUse(owner, spec, context)) return note(`${words}; replaced after the turn`, { isPutOff: true });
    return { ...nothing, operations: replaced(owner, spec, words) };
  }
  if (state.paused) return { ...nothing, operations: [start(owner, spec, "paused")] };
  const progress = progressOf(state);
  const isHeldBack = !state.running && hasRested(state, world) && !(isJob && progress === "completed");
  if (progress === "none" || isHeldBack) {
    const unmet = spec.needs.filter((need) => !isMet(need, progressOfNeed(whose, need.service, context)));
    if (unmet.length > 0) return note(`waits for ${unmet.map(({ service }) => service).join(", ")}`);
    return { ...nothing, operations: [start(owner, spec, isHeldBack ? "rested with its role" : "not started")] };
  }
  const hasEnded = progress === "failed" || (progress === "completed" && !isJob);
  if (!hasEnded) {
    if (progress === "starting") return note("its health is not known yet");
    return note(words === "" ? "up to date" : `${words}; kept as it is until crew up without --no-recreate`);
  }
  if (state.running) return { ...nothing, attention: [failed(id, "is unhealthy")] };
  if (state.createdAtMs < options.startedAtMs) {
    return { ...nothing, operations: replaced(owner, spec, `ended with ${state.exitCode}; tried again`) };
  }
  return { ...nothing, attention: [failed(id, `ended with ${state.exitCode}`)] };
}

/** As every role that has it. */
function isKeptAsMade(owner: ServiceOwner, { name }: ServiceSpec, { crew, options: { noRecreate = [] } }: PlanContext) {
  if (owner.kind === "gate" || noRecreate.length === 0) return false;
  if (owner.kind === "role") return noRecreate.includes(owner.role);
  return crew.roles.every((role) => !has(role, name, true) || noRecreate.includes(role.name));
}

function stateOf(owner: ServiceOwner, spec: ServiceSpec, { runtime }: World): ServiceState | undefined {
  return runtime.services?.get(serviceId(serviceOwner(spec, owner), spec.name));
}

/** The need may be everybody's, or of the same owner. */
function progressOfNeed(owner: ServiceOwner, service: string, { world }: PlanContext) {
  const { services } = world.runtime;
  const own = services?.get(serviceId(owner, service));
  return progressOf(own ?? services?.get(serviceId({ kind: "project" }, service)));
}

function isInUse(owner: ServiceOwner, { name }: ServiceSpec, { crew, world }: PlanContext): boolean {
  const { instances, gates } = world.runtime;
  const isBusy = (role: string) => {
    const instance = instances.get(role);
    return instance !== undefined && isAtWork(instance);
  };
  if (owner.kind === "role") return isBusy(owner.role);
  const users = (all: readonly (Role | Gate)[]) =>
    new Set(all.filter((each) => has(each, name)).map((each) => each.name));
  const ofGates = users(crew.gates);
  return [...users(crew.roles)].some(isBusy) || [...gates.values()].some((run) => run.running && ofGates.has(run.gate));
}

/** A role that the file lost keeps what it has until its instance is removed. */
function isLeft({ owner, name }: ServiceState, context: PlanContext): boolean {
  const { crew, world, options } = context;
  if (owner.kind === "gate") return false;
  // Whoever is at work has what it was made with until its turn is over, and whoever is kept as it was made, for longer.
  const { instances, gates } = world.runtime;
  const isKept = ({ role }: Instance) => options.noRecreate?.includes(role) === true;
  const uses = (instance: Instance) => (isAtWork(instance) || isKept(instance)) && has(instance.spec, name);
  if (owner.kind === "project") {
    if ([...crew.roles, ...crew.gates].some((each) => has(each, name, true))) return false;
    return ![...instances.values()].some(uses) && ![...gates.values()].some((run) => run.running);
  }
  const instance = instances.get(owner.role);
  if (instance && uses(instance)) return false;
  const role = roleNamed(crew, owner.role);
  if (!role) return instance === undefined;
  return isSelected(role.name, context) && !has(role, name, false);
}

/** `shared`: absent, whether or not it is. */
function has(
  { services = [] }: { readonly services?: readonly ServiceUse[] },
  name: string,
  shared?: boolean,
): boolean {
  return services.some((each) => each.name === name && (shared === undefined || (each.shared === true) === shared));
}

function create(owner: ServiceOwner, spec: ServiceSpec, cause: string): Operation {
  const id = serviceId(owner, spec.name);
  const needs = [operationId("service.remove", id)];
  return operation(id, { kind: "service.create", owner, spec }, { cause, needs });
}

function start(owner: ServiceOwner, { name }: ServiceSpec, cause: string): Operation {
  return operation(serviceId(owner, name), { kind: "service.start", owner, service: name }, { cause });
}

export function remove(owner: ServiceOwner, name: string, cause: string): Operation {
  return operation(serviceId(owner, name), { kind: "service.remove", owner, service: name }, { cause });
}

/** It is started by the next look. */
function replaced(owner: ServiceOwner, spec: ServiceSpec, cause: string): readonly Operation[] {
  return [remove(owner, spec.name, cause), create(owner, spec, cause)];
}

function failed(id: string, how: string): Attention {
  return { kind: "service", subject: id, reason: `Service ${id} ${how}`, commands: [`crew logs ${id}`, "crew up"] };
}

/** What is everybody's is told once. */
function onceEach(attention: readonly Attention[]): readonly Attention[] {
  return [...new Map(attention.map((each) => [each.subject, each])).values()];
}
