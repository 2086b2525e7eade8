// How each visible branch stands against what crew last showed there. Reads only.
import type { Oid } from "../model/names.ts";
import type { VisibleBranch } from "../model/world.ts";
import type { History } from "./history.ts";

export interface BranchSighting {
  readonly branch: string;
  readonly oid?: Oid | undefined;
  readonly shown?: Oid | undefined;
  /** Where crew was about to move it, when that may have been broken off. */
  readonly showing?: Oid | undefined;
  readonly checkedOutAt?: string | undefined;
}

export interface BranchSurroundings {
  readonly history: History;
  readonly tips: readonly Oid[];
  /** Commits at which a branch that crew never showed is nobody's work: the base's and start's. */
  readonly beginnings: readonly Oid[];
}

const ownLimit = 50;

export async function visibleBranch(sighting: BranchSighting, around: BranchSurroundings): Promise<VisibleBranch> {
  const { branch, oid, shown, showing, checkedOutAt } = sighting;
  const relation = await relationOf(sighting, around);
  const grown = relation === "ahead" || relation === "rewritten";
  const without = [...[shown, showing].filter((each) => each !== undefined), ...around.tips];
  return {
    branch,
    relation,
    ...(oid === undefined ? {} : { oid }),
    ...(shown === undefined ? {} : { shown }),
    ...(checkedOutAt === undefined ? {} : { checkedOutAt }),
    own: grown && oid ? await around.history.own(oid, without, ownLimit) : [],
  };
}

async function relationOf(
  { oid, shown, showing }: BranchSighting,
  { history, beginnings }: BranchSurroundings,
): Promise<VisibleBranch["relation"]> {
  if (oid === undefined) return shown === undefined ? "new" : "deleted";
  const noted = new Set([shown, showing].filter((each) => each !== undefined));
  if (noted.has(oid)) return "same";
  for (const each of noted) if (await history.isAncestor(each, oid)) return "ahead";
  if (shown !== undefined) return "rewritten";
  return beginnings.includes(oid) ? "new" : "foreign";
}
