// Which program a role's image has to hold, by its preset, and what else is known of it by that. Pure.
import type { Crew, Role } from "../model/crew.ts";
import type { Preset } from "./preset.ts";
import { toldAtTools } from "./preset-line.ts";
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

/** Also where it does so by itself, with no words for it. */
function hearsAtTools(preset: Preset): boolean {
  return preset.tell !== undefined && (preset.tell.length === 0 || toldAtTools(preset) !== undefined);
}
