// Nothing may wait for itself: depends_on and into of roles, depends_on of services, blocked_by of tasks.
import type { CanonicalTask } from "../canonical.ts";
import { keySpanOf, keysAt, type Path, spanOf, valueAt } from "../tree.ts";
import { findCycles } from "./find-cycles.ts";
import { type Draft, type Rule, roleValueSpan } from "./rule.ts";

export const roleCycles: Rule = (draft, report) => {
  const roles = draft.canonical.roles;
  // A role of that name is reported as such; into it means the epic.
  const names = Object.keys(roles).filter((name) => name !== "epic");
  for (const cycle of findCycles(names, (name) => roles[name]?.depends_on ?? [])) {
    const [first = "", second = first] = cycle;
    const index = roles[first]?.depends_on.indexOf(second) ?? 0;
    const at = roleValueSpan(draft, first, ["depends_on", index]);
    report(at, `depends_on makes a cycle: ${asPath(cycle)}`);
  }
  for (const cycle of findCycles(names, (name) => [roles[name]?.into ?? "epic"])) {
    const at = roleValueSpan(draft, cycle[0] ?? "", ["into"]);
    report(at, `into makes a cycle, so that nothing reaches the epic: ${asPath(cycle)}`);
  }
};

export const serviceCycles: Rule = (draft, report) => {
  const needs = (name: string): readonly string[] => {
    const value = draft.file.services?.[name]?.depends_on ?? [];
    return Array.isArray(value) ? value : Object.keys(value);
  };
  for (const cycle of findCycles(keysAt(draft.tree, ["services"]), needs)) {
    const [first = "", second = first] = cycle;
    const path = ["services", first, "depends_on"];
    const isMap = valueAt(draft.tree, path)?.kind === "mapping";
    const at = keySpanOf(draft.tree, [...path, isMap ? second : needs(first).indexOf(second)]);
    report(at, `depends_on makes a cycle: ${asPath(cycle)}`);
  }
};

/**
 * A task begins when those it is blocked by have ended, and when the task above it has begun; it has ended when those
 * below it have. A cycle among these waits for ever, also where blocked_by alone shows none.
 */
export const taskCycles: Rule = (draft, report) => {
  const tasks = flatten(draft.canonical.tasks);
  const nodes = [...tasks.keys()].flatMap((key) => [`begin ${key}`, `end ${key}`]);
  const waits = (node: string): readonly string[] => {
    const key = node.slice(node.indexOf(" ") + 1);
    const task = tasks.get(key);
    if (!task) return [];
    if (node.startsWith("end ")) return [...task.below.map((child) => `end ${child}`), `begin ${key}`];
    const above = task.parent === undefined ? [] : [`begin ${task.parent}`];
    return [...above, ...task.blockedBy.map((blocker) => `end ${blocker}`)];
  };
  for (const cycle of findCycles(nodes, waits)) reportTaskCycle({ draft, cycle, tasks }, report);
};

function reportTaskCycle(
  found: { readonly draft: Draft; readonly cycle: readonly string[]; readonly tasks: ReadonlyMap<string, FlatTask> },
  report: Parameters<Rule>[1],
): void {
  const { cycle, tasks, draft } = found;
  // Every cycle holds a step from the beginning of one task to the end of its blocker: there it can be mended.
  const from = cycle.findIndex((node, i) => node.startsWith("begin ") && next(cycle, i).startsWith("end "));
  const keys = [...cycle.slice(from), ...cycle.slice(0, from)].map((node) => node.slice(node.indexOf(" ") + 1));
  const short = keys.filter((key, i) => key !== keys[i - 1]);
  if (short.length > 1 && short.at(-1) === short[0]) short.pop();
  const blocked = keys[0] ?? "";
  const task = tasks.get(blocked);
  const index = task?.blockedBy.indexOf(keys[1] ?? blocked) ?? 0;
  const at = spanOf(draft.tree, [...(task?.path ?? []), "blocked_by", index]);
  report(at, `blocked_by makes a cycle: ${asPath(short)}`);
}

function next(cycle: readonly string[], index: number): string {
  return cycle[(index + 1) % cycle.length] ?? "";
}

interface FlatTask {
  readonly path: Path;
  readonly parent?: string;
  readonly below: readonly string[];
  readonly blockedBy: readonly string[];
}

function flatten(tasks: Readonly<Record<string, CanonicalTask>>): ReadonlyMap<string, FlatTask> {
  const flat = new Map<string, FlatTask>();
  const visit = (map: Readonly<Record<string, CanonicalTask>>, path: Path, parent?: string): void => {
    for (const [name, task] of Object.entries(map)) {
      const key = parent === undefined ? name : `${parent}.${name}`;
      const below = Object.keys(task.tasks).map((child) => `${key}.${child}`);
      const at = [...path, name];
      flat.set(key, { path: at, below, blockedBy: task.blocked_by, ...(parent === undefined ? {} : { parent }) });
      visit(task.tasks, [...at, "tasks"], key);
    }
  };
  visit(tasks, ["tasks"]);
  return flat;
}

/** `a → b → a`. */
function asPath(cycle: readonly string[]): string {
  return [...cycle, cycle[0]].join(" → ");
}
