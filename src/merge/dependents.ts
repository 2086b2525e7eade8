// Which merged beads build on another: those that it blocks, itself or through a bead above them, and so on. Pure.
import type { Leaf } from "./leaves.ts";
import type { Survey } from "./survey.ts";
import { ancestors } from "./tree.ts";

/** The latest merge first, so that each can be undone before what it builds on. */
export function mergedDependents({ bead }: Leaf, survey: Survey): readonly Leaf[] {
  const { tree, beads, evidence, tips } = survey;
  const found = new Map<string, Leaf>();
  const queue = [bead.id];
  for (const next of queue) {
    // Whoever waits for a bead above it waits for it too.
    const blockers = new Set([next, ...ancestors(tree, next, beads)]);
    for (const leaf of survey.leaves) {
      if (leaf.bead.id === bead.id || found.has(leaf.bead.id)) continue;
      const waitsFor = [leaf.bead, ...ancestors(tree, leaf.bead.id, beads).map((id) => beads.get(id))];
      if (!waitsFor.some((each) => each?.blockedBy.some((id) => blockers.has(id)))) continue;
      if (!evidence.commitOf(leaf.bead.id, leaf.round)) continue;
      found.set(leaf.bead.id, leaf);
      queue.push(leaf.bead.id);
    }
  }
  const places = new Map([...tips.values()].flatMap(({ chain }) => chain.map(({ oid }, at) => [oid, at] as const)));
  const placeOf = ({ bead: { id }, round }: Leaf) => places.get(evidence.commitOf(id, round)?.oid ?? "") ?? 0;
  return [...found.values()].sort((a, b) => placeOf(b) - placeOf(a));
}
