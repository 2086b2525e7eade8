// How each visible branch stands against what crew last showed there. Reads only.
import type { Oid } from "../model/names.ts";
import type { VisibleBranch } from "../model/world.ts";
import type { History } from "./history.ts";

export interface BranchSighting {
  readonly branch: string;
  readonly oid?: Oid | undefined;
  readonly shown?: Oid | undefined;
  /** What crew announced to show, and has not noted yet. */
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
  const { branch, oid, checkedOutAt } = sighting;
  const shown = await lastShown(sighting, around.history);
  const relation = await relationOf({ branch, oid, shown }, around);
  const grown = relation === "ahead" || relation === "rewritten";
  const without = [...(shown ? [shown] : []), ...around.tips];
  return {
    branch,
    relation,
    ...(oid === undefined ? {} : { oid }),
    ...(shown === undefined ? {} : { shown }),
    ...(checkedOutAt === undefined ? {} : { checkedOutAt }),
    ...(shown === sighting.shown ? {} : { isUnnoted: true as const }),
    own: grown && oid ? await around.history.own(oid, without, ownLimit) : [],
  };
}

/**
 * What crew moved the branch to last. That is what was announced, where crew was killed before it could note it: then the
 * branch contains that, and it is not an older commit to which the branch never came.
 */
export async function lastShown(
  { oid, shown, showing }: Pick<BranchSighting, "oid" | "shown" | "showing">,
  history: Pick<History, "isAncestor">,
): Promise<Oid | undefined> {
  if (showing === undefined || oid === undefined || oid === shown) return shown;
  if (oid === showing) return showing;
  if (!(await history.isAncestor(showing, oid))) return shown;
  return shown !== undefined && (await history.isAncestor(showing, shown)) ? shown : showing;
}

async function relationOf(
  { oid, shown }: BranchSighting,
  { history, beginnings }: BranchSurroundings,
): Promise<VisibleBranch["relation"]> {
  if (shown === undefined) return oid === undefined || beginnings.includes(oid) ? "new" : "foreign";
  if (oid === undefined) return "deleted";
  if (oid === shown) return "same";
  return (await history.isAncestor(shown, oid)) ? "ahead" : "rewritten";
}
