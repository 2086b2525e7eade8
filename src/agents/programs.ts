// Which program a role's image has to hold, by its preset, and whether anybody has run it by that. Pure.
import type { Crew, Role } from "../model/crew.ts";
import { presetOf } from "./preset-of.ts";

export function withPrograms(crew: Crew): Crew {
  return { ...crew, roles: crew.roles.map(withProgram) };
}

/** A role that says where programs are found brings its own. */
function withProgram(role: Role): Role {
  const preset = presetOf(role.agent);
  if (!preset) return role;
  const { program: name, package: npm, isUntried } = preset;
  const known = { ...role, ...(isUntried && { isUntried }) };
  return role.environment.PATH === undefined ? { ...known, program: { name, ...(npm && { package: npm }) } } : known;
}
