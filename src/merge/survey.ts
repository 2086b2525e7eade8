// The whole of the work as it stands: every leaf, every move, every candidate in merge order. Pure: the one reading of
// the world that plan, status and observation share.
import type { Bead } from "../model/bead.ts";
import type { Crew } from "../model/crew.ts";
import { withImages } from "../model/images.ts";
import { epicTip } from "../model/names.ts";
import type { MergePair, World } from "../model/world.ts";
import type { Candidate } from "./candidate.ts";
import { inCanonicalOrder } from "./canonical-order.ts";
import { evidenceOf } from "./evidence.ts";
import { historyOf } from "./history.ts";
import { type Leaf, type LeafContext, leafOf } from "./leaves.ts";
import { downwardMoves, type Upward, upwardMoves } from "./moves.ts";
import { inMergeOrder } from "./order.ts";
import { type PeoplesWork, peoplesWork } from "./people.ts";
import { withFormer } from "./targets.ts";
import { beadTree } from "./tree.ts";
import { type PlacedUndo, pendingUndos, undoCandidates } from "./undos.ts";

export interface Survey extends LeafContext, PeoplesWork {
  readonly epic: Bead | undefined;
  readonly leaves: readonly Leaf[];
  readonly upward: readonly Upward[];
  /** What a person wants undone and is not yet. */
  readonly undoing: readonly PlacedUndo[];
  /** All that waits to be merged, in merge order. */
  readonly candidates: readonly Candidate[];
}

export interface SurveyOptions {
  /** When a person last said `up`, epoch milliseconds: failed setups older than this are tried again. */
  readonly startedAtMs: number;
}

/** `epic` is the bead id that the project carries, or would carry. */
export function survey(
  declared: Crew,
  given: World,
  { epic, startedAtMs }: SurveyOptions & { readonly epic: string },
): Survey {
  const world = inCanonicalOrder(given);
  const { repository, beads, merges } = world;
  const crew = withImages(withFormer(declared, repository), world.runtime, repository.id);
  const context: LeafContext = {
    crew,
    world,
    tree: beadTree(epic, beads),
    beads,
    history: historyOf(repository),
    rounds: new Map(),
    met: new Map(),
    evidence: evidenceOf(repository.tips),
    facts: repository.facts,
    retries: repository.facts.retries,
    approvals: repository.facts.approvals,
    rejections: repository.facts.rejections,
    undos: repository.facts.undos,
    branches: repository.branches,
    tips: repository.tips,
    merges,
    verdicts: repository.verdicts,
    startedAtMs,
  };
  const leaves = context.tree.leaves.flatMap((id) => {
    const bead = beads.get(id);
    return bead ? [leafOf(bead, context)] : [];
  });
  const upward = upwardMoves(context);
  const { people, unmerged } = peoplesWork({ leaves, upward }, context);
  const merging = [...leaves, ...upward].flatMap(({ state }) => (state.kind === "merging" ? [state.candidate] : []));
  const all = [...merging, ...people.values(), ...downwardMoves(leaves, context), ...undoCandidates(context)];
  return {
    ...context,
    epic: beads.get(epic),
    leaves,
    upward,
    people,
    unmerged,
    undoing: pendingUndos(context),
    candidates: inMergeOrder(all, context),
  };
}

/** Pairs whose test merge the world still lacks; observation tries them and surveys again. Landing's pair is among them. */
export function untriedPairs(found: Survey): readonly MergePair[] {
  const pairs = found.candidates
    .filter((candidate) => candidate.state === "untried")
    .map(({ source, tip }) => ({ source, target: tip.oid }));
  const { base, tips } = found.world.repository;
  const tip = tips.get(epicTip);
  const landsByMerge = tip !== undefined && !base.reachesTip && !base.behindTip;
  return landsByMerge ? [...pairs, { source: tip.oid, target: base.oid }] : pairs;
}
