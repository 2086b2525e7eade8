// Which epic bead the project carries: the recorded one, the one that the file names, the one with its key, or a new id. Pure.
import { metadataKeys } from "../model/bead.ts";
import { contentDigits } from "../model/content.ts";
import type { Crew } from "../model/crew.ts";
import { upwardRole } from "../model/names.ts";
import type { World } from "../model/world.ts";

export interface EpicPlace {
  readonly id: string;
  /** `other`: the project still carries another epic. `moved`: its beads are in another tracker. `done`: landed, closed and archived. */
  readonly kind: "recorded" | "found" | "missing" | "new" | "other" | "moved" | "done";
}

export function epicPlace(crew: Crew, world: World): EpicPlace {
  const fact = world.repository.facts.project;
  const named = crew.epic.id;
  if (fact) {
    if (isMoved(world)) return { id: fact.epic, kind: "moved" };
    const isOther = named === undefined ? fact.slug !== crew.epic.slug : fact.epic !== named;
    return { id: fact.epic, kind: isOther ? "other" : "recorded" };
  }
  if (named !== undefined) return { id: named, kind: kindOf(named, world) };
  const found = [...world.beads.values()].find(
    (bead) =>
      bead.metadata[metadataKeys.project] === crew.name && bead.metadata[metadataKeys.key] === epicKey(crew.epic.slug),
  );
  if (found) return { id: found.id, kind: kindOf(found.id, world) };
  return { id: freeId(crew, world), kind: "new" };
}

/** The file names another tracker, and not all that the project works on has been brought there. */
function isMoved({ repository: { facts, orders }, tracker, beads }: World): boolean {
  if (!facts.project) return false;
  const { kind = "git", workspace } = facts.project.tracker ?? {};
  if (kind === tracker.kind && (workspace === undefined || workspace === tracker.workspace)) return false;
  const needed = [facts.project.epic, ...orders.map((order) => order.id.subject)];
  return needed.some((id) => upwardRole(id) === undefined && !beads.has(id));
}

/** `crew_key` of an epic: its slug tells one epic of a project from the next. */
export function epicKey(slug: string): string {
  return `epic:${slug}`;
}

function kindOf(id: string, world: World): EpicPlace["kind"] {
  const bead = world.beads.get(id);
  if (!bead) return "missing";
  return bead.status === "closed" && world.repository.archives.includes(id) ? "done" : "found";
}

/** The same project and epic give the same id in every run, so that two runs cannot create two epics. */
function freeId(crew: Crew, world: World): string {
  const hash = contentDigits([world.repository.id, crew.name, crew.epic.slug]);
  for (let digits = 4; ; digits++) {
    const id = `${world.tracker.prefix ?? crew.name}-${hash.slice(0, digits)}`;
    if (!world.beads.has(id)) return id;
  }
}
