// Taking a project down: stop, collect what was reported, rescue, remove; after landing also archive and clear the refs.
// Pure. Works from what is there, without the crew file. Nothing is removed before what it holds is pinned.
import { formatOrderId } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import type { Instance, World } from "../model/world.ts";
import { operation, operationId } from "./context.ts";
import { stopGraceMs } from "./instances.ts";

export interface DownOptions {
  /** `-v`: remove the roles' folders too, once rescued. A landed project loses them anyway. */
  readonly volumes: boolean;
  /** The project has landed and its epic is closed by crew. */
  readonly isComplete: boolean;
}

interface RoleDown {
  readonly instance: Instance | undefined;
  readonly world: World;
  readonly options: DownOptions;
}

export function planDown(world: World, options: DownOptions): readonly Operation[] {
  const { instances, volumes, gates } = world.runtime;
  const roles = [...new Set([...instances.keys(), ...volumes])].sort();
  const ofRoles = roles.flatMap((role) => planRole(role, { instance: instances.get(role), world, options }));
  const ofGates = [...gates.values()].map((run) =>
    operation(`${run.gate}:${run.key.slice(0, 8)}`, { kind: "gate.remove", key: run.key }, { cause: "down" }),
  );
  const removals = [...ofRoles, ...ofGates];
  const isStopped = [...instances.values()].every((instance) => !instance.running);
  const operations = isStopped ? [...removals, ...planArchive(world, options, removals)] : removals;
  const ids = new Set(operations.map(({ id }) => id));
  return operations.map((each) => ({ ...each, needs: each.needs.filter((id) => ids.has(id)) }));
}

/**
 * A running role is only stopped: its last report may be written while it ends, so the rest is planned from the next
 * observation. Where only a volume is left, it is touched only to be removed.
 */
function planRole(role: string, { instance, world, options }: RoleDown): readonly Operation[] {
  if (instance?.running) {
    return [operation(role, { kind: "instance.stop", role, graceMs: stopGraceMs }, { cause: "down" })];
  }
  const removesVolume = (options.volumes || options.isComplete) && world.runtime.volumes.has(role);
  if (!instance && !removesVolume) return [];
  const imports = instance ? reportsOf(instance, world) : [];
  const n = (world.repository.rescues.get(role) ?? 0) + 1;
  const rescue = operation(`${role}.${n}`, { kind: "rescue.import", role, n }, { cause: "keeps what is not reported" });
  const safe = [...imports.map((each) => each.id), rescue.id];
  const remove = instance ? [operation(role, { kind: "instance.remove", role }, { cause: "down", needs: safe })] : [];
  return [...imports, rescue, ...remove, ...(removesVolume ? [removeVolume(role, safe)] : [])];
}

function removeVolume(role: string, safe: readonly string[]): Operation {
  const needs = [operationId("instance.remove", role), ...safe];
  const consent = `the folder of ${role}, with the files that git ignores there`;
  return { ...operation(role, { kind: "volume.remove", role }, { cause: "down", needs }), consent };
}

function reportsOf(instance: Instance, world: World): readonly Operation[] {
  if (instance.mail === "unreadable") return [];
  const pinned = new Set(world.repository.reports.map((report) => formatOrderId(report.id)));
  return instance.mail.outbox.flatMap((report): readonly Operation[] => {
    const order = world.repository.orders.find((each) => formatOrderId(each.id) === report.order);
    if (!order || order.role !== instance.role || pinned.has(report.order)) return [];
    const cause = `${instance.role} reported ${report.state}`;
    return [operation(report.order, { kind: "report.import", order, report }, { cause })];
  });
}

/** The archive first; then branches whose commits base reaches; the project's refs last. */
function planArchive(world: World, options: DownOptions, before: readonly Operation[]): readonly Operation[] {
  const project = world.repository.facts.project;
  if (!options.isComplete || !project) return [];
  const epic = project.epic;
  const archive = operation(
    "",
    { kind: "project.archive", epic },
    { cause: "landed", needs: before.map((each) => each.id) },
  );
  const branches = [...world.repository.branches].flatMap(([name, { branch, relation, oid, checkedOutAt }]) => {
    if ((relation !== "same" && relation !== "ahead") || oid === undefined || checkedOutAt !== undefined) return [];
    const why = { cause: "archived", needs: [archive.id] };
    return [operation(name, { kind: "branch.delete", name, branch, from: oid } as const, why)];
  });
  const needs = [archive.id, ...branches.map((each) => each.id)];
  return [archive, ...branches, operation("", { kind: "project.delete", epic }, { cause: "archived", needs })];
}
