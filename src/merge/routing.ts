// Which role takes a bead: the task's own role, else the filters. Pure; the same on every tracker.
import { type Bead, metadataKeys } from "../model/bead.ts";
import type { BeadFilter, Crew } from "../model/crew.ts";
import { ancestors, type BeadTree } from "./tree.ts";

export type Route =
  | { readonly kind: "role"; readonly role: string }
  | { readonly kind: "nobody" }
  | { readonly kind: "ambiguous"; readonly roles: readonly string[] };

export interface RoutingContext {
  readonly crew: Crew;
  readonly tree: BeadTree;
  readonly beads: ReadonlyMap<string, Bead>;
}

export function routeBead(bead: Bead, context: RoutingContext): Route {
  const own = taskRole(bead, context.crew);
  if (own !== undefined) return { kind: "role", role: own };
  const roles = context.crew.roles.filter((role) => matches(bead, role.beads, context)).map((role) => role.name);
  if (roles.length > 1) return { kind: "ambiguous", roles };
  const [role] = roles;
  return role === undefined ? { kind: "nobody" } : { kind: "role", role };
}

/** The role that the bead's task names, as long as the file has that role. */
function taskRole(bead: Bead, crew: Crew): string | undefined {
  const key = bead.metadata[metadataKeys.key];
  if (key === undefined || bead.metadata[metadataKeys.project] !== crew.name) return undefined;
  const role = crew.tasks.find((task) => task.key === key)?.role;
  return crew.roles.some((other) => other.name === role) ? role : undefined;
}

function matches(bead: Bead, filter: BeadFilter, context: RoutingContext): boolean {
  const labels = new Set(bead.labels);
  return (
    (filter.titlePrefix === undefined || bead.title.startsWith(filter.titlePrefix)) &&
    (filter.labels === undefined || filter.labels.every((label) => labels.has(label))) &&
    (filter.labelsAny === undefined || filter.labelsAny.some((label) => labels.has(label))) &&
    (filter.types === undefined || filter.types.includes(bead.type)) &&
    (filter.ids === undefined || filter.ids.includes(bead.id)) &&
    (filter.priority === undefined || filter.priority.includes(bead.priority)) &&
    (filter.parent === undefined || ancestors(context.tree, bead.id, context.beads).includes(filter.parent)) &&
    Object.entries(filter.metadata ?? {}).every(([key, value]) => bead.metadata[key] === value)
  );
}
