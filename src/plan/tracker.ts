// Beads that the file asks for: the epic, then each task once per key, then their edges, then the record of it. Pure.

import type { BeadTree } from "../merge/tree.ts";
import { type Bead, metadataKeys, type NewBead } from "../model/bead.ts";
import { canonicalJson } from "../model/content.ts";
import type { Crew, TaskSpec } from "../model/crew.ts";
import { epicTip } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import type { ProjectFact, RecordedTracker } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { saidBudget } from "./budget.ts";
import { operation, operationId, type PlanContext } from "./context.ts";
import { type EpicPlace, epicKey } from "./epic.ts";

export const recordId = operationId("project.record", "");

/** A key that the project fact holds is not created again, whatever became of its bead. */
export function planTracker({ crew, world, survey, options }: PlanContext, epic: EpicPlace): readonly Operation[] {
  const made = epic.kind === "new" ? [createEpic(crew, epic.id)] : [];
  const tasks = placeTasks({ crew, world, tree: survey.tree }, epic.id);
  const creations = tasks.flatMap((task) => (task.isNew ? [createTask(task, crew)] : []));
  const byKey = new Map(tasks.map((task) => [task.spec.key, task]));
  const links = tasks.flatMap((task) => linkTask(task, byKey, world));
  const before = [...made, ...creations, ...links];
  return [...before, ...record({ crew, world, options, epic: epic.id, tasks, before })];
}

interface PlacedTask {
  readonly spec: TaskSpec;
  readonly id: string;
  readonly parent: string;
  readonly isNew: boolean;
  readonly isRecorded: boolean;
}

interface Placing {
  readonly crew: Crew;
  readonly world: World;
  readonly tree: BeadTree;
}

function placeTasks({ crew, world, tree }: Placing, epic: string): readonly PlacedTask[] {
  if (crew.tasks.length === 0) return [];
  const recorded = world.repository.facts.project?.keys ?? {};
  const existing = beadsByKey({ crew, world, tree });
  const isTaken = takenIds(world);
  const numbers = new Map<string, number>();
  const placed = new Map<string, PlacedTask>();
  for (const spec of crew.tasks) {
    const above = spec.parent === undefined ? undefined : placed.get(spec.parent);
    const parent = above === undefined ? epic : placeOf(above, world);
    const known = recorded[spec.key] ?? existing.get(spec.key)?.id;
    const id = known ?? nextChild(parent, isTaken, numbers);
    placed.set(spec.key, {
      spec,
      id,
      parent,
      isNew: known === undefined,
      isRecorded: recorded[spec.key] !== undefined,
    });
  }
  return [...placed.values()];
}

function beadsByKey({ crew, world, tree }: Placing): ReadonlyMap<string, Bead> {
  const found = new Map<string, Bead>();
  for (const id of tree.depth.keys()) {
    const bead = world.beads.get(id);
    const key = bead?.metadata[metadataKeys.key];
    if (bead && key !== undefined && bead.metadata[metadataKeys.project] === crew.name) found.set(key, bead);
  }
  return found;
}

/** A task under one whose bead is gone goes where that bead would be. */
function placeOf(above: PlacedTask, world: World): string {
  return above.isNew || world.beads.has(above.id) ? above.id : above.parent;
}

/** Ids that are or were a bead's: a new one must not inherit the orders, facts and evidence of one that was deleted. */
function takenIds(world: World): (id: string) => boolean {
  const { facts, orders } = world.repository;
  const past = new Set([...Object.values(facts.project?.keys ?? {}), ...orders.map((order) => order.id.subject)]);
  return (id) => world.beads.has(id) || past.has(id);
}

/** `<parent>.<n>`, the next free n, as beads numbers children. */
function nextChild(parent: string, isTaken: (id: string) => boolean, numbers: Map<string, number>): string {
  let n = numbers.get(parent) ?? 0;
  do n += 1;
  while (isTaken(`${parent}.${n}`));
  numbers.set(parent, n);
  return `${parent}.${n}`;
}

function createEpic(crew: Crew, id: string): Operation {
  const bead: NewBead = {
    id,
    title: crew.epic.title,
    description: crew.epic.description ?? "",
    acceptance: "",
    type: "epic",
    priority: 1,
    labels: [],
    metadata: { [metadataKeys.project]: crew.name, [metadataKeys.key]: epicKey(crew.epic.slug) },
  };
  return operation(id, { kind: "bead.create", bead }, { cause: `no epic with key ${epicKey(crew.epic.slug)}` });
}

function createTask({ spec, id, parent }: PlacedTask, crew: Crew): Operation {
  const bead: NewBead = {
    id,
    title: spec.title,
    description: spec.description ?? "",
    acceptance: spec.acceptance ?? "",
    type: spec.type,
    priority: spec.priority,
    labels: spec.labels,
    parent,
    metadata: {
      [metadataKeys.project]: crew.name,
      [metadataKeys.key]: spec.key,
      ...(spec.role !== undefined && { [metadataKeys.role]: spec.role }),
    },
  };
  const needs = [operationId("bead.create", parent)];
  return operation(id, { kind: "bead.create", bead }, { cause: `task ${spec.key} has no bead`, needs });
}

/** Only until the task is recorded: an edge that a person removes later stays removed. */
function linkTask(task: PlacedTask, tasks: ReadonlyMap<string, PlacedTask>, world: World): readonly Operation[] {
  if (task.isRecorded) return [];
  return task.spec.blockedBy.flatMap((key) => {
    const other = tasks.get(key);
    const isThere = other !== undefined && (other.isNew || world.beads.has(other.id));
    if (!isThere || world.beads.get(task.id)?.blockedBy.includes(other.id)) return [];
    const blocker = other.id;
    const needs = [operationId("bead.create", task.id), operationId("bead.create", blocker)];
    const why = { cause: `task ${task.spec.key} is blocked by ${key}`, needs };
    return [operation(`${task.id}<${blocker}`, { kind: "bead.link", bead: task.id, blocker }, why)];
  });
}

interface Recording extends Pick<PlanContext, "crew" | "world" | "options"> {
  readonly epic: string;
  readonly tasks: readonly PlacedTask[];
  readonly before: readonly Operation[];
}

function record({ crew, world, options, epic, tasks, before }: Recording): readonly Operation[] {
  const old = world.repository.facts.project;
  const budget = saidBudget(old?.budget, options.budget);
  const fact: ProjectFact = {
    name: crew.name,
    file: crew.file,
    declaredName: crew.declaredName,
    text: crew.text,
    inputs: crew.inputs,
    epic,
    slug: crew.epic.slug,
    keys: { ...old?.keys, ...Object.fromEntries(tasks.map((task) => [task.spec.key, task.id])) },
    branches: {
      ...old?.branches,
      ...Object.fromEntries(crew.roles.map((role) => [role.name, role.branch])),
      [epicTip]: crew.epic.branch,
    },
    into: { ...old?.into, ...Object.fromEntries(crew.roles.map((role) => [role.name, role.into])) },
    base: world.repository.base.branch,
    ...(world.tracker.kind !== "git" && { tracker: recordedTracker(crew, world) }),
    ...(crew.runtime !== "process" && { runtime: crew.runtime }),
    ...(crew.protect.length > 0 && { protect: crew.protect }),
    ...(budget && { budget }),
  };
  if (old && canonicalJson(old) === canonicalJson(fact)) return [];
  const isSaid = canonicalJson(budget ?? {}) !== canonicalJson(old?.budget ?? {});
  const cause = !old ? "new project" : isSaid ? "another budget was said" : "the file changed";
  const why = { cause, needs: before.map((each) => each.id) };
  return [operation("", { kind: "project.record", fact }, why)];
}

/** The tracker that was looked at, with the program that the file names for it. */
function recordedTracker({ tracker }: Crew, world: World): RecordedTracker {
  const { kind, workspace } = world.tracker;
  return {
    kind,
    ...(workspace !== undefined && { workspace }),
    ...(tracker.command !== undefined && { command: tracker.command }),
  };
}
