// A role's agent → the preset that it runs by: one of crew's own or of the team's, with what the file says over it. Pure.
import type { Agent } from "../model/crew.ts";
import { withParts } from "../model/preset.ts";
import type { Preset } from "./preset.ts";
import { presetNamed } from "./presets/index.ts";

/** Undefined for a command, and for a preset of the team's whose file could not be read. */
export function presetOf({ preset: name, parts = {} }: Agent): Preset | undefined {
  if (name === undefined) return undefined;
  const own = presetNamed(name);
  if (own) return withParts(own, parts);
  const { program, first, resume, reader } = parts;
  if (program === undefined || first === undefined || resume === undefined || reader === undefined) return undefined;
  const without = { name, options: {}, environment: {}, credentials: [] };
  return { ...without, ...parts, program, first, resume, reader };
}
