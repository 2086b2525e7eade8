// What every tracker refuses, whatever the program behind it would let pass. Pure.
import { CrewError } from "../errors.ts";
import type { Bead, NewBead } from "../model/bead.ts";
import { findCycle } from "./cycles.ts";
import { idProblem } from "./ids.ts";
import { nearestNames } from "./nearest.ts";

type Beads = ReadonlyMap<string, Bead>;

/** The bead, or a refusal that names those with a similar id. */
export function knownBead(beads: Beads, id: string): Bead {
  const bead = beads.get(id);
  if (bead) return bead;
  const near = nearestNames(id, beads.keys());
  const meant = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
  throw new CrewError("failed", `There is no bead ${id}.${meant}`, { hint: "See crew bead list" });
}

export function refuseBadBead(bead: Pick<NewBead, "id" | "title" | "priority" | "type">): void {
  const problem = idProblem(bead.id);
  if (problem !== undefined) throw bad(`The bead id ${JSON.stringify(bead.id)} ${problem}.`);
  if (bead.title.trim() === "") throw bad("A bead needs a title.");
  const length = [...bead.title].length;
  if (length > titleLimit) throw bad(`A bead's title has at most ${titleLimit} characters; this one has ${length}.`);
  if (!Number.isInteger(bead.priority) || bead.priority < 0 || bead.priority > 4) {
    throw bad(`A bead's priority is 0 (highest) to 4, not ${bead.priority}.`);
  }
  if (bead.type.trim() === "") throw bad("A bead needs a type, such as task.");
}

/** True: it is there already, made by the same task of the same project. */
export function isSameTask(existing: Bead, bead: NewBead): boolean {
  const same = (key: string): boolean => existing.metadata[key] === bead.metadata[key];
  return bead.metadata.crew_key !== undefined && same("crew_key") && same("crew_project");
}

export function idTaken(id: string, title: string | undefined): CrewError {
  const by = title === undefined ? "a deleted bead" : JSON.stringify(title);
  return new CrewError("conflict", `The bead id ${id} is taken by ${by}.`, { hint: `See crew bead show ${id}` });
}

export function refuseClosingParent(beads: Beads, id: string): void {
  const open = [...beads.values()].filter((bead) => bead.parent === id && bead.status !== "closed");
  if (open.length === 0) return;
  const named = open.slice(0, childrenNamed).map((bead) => bead.id);
  const more = open.length > named.length ? `, and ${open.length - named.length} more` : "";
  const count = open.length === 1 ? "an open child" : `${open.length} open children`;
  throw new CrewError("failed", `${id} has ${count}: ${named.join(", ")}${more}.`, {
    hint: `Close the children first: crew bead close ${named[0]}`,
  });
}

/** A dead bead cannot be handed out, nor one that somebody else has begun. crew's own roles may follow one another. */
export function refuseClaim(bead: Bead, assignee: string): void {
  const see = { hint: `See crew bead show ${bead.id}` };
  if (bead.status === "closed") throw new CrewError("conflict", `${bead.id} is closed.`, see);
  const holder = bead.status === "in_progress" ? bead.assignee : undefined;
  if (holder === undefined || holder === assignee || (isRole(holder) && isRole(assignee))) return;
  throw new CrewError("conflict", `${bead.id} is in progress by ${holder}.`, see);
}

export function refuseCycle(beads: Beads, changed: Iterable<string>): void {
  const cycle = findCycle(beads, changed);
  if (cycle === undefined) return;
  throw new CrewError("failed", `These beads would wait for each other: ${cycle.join(" → ")}`, {
    hint: `See crew bead show ${cycle[1] ?? cycle[0]}`,
  });
}

const titleLimit = 500; // `bd` takes no longer ones
const childrenNamed = 3;

function isRole(assignee: string): boolean {
  return assignee.startsWith("crew/");
}

function bad(message: string): CrewError {
  return new CrewError("failed", message, { hint: "See crew bead add --help" });
}
