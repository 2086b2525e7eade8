// Which program a role's image has to hold, by its preset, and what else is known of it by that. Pure.
import type { Crew, Role } from "../model/crew.ts";
import type { Preset } from "./preset.ts";
import { presetOf } from "./preset-of.ts";

export function withPrograms(crew: Crew): Crew {
  return { ...crew, roles: crew.roles.map(withProgram) };
}

/** A role that says where programs are found brings its own. */
function withProgram(role: Role): Role {
  const preset = presetOf(role.agent);
  if (!preset) return role;
  const { program: name, package: npm, isUntried, cannot } = preset;
  const known = {
    ...role,
    ...(isUntried && { isUntried }),
    ...(cannot !== undefined && { cannot }),
    ...(hearsAtTools(preset) && { hearsAtTools: true as const }),
  };
  return role.environment.PATH === undefined ? { ...known, program: { name, ...(npm && { package: npm }) } } : known;
}

/** Also where the words for it have a place. */
function hearsAtTools({ tell, first, resume }: Preset): boolean {
  return tell !== undefined && (tell.length === 0 || [first, resume].every((words) => words.includes("{options}")));
}
