// Where work merges: the branch tree of roles, seen as tips. Pure.
import type { Crew, Role } from "../model/crew.ts";
import { epicTip, type TipName } from "../model/names.ts";
import type { RepositoryState } from "../model/world.ts";

/** Tips that the crew needs: the epic's, and one for each role that others merge into. Parents before children. */
export function tipNames(crew: Crew): readonly TipName[] {
  const { collectors } = branchTree(crew);
  const roles = crew.roles.map((role) => role.name).filter((name) => collectors.has(name));
  return [epicTip, ...roles.sort((a, b) => tipDepth(crew, a) - tipDepth(crew, b))];
}

/** The tip that a role's own beads merge into. */
export function targetOf(crew: Crew, role: string): TipName {
  return branchTree(crew).collectors.has(role) ? role : intoOf(crew, role);
}

/** A role that the file no longer has merges where it did as it was last declared. */
function intoOf(crew: Crew, role: string): TipName {
  return declaredRole(crew, role)?.into ?? crew.former?.[role] ?? epicTip;
}

/** The tip that a tip moves up into; undefined for the epic's. */
export function parentTip(crew: Crew, tip: TipName): TipName | undefined {
  return tip === epicTip ? undefined : intoOf(crew, tip);
}

/** Whether work moves up from `below` through `tip`. */
export function isAbove(crew: Crew, tip: TipName, below: TipName): boolean {
  const parent = parentTip(crew, below);
  return parent !== undefined && (parent === tip || isAbove(crew, tip, parent));
}

/** 0 for the epic's. */
export function tipDepth(crew: Crew, tip: TipName): number {
  const parent = parentTip(crew, tip);
  return parent === undefined ? 0 : 1 + tipDepth(crew, parent);
}

/** The role of this name in the file. */
export function declaredRole(crew: Crew, name: string): Role | undefined {
  return branchTree(crew).roles.get(name);
}

/** The crew with the roles that are recorded and no longer in the file, each merging into a tip that there is. */
export function withFormer(crew: Crew, { facts, tips }: Pick<RepositoryState, "facts" | "tips">): Crew {
  const recorded = facts.project?.into ?? {};
  const gone = Object.keys(recorded).filter((name) => !declaredRole(crew, name));
  if (gone.length === 0) return crew;
  const tipAt = (name: TipName | undefined): TipName => {
    if (name === undefined || name === epicTip || tips.has(name)) return name ?? epicTip;
    return tipAt(declaredRole(crew, name)?.into ?? recorded[name]);
  };
  return { ...crew, former: Object.fromEntries(gone.map((name) => [name, tipAt(recorded[name])])) };
}

interface BranchTree {
  readonly roles: ReadonlyMap<string, Role>;
  /** Roles that others merge into. */
  readonly collectors: ReadonlySet<string>;
}

/** A crew never changes, so what is looked up in it for every bead is made once. */
const branchTrees = new WeakMap<Crew, BranchTree>();

function branchTree(crew: Crew): BranchTree {
  const known = branchTrees.get(crew);
  if (known) return known;
  const roles = new Map(crew.roles.map((role) => [role.name, role]));
  const former = crew.former ?? {};
  const into = [...crew.roles.map((role) => role.into), ...Object.values(former)];
  const collectors = new Set(into.filter((name) => roles.has(name) || name in former));
  const made = { roles, collectors };
  branchTrees.set(crew, made);
  return made;
}
