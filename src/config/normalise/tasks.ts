// The long form of the tree of tasks: roles inherited, labels and types filled in. Pure.
import type { CanonicalTask } from "../canonical.ts";
import type { Task, Tasks } from "../generated/crew-file.ts";
import { mapValues } from "./forms.ts";

/** A task's role, its own or that of the task above, adds that role's label. */
export function tasksOf(tasks: Tasks, roleAbove?: string): Record<string, CanonicalTask> {
  return mapValues(tasks, (task) => taskOf(task, roleAbove));
}

function taskOf(task: Task, roleAbove: string | undefined): CanonicalTask {
  const long = typeof task === "string" ? { title: task } : task;
  const role = long.role ?? roleAbove;
  const below = tasksOf(long.tasks ?? {}, role);
  return {
    title: long.title,
    type: long.type ?? (Object.keys(below).length > 0 ? "feature" : "task"),
    priority: long.priority ?? 2,
    labels: [...new Set([...(long.labels ?? []), ...(role === undefined ? [] : [role])])],
    ...(long.description === undefined ? {} : { description: long.description }),
    ...(long.acceptance === undefined ? {} : { acceptance: long.acceptance }),
    ...(role === undefined ? {} : { role }),
    blocked_by: long.blocked_by ?? [],
    tasks: below,
  };
}
