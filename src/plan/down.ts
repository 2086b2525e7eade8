// Taking a project down: stop, collect what was reported, rescue, remove; after landing also archive and clear the refs.
// Pure. Works from what is there, without the crew file. Nothing is removed before what it holds is pinned.

import { inCanonicalOrder } from "../merge/canonical-order.ts";
import { epicTip } from "../model/names.ts";
import { isOneOff } from "../model/one-off.ts";
import type { Operation } from "../model/plan.ts";
import { servicesIn } from "../model/services.ts";
import { hasLanded, type Instance, type World } from "../model/world.ts";
import { operation, operationId, withinPlan } from "./context.ts";
import { gateName } from "./gates.ts";
import { stopGraceMs } from "./holds.ts";
import { collectReports, type MailRecords, recordsOf } from "./mail.ts";
import { planRemoteEnd } from "./push.ts";
import { remove } from "./services.ts";
import { removeSetup } from "./setups.ts";

export interface DownOptions {
  /** `-v`: remove the roles' folders too, once rescued. A landed project loses them anyway. */
  readonly volumes: boolean;
  /** The project has landed and its epic is closed by crew. */
  readonly isComplete: boolean;
  /** A person gave the project up: archived and cleared as if it had landed. */
  readonly isAbandoned?: boolean;
  /** Milliseconds that each role has to end in; absent: its own. */
  readonly graceMs?: number;
}

export function planDown(given: World, options: DownOptions): readonly Operation[] {
  const world = inCanonicalOrder(given);
  const { instances, volumes, gates, setups } = world.runtime;
  const halfRemoved = [...(world.runtime.halfRemoved ?? [])].filter((role) => !volumes.has(role));
  const roles = [...new Set([...instances.keys(), ...volumes])].sort();
  const running = roles.flatMap((role) => instances.get(role) ?? []).filter((instance) => instance.running);
  const ofGates = [...gates.values()].map((run) =>
    operation(gateName(run), { kind: "gate.remove", key: run.key }, { cause: "down" }),
  );
  const ofSetups = [...(setups?.runs.keys() ?? [])].map((hash) => removeSetup(hash, "down"));
  const ofRuns = [...ofGates, ...ofSetups];
  // A last report may be written while a role ends, so the rest is planned from the next observation.
  if (running.length > 0) return [...running.map((instance) => stop(instance, options)), ...ofRuns];
  // Of what lies in mailboxes nothing is known yet: nobody's goes before.
  if (world.runtime.isMailLeft && instances.size > 0) return ofRuns;
  const records = recordsOf(world);
  const savedOf = new Map(roles.map((role) => [role, saveRole(role, { records, world, options })]));
  const saved = [...savedOf.values()].flat();
  const archive = planArchive(world, options, saved);
  const removed = [...savedOf].flatMap(([role, own]) => {
    const kept = [...own, ...archive].map((each) => each.id);
    return removeRole(role, { kept, world, options });
  });
  const epic = archivedAs(world, options);
  const refs =
    archive.length > 0 && epic !== undefined
      ? planRefs(world, options, { epic, before: [...archive, ...removed] })
      : [];
  const ofServices = servicesIn(world.runtime).map(({ owner, name }) => remove(owner, name, "down"));
  const rest = halfRemoved.map(removeRest);
  return withinPlan([...ofRuns, ...saved, ...archive, ...removed, ...ofServices, ...rest, ...refs]);
}

/** Landed on its base, and the epic closed by crew: what is left is to archive. */
export function isComplete({ repository, beads }: World): boolean {
  const { project, rounds } = repository.facts;
  if (!project || !hasLanded(repository) || beads.get(project.epic)?.status !== "closed") return false;
  return [...rounds].some(([id, flags]) => isRoundOf(project.epic, id) && (flags.closing || flags.closed));
}

function isRoundOf(bead: string, id: string): boolean {
  return id.startsWith(`${bead}.`) && /^\d+$/.test(id.slice(bead.length + 1));
}

function stop({ role, spec }: Instance, { graceMs = stopGraceMs(spec) }: DownOptions): Operation {
  return operation(role, { kind: "instance.stop", role, graceMs, leavesRescue: true }, { cause: "down" });
}

interface Saving {
  readonly records: MailRecords;
  readonly world: World;
  readonly options: DownOptions;
}

/** What was reported, then whatever else is in the clone. Where only a volume is left, it is touched only to be removed. */
function saveRole(role: string, { records, world, options }: Saving): readonly Operation[] {
  const instance = world.runtime.instances.get(role);
  if (!instance && !losesVolume(role, world, options)) return [];
  const imports = instance ? collectReports(instance, records, world.repository.facts.project?.protect ?? []) : [];
  const n = (world.repository.rescues.get(role) ?? 0) + 1;
  const rescue = operation(`${role}.${n}`, { kind: "rescue.import", role, n }, { cause: "keeps what is not reported" });
  return [...imports, rescue];
}

interface Removing {
  /** Ids of what keeps the role's work safe. */
  readonly kept: readonly string[];
  readonly world: World;
  readonly options: DownOptions;
}

function removeRole(role: string, { kept, world, options }: Removing): readonly Operation[] {
  const instance = world.runtime.instances.has(role)
    ? [operation(role, { kind: "instance.remove", role, leavesShared: true }, { cause: "down", needs: kept })]
    : [];
  if (!losesVolume(role, world, options)) return instance;
  const needs = [operationId("instance.remove", role), ...kept];
  const consent = `the files of ${role}, with those that git ignores`;
  return [...instance, { ...operation(role, { kind: "volume.remove", role }, { cause: "down", needs }), consent }];
}

/** What it held was safe before its removal began. */
function removeRest(role: string): Operation {
  return operation(role, { kind: "volume.remove", role }, { cause: "its removal was broken off" });
}

function losesVolume(role: string, world: World, options: DownOptions): boolean {
  return (options.volumes || isOver(options) || isOneOff(role)) && world.runtime.volumes.has(role);
}

function isOver({ isComplete, isAbandoned }: DownOptions): boolean {
  return isComplete || isAbandoned === true;
}

function planArchive(world: World, options: DownOptions, saved: readonly Operation[]): readonly Operation[] {
  const epic = archivedAs(world, options);
  if (!isOver(options) || epic === undefined) return [];
  const why = { cause: options.isComplete ? "landed" : "given up", needs: saved.map((each) => each.id) };
  return [operation("", { kind: "project.archive", epic }, why)];
}

/** What is pinned of a project whose record is lost is archived too. Undefined: there is nothing. */
function archivedAs({ repository }: World, { isAbandoned }: DownOptions): string | undefined {
  const { facts, start, tips, orders, reports, rescues } = repository;
  if (facts.project) return facts.project.epic;
  const isPinned = start !== undefined || [...tips, ...orders, ...reports, ...rescues].length > 0;
  return isAbandoned && isPinned ? "unrecorded" : undefined;
}

/** Branches that show nothing but what is archived; the project's refs last. A branch with a person's commits stays. */
function planRefs(world: World, options: DownOptions, { epic, before }: Cleared): readonly Operation[] {
  const after = before.map((each) => each.id);
  const shown = [...world.repository.branches].flatMap(([name, { branch, relation, oid, own, checkedOutAt }]) => {
    const isArchived = relation === "same" || (relation === "ahead" && own.length === 0);
    return !isArchived || oid === undefined || checkedOutAt !== undefined ? [] : [{ name, branch, from: oid }];
  });
  const branches = shown.map((each) =>
    operation(each.name, { kind: "branch.delete", ...each }, { cause: "archived", needs: after }),
  );
  const landed = options.isComplete ? shown.filter(({ name }) => name !== epicTip).map(({ branch }) => branch) : [];
  // A remote that is away keeps nobody from ending.
  const remote = planRemoteEnd(world, landed).map((each) => ({ ...each, needs: after }));
  const needs = [...after, ...branches.map((each) => each.id)];
  return [...remote, ...branches, operation("", { kind: "project.delete", epic }, { cause: "archived", needs })];
}

interface Cleared {
  readonly epic: string;
  readonly before: readonly Operation[];
}
