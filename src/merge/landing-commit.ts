// What the epic's tip landed as: itself, or the commit of base that brought it in; and the verdicts on exactly its tree. Pure.

import type { ChainCommit, Tip } from "../model/chain.ts";
import { epicTip, type Oid } from "../model/names.ts";
import type { Verdict } from "../model/records.ts";
import { hasLanded, type RepositoryState } from "../model/world.ts";

export interface LandingCommit {
  readonly oid: Oid;
  readonly tree: Oid;
  /** Keys of the verdicts that a commit of crew's own names; of any other commit none is demanded. */
  readonly named?: readonly string[];
}

/** Where in base's history the landing is looked for; nothing where nothing was merged, or it has not landed. */
export function landingSpan(repository: RepositoryState): { readonly tip: Tip; readonly base: Oid } | undefined {
  const tip = repository.tips.get(epicTip);
  if (!tip || tip.chain.length === 0 || !hasLanded(repository)) return undefined;
  return { tip, base: repository.landed?.commit ?? repository.base.oid };
}

/** `chain`: base's own commits in that span, oldest first. */
export function landingCommit({ landed }: RepositoryState, tip: Tip, chain: readonly ChainCommit[]): LandingCommit {
  const isRewritten = landed !== undefined && landed.how !== "merge";
  const found = isRewritten ? chain.at(-1) : chain.find(({ parents }) => parents.indexOf(tip.oid) > 0);
  if (!found) return { oid: tip.oid, tree: tip.tree };
  return { oid: found.oid, tree: found.tree, ...(found.gates.length > 0 && { named: found.gates }) };
}

/** Of every gate that judged the tree, its last word. */
export function verdictsOn(tree: Oid, verdicts: ReadonlyMap<string, Verdict>): readonly Verdict[] {
  const latest = new Map<string, Verdict>();
  for (const verdict of verdicts.values()) {
    const known = latest.get(verdict.gate);
    if (verdict.tree === tree && (!known || known.atMs < verdict.atMs)) latest.set(verdict.gate, verdict);
  }
  return [...latest.values()].sort((a, b) => (a.gate < b.gate ? -1 : 1));
}
