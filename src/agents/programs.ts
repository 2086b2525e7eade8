// Which program a role's image has to hold, by its preset. Pure.
import type { Crew, Role } from "../model/crew.ts";
import { presetOf } from "./preset-of.ts";

export function withPrograms(crew: Crew): Crew {
  return { ...crew, roles: crew.roles.map(withProgram) };
}

/** A role that says where programs are found brings its own. */
function withProgram(role: Role): Role {
  const preset = presetOf(role.agent);
  if (!preset || role.environment.PATH !== undefined) return role;
  const { program: name, package: npm } = preset;
  return { ...role, program: { name, ...(npm && { package: npm }) } };
}
