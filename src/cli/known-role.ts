// Which roles and services a person may name for something in their instances.
import { didYouMean } from "../config/did-you-mean.ts";
import { CrewError } from "../errors.ts";
import { type Crew, roleNamed } from "../model/crew.ts";
import { servicesIn, serviceWords } from "../model/services.ts";
import type { RuntimeState } from "../model/world.ts";
import type { ViewedProject } from "./project/opened.ts";
import { mustBeRoles } from "./said.ts";

/** A role of the file, or one that the file no longer has and whose instance is still there. */
export async function mustBeKnown({ crew, engine }: ViewedProject, role: string): Promise<void> {
  if (roleNamed(crew, role)) return;
  const { instances } = await engine.runtime.observe();
  if (!instances.has(role)) mustBeRoles(crew, [role]);
}

/** The same, or a service that is there and is no gate's. */
export async function kindNamed({ crew, engine }: ViewedProject, name: string): Promise<"role" | "service"> {
  if (roleNamed(crew, name)) return "role";
  const { instances, ...seen } = await engine.runtime.observe();
  const services = servicesThere(seen).filter((each) => !each.startsWith("gate:"));
  mustBeThere(crew, [name], [...instances.keys(), ...services]);
  return instances.has(name) ? "role" : "service";
}

/** Names of services as they are, for people: `backend/db`, `gate:test/db`, `db`. */
export function servicesThere(state: Pick<RuntimeState, "services">): readonly string[] {
  return servicesIn(state)
    .map(({ owner, name }) => serviceWords(owner, name))
    .sort();
}

/** What a person names of roles and of services that are there; where they name none, all of them. */
export async function namedOrAll(
  { crew, engine }: ViewedProject,
  names: readonly string[],
): Promise<readonly string[]> {
  const services = servicesThere(await engine.runtime.observe());
  mustBeThere(crew, names, services);
  return names.length > 0 ? names : [...crew.roles.map(({ name }) => name), ...services];
}

/** Throws for the first name that is neither a role of the file nor there. */
export function mustBeThere(crew: Crew, names: readonly string[], there: readonly string[]): void {
  const roles = crew.roles.map(({ name }) => name);
  const more = there.filter((name) => !roles.includes(name));
  const unknown = names.find((name) => !roles.includes(name) && !more.includes(name));
  if (unknown === undefined) return;
  if (more.length === 0) mustBeRoles(crew, [unknown]);
  const known = [...roles, ...more];
  const meant = didYouMean(unknown, known);
  throw new CrewError("failed", `There is no role or service ${unknown}`, {
    hint: `${meant === undefined ? "" : `Did you mean ${meant}? `}There is: ${known.join(", ")}`,
  });
}

/** Throws where instances are plain processes, which have nothing like it. */
export function mustHaveContainers({ runtime }: Pick<Crew, "runtime">, what: "images" | "ports" | "volumes"): void {
  if (runtime !== "process") return;
  throw new CrewError("failed", `runtime: process has no ${what}: instances are processes of yours`, {
    hint: "crew ps",
  });
}
