// Which role takes a bead: whom a person assigned it to, else the task's own role, else the filters. Pure; the same on every tracker.
import { type Bead, metadataKeys } from "../model/bead.ts";
import type { Crew, Role } from "../model/crew.ts";
import type { Facts } from "../model/records.ts";
import { ancestors, type BeadTree } from "./tree.ts";

export type Route =
  | { readonly kind: "role"; readonly role: string }
  | { readonly kind: "nobody" }
  | { readonly kind: "ambiguous"; readonly roles: readonly string[] };

export interface RoutingContext {
  readonly crew: Crew;
  readonly facts: Pick<Facts, "assignments">;
  readonly tree: BeadTree;
  readonly beads: ReadonlyMap<string, Bead>;
}

export function routeBead(bead: Bead, context: RoutingContext): Route {
  const index = indexOf(context.crew);
  const assigned = context.facts.assignments.get(bead.id)?.role;
  if (assigned !== undefined && index.names.has(assigned)) return { kind: "role", role: assigned };
  const own = taskRole(bead, context.crew.name, index);
  if (own !== undefined) return { kind: "role", role: own };
  const roles = candidates(bead, index).filter((role) => matches(bead, role, context));
  if (roles.length > 1) return { kind: "ambiguous", roles: roles.map((role) => role.name) };
  const [role] = roles;
  return role === undefined ? { kind: "nobody" } : { kind: "role", role: role.name };
}

/** The role that the bead's task names, as long as the file has that role. */
function taskRole(bead: Bead, project: string, { taskRoles }: RoutingIndex): string | undefined {
  const key = bead.metadata[metadataKeys.key];
  return key === undefined || bead.metadata[metadataKeys.project] !== project ? undefined : taskRoles.get(key);
}

/** Roles whose filter may match, by the most telling part of it; each role stands in one place only. */
interface RoutingIndex {
  readonly names: ReadonlySet<string>;
  readonly taskRoles: ReadonlyMap<string, string>;
  readonly order: ReadonlyMap<Role, number>;
  readonly byLabel: ReadonlyMap<string, readonly Role[]>;
  /** By the prefix; and the lengths that prefixes have. */
  readonly byPrefix: ReadonlyMap<string, readonly Role[]>;
  readonly prefixLengths: readonly number[];
  readonly others: readonly Role[];
}

function candidates(bead: Bead, { order, byLabel, byPrefix, prefixLengths, others }: RoutingIndex): readonly Role[] {
  const found = [...others];
  const labels = bead.labels.length > 1 ? new Set(bead.labels) : bead.labels;
  for (const label of labels) for (const role of byLabel.get(label) ?? []) found.push(role);
  for (const length of prefixLengths) {
    for (const role of byPrefix.get(bead.title.slice(0, length)) ?? []) found.push(role);
  }
  return found.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** A crew never changes, so its filters are sorted once and not once for every bead. */
const indexes = new WeakMap<Crew, RoutingIndex>();

function indexOf(crew: Crew): RoutingIndex {
  const known = indexes.get(crew);
  if (known) return known;
  const byLabel = new Map<string, Role[]>();
  const byPrefix = new Map<string, Role[]>();
  const others: Role[] = [];
  for (const role of crew.roles) {
    const { labels: [label] = [], titlePrefix } = role.beads;
    if (label !== undefined) add(byLabel, label, role);
    else if (titlePrefix !== undefined) add(byPrefix, titlePrefix, role);
    else others.push(role);
  }
  const names = new Set(crew.roles.map((role) => role.name));
  const index: RoutingIndex = {
    names,
    taskRoles: new Map(
      crew.tasks.flatMap(({ key, role }) => (role !== undefined && names.has(role) ? [[key, role]] : [])),
    ),
    order: new Map(crew.roles.map((role, n) => [role, n])),
    byLabel,
    byPrefix,
    prefixLengths: [...new Set([...byPrefix.keys()].map((prefix) => prefix.length))],
    others,
  };
  indexes.set(crew, index);
  return index;
}

function add(map: Map<string, Role[]>, key: string, role: Role): void {
  const known = map.get(key);
  if (known) known.push(role);
  else map.set(key, [role]);
}

function matches(bead: Bead, { name, beads: filter }: Role, context: RoutingContext): boolean {
  return (
    (filter.titlePrefix === undefined || bead.title.startsWith(filter.titlePrefix)) &&
    (filter.labels === undefined || filter.labels.every((label) => bead.labels.includes(label))) &&
    (filter.labelsAny === undefined || filter.labelsAny.some((label) => bead.labels.includes(label))) &&
    (filter.types === undefined || filter.types.includes(bead.type)) &&
    (filter.ids === undefined || filter.ids.includes(bead.id)) &&
    (filter.assignee === undefined || [filter.assignee, `crew/${name}`].includes(bead.assignee ?? "")) &&
    (filter.priority === undefined || filter.priority.includes(bead.priority)) &&
    (filter.parent === undefined || ancestors(context.tree, bead.id, context.beads).includes(filter.parent)) &&
    Object.entries(filter.metadata ?? {}).every(([key, value]) => bead.metadata[key] === value)
  );
}
