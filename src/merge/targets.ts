// Where work merges: the branch tree of roles, seen as tips. Pure.
import { type Crew, childrenOf, roleNamed } from "../model/crew.ts";
import { epicTip, type TipName } from "../model/names.ts";

/** Tips that the crew needs: the epic's, and one for each role that others merge into. Parents before children. */
export function tipNames(crew: Crew): readonly TipName[] {
  const roles = crew.roles.filter((role) => childrenOf(crew, role.name).length > 0).map((role) => role.name);
  return [epicTip, ...roles.sort((a, b) => tipDepth(crew, a) - tipDepth(crew, b))];
}

/** The tip that a role's own beads merge into. A role that the file no longer has merges into the epic. */
export function targetOf(crew: Crew, role: string): TipName {
  if (childrenOf(crew, role).length > 0) return role;
  return roleNamed(crew, role)?.into ?? epicTip;
}

/** The tip that a tip moves up into; undefined for the epic's. */
export function parentTip(crew: Crew, tip: TipName): TipName | undefined {
  return tip === epicTip ? undefined : (roleNamed(crew, tip)?.into ?? epicTip);
}

/** 0 for the epic's. */
export function tipDepth(crew: Crew, tip: TipName): number {
  const parent = parentTip(crew, tip);
  return parent === undefined ? 0 : 1 + tipDepth(crew, parent);
}
