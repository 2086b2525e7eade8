// Instances of roles: created, started, replaced when their spec drifted. Pure. A role at work is replaced after its turn.

import type { Attention } from "../model/attention.ts";
import type { Role } from "../model/crew.ts";
import { driftOf } from "../model/drift.ts";
import { lackingImage } from "../model/images.ts";
import { isAtWork, whyBroken } from "../model/instance.ts";
import { isOneOff } from "../model/one-off.ts";
import type { Note, Operation } from "../model/plan.ts";
import { shellWord } from "../model/shell.ts";
import { type InstanceSpec, instanceSpec } from "../model/spec.ts";
import type { Instance, World } from "../model/world.ts";
import { isSelected, operation, operationId, type PlanContext, type PlanOptions } from "./context.ts";
import { holdOf, isFrozen, planHeld, quarantine, resume, stopGraceMs } from "./holds.ts";
import { barred, bringImage, isBarred, isRefreshed, refreshed, unfit, unfitness } from "./images.ts";
import { collectReports, recordsOf } from "./mail.ts";
import { waitsFor } from "./services.ts";
import { warmthOf } from "./setups.ts";
import { recordId } from "./tracker.ts";

export interface InstancePlan {
  readonly operations: readonly Operation[];
  readonly notes: readonly Note[];
  readonly attention: readonly Attention[];
}

export function planInstances(context: PlanContext): InstancePlan {
  const plans = context.crew.roles
    .filter((role) => isSelected(role.name, context))
    .map((role) => planInstance(role, context));
  const declared = new Set(context.crew.roles.map((role) => role.name));
  const orphans = [...context.world.runtime.instances.values()].filter(({ role }) => !declared.has(role));
  const all = [...plans, ...orphans.map((instance) => planOrphan(instance, context))];
  return {
    operations: all.flatMap((plan) => plan.operations),
    notes: all.flatMap((plan) => plan.notes),
    attention: all.flatMap((plan) => plan.attention),
  };
}

/** A role that was removed from the file, or renamed: its turn ends, and its instance stays until a person says otherwise. */
function planOrphan(instance: Instance, { options, world }: PlanContext): InstancePlan {
  const { role } = instance;
  const cause = "not in the file any more";
  const note = (more: string): InstancePlan => ({
    operations: [],
    notes: [{ subject: `instance ${role}`, cause: `${cause}; takes no order; ${more}` }],
    attention: [],
  });
  if (isOneOff(role)) {
    return { ...note(""), notes: [{ subject: `instance ${role}`, cause: "of crew run; crew down removes it" }] };
  }
  if (options.removeOrphans !== true) return note("crew up --remove-orphans removes it");
  if (isAtWork(instance) && !instance.paused) return putOff(note("removed after its turn"));
  const operations = instance.running ? [stop(instance, cause)] : removeSaved({ instance, world, cause });
  return { operations, notes: [], attention: [] };
}

function planInstance(role: Role, context: PlanContext): InstancePlan {
  const { options } = context;
  const { instances, volumes } = context.world.runtime;
  const instance = instances.get(role.name);
  const nothing: InstancePlan = { operations: [], notes: [], attention: [] };
  const hold = holdOf(role.name, context.world);
  if (hold) return { ...nothing, ...planHeld(role, { hold, instance }) };
  const note = (cause: string): InstancePlan => ({ ...nothing, notes: [{ subject: `instance ${role.name}`, cause }] });
  const waits = waitsFor({ kind: "role", role: role.name }, role.services ?? [], context);
  const begin = (cause: string): InstancePlan =>
    waits === undefined ? { ...nothing, operations: [start(role.name, cause)] } : note(waits);
  const after = (before: readonly Operation[], cause: string): InstancePlan => {
    const begun = begin(cause);
    return { ...begun, operations: [...before, ...begun.operations] };
  };
  const image = imageFor(role, instance, context);
  if (image && isBarred(role, context)) return { ...nothing, attention: [barred(role.name, role)] };
  if (image) return { ...nothing, operations: [image] };
  const unsuited = unfitness(role, context);
  if (unsuited !== undefined && isToBeMade(role, instance, context))
    return { ...nothing, attention: [unfit(role.name, unsuited)] };
  if (!instance) {
    const warmth = warmthOf(role, context);
    if (warmth.kind === "making") return note(`waits for its setup, which ${warmth.cause}`);
    const volume = volumes.has(role.name) ? [] : [createVolume(role, context)];
    return after([...volume, create(role, "not found", context)], "created");
  }
  if (options.recreate?.includes(role.name)) return after(replace(role, { instance, cause: forced, context }), forced);
  const quarantined = quarantine(role, instance, context.world);
  if (quarantined) return { ...nothing, operations: [quarantined] };
  if (isFrozen(instance)) return { ...nothing, operations: [resume(role)] };
  const reason = whyBroken(instance);
  const attention = reason === undefined ? [] : [broken(role.name, reason, instance)];
  // What it is at, nobody knows: it is not replaced in the middle of that. Where nobody asked, whoever would replace it will.
  if (instance.running && instance.mail === "unreadable" && !context.world.runtime.isMailLeft)
    return { ...nothing, attention: [broken(role.name, "its mailbox cannot be read")] };
  const changes = driftOf(instance, role, context.world.runtime.images);
  const isKept = isKeptAsMade(role, options);
  if (changes.length > 0 && !isKept) {
    const cause = `${changes.map(({ words }) => words).join(", ")}; branch and work kept`;
    if (isAtWork(instance)) return { ...putOff(note(`${cause}; replaced after its turn`)), attention };
    return after(replace(role, { instance, cause, context }), cause);
  }
  if (instance.stillborn !== undefined) return { ...nothing, attention };
  if (!instance.running) return begin("not running");
  if (instance.mail === "unreadable" || reason !== undefined) return { ...nothing, attention };
  if (instance.mail.status.phase === "setup-failed") {
    return { ...nothing, attention: [setupFailed(role.name, instance.mail.status.detail)] };
  }
  if (instance.mail.status.phase === "refused") {
    return { ...nothing, attention: [refused(role, instance.mail.status.detail)] };
  }
  if (changes.length === 0) return note("up to date");
  return note(`${changes.map(({ words }) => words).join(", ")}; kept as it is until crew up without --no-recreate`);
}

function putOff({ notes, ...plan }: InstancePlan): InstancePlan {
  return { ...plan, notes: notes.map((note) => ({ ...note, isPutOff: true })) };
}

const forced = "crew up --force-recreate; branch and work kept";

function isKeptAsMade({ name }: Role, { noRecreate }: PlanOptions): boolean {
  return noRecreate?.includes(name) === true;
}

function isToBeMade(role: Role, instance: Instance | undefined, { options, world }: PlanContext): boolean {
  if (!instance || options.recreate?.includes(role.name)) return true;
  return !isKeptAsMade(role, options) && driftOf(instance, role, world.runtime.images).length > 0;
}

/** Whatever is to be made of it is made once it is there: what can fail has failed by then, and nothing was stopped for it. */
function imageFor(role: Role, instance: Instance | undefined, context: PlanContext): Operation | undefined {
  const { crew, world } = context;
  const { name, container } = role;
  if (container && isRefreshed(role, context)) return bringImage(container.image, crew, refreshed);
  const image = lackingImage(container, world.runtime.images);
  if (image === undefined) return undefined;
  if (!isToBeMade(role, instance, context)) return undefined;
  const changes = instance ? driftOf(instance, role, world.runtime.images) : [];
  const build = changes.find(({ field }) => field === "build");
  const why = build ? `${build.words}; ${name} is to be replaced` : `${name} is to be replaced`;
  return bringImage(image, crew, instance ? why : "not on the engine");
}

function createVolume(role: Role, { world }: PlanContext): Operation {
  const from = world.repository.start ?? world.repository.base.oid;
  const made = { role: role.name, branch: role.branch, start: from, next: instanceSpec(role) };
  return operation(
    role.name,
    { kind: "volume.create", ...made },
    { cause: "not found", needs: [recordId, "start.pin"] },
  );
}

function create(role: Role, cause: string, context: PlanContext): Operation {
  const warmth = warmthOf(role, context);
  const from = warmth.kind === "kept" ? { warm: warmth.image } : {};
  const needs = [operationId("volume.create", role.name), operationId("instance.remove", role.name)];
  return operation(role.name, { kind: "instance.create", spec: instanceSpec(role), ...from }, { cause, needs });
}

function start(role: string, cause: string): Operation {
  return operation(role, { kind: "instance.start", role }, { cause, needs: [operationId("instance.create", role)] });
}

/** `next`: what will be in its place. */
function stop({ role, spec }: Instance, cause: string, { next, graceMs }: Stopping = {}): Operation {
  const grace = graceMs ?? stopGraceMs(spec);
  return operation(role, { kind: "instance.stop", role, graceMs: grace, ...(next && { next }) }, { cause });
}

interface Stopping extends Pick<PlanOptions, "graceMs"> {
  readonly next?: InstanceSpec;
}

interface Orphaned {
  readonly instance: Instance;
  readonly world: World;
  readonly cause: string;
}

/** What it reported while it ended, and whatever else is in its clone, is safe before it goes. The volume stays. */
function removeSaved({ instance, world, cause }: Orphaned): readonly Operation[] {
  const { role } = instance;
  const n = (world.repository.rescues.get(role) ?? 0) + 1;
  const body = { kind: "rescue.import", role, n } as const;
  const protect = world.repository.facts.project?.protect ?? [];
  const imports = collectReports(instance, recordsOf(world), protect).map((each) => each.id);
  const rescue = operation(`${role}.${n}`, body, { cause: "keeps what is not reported", needs: imports });
  return [rescue, operation(role, { kind: "instance.remove", role }, { cause, needs: [...imports, rescue.id] })];
}

interface Replacing {
  readonly instance: Instance;
  readonly cause: string;
  readonly context: PlanContext;
}

/** Delete-first: stop → remove → create, and then it is started. The volume stays. */
function replace(role: Role, { instance, cause, context }: Replacing): readonly Operation[] {
  const { graceMs } = context.options;
  const { name } = role;
  const removal = { kind: "instance.remove", role: name, isReplaced: true } as const;
  return [
    stop(instance, cause, { next: instanceSpec(role), ...(graceMs !== undefined && { graceMs }) }),
    operation(name, removal, { cause, needs: [operationId("instance.stop", name)] }),
    create(role, cause, context),
  ];
}

function broken(role: string, reason: string, instance?: Instance): Attention {
  return { kind: "broken", subject: role, reason: `${role} cannot work: ${reason}`, commands: ways(role, instance) };
}

/** Without room it goes on by itself once there is some. */
function ways(role: string, { withoutRoom, isEngineFull }: Partial<Instance> = {}): readonly string[] {
  if (withoutRoom !== undefined) return [`df -h ${shellWord(withoutRoom)}`, "crew gc"];
  return isEngineFull ? ["docker system df", "crew gc"] : [`crew logs ${role}`, "crew down", "crew up"];
}

function setupFailed(role: string, detail: string): Attention {
  const reason = `setup of ${role} failed${detail === "" ? "" : ` (${detail})`}. No agent started; nothing spent`;
  return { kind: "setup-failed", subject: role, reason, commands: [`crew logs ${role}`, "crew up"] };
}

function refused({ name, agent, credential }: Role, detail: string): Attention {
  const what = credential ? `, signed in with ${credential.variable}` : "";
  const reason = `the model refuses ${name} (${agent.preset ?? "its agent"}${what})${detail === "" ? "" : `: ${detail}`}. No attempt spent`;
  return { kind: "refused", subject: name, reason, commands: ["crew up", `crew logs ${name}`] };
}
