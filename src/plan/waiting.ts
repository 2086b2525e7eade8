// Beads that wait for what will never come by itself: a blocker that is no work of this epic, one that waits for the bead in turn,
// or one that crew closed and whose merge is gone. Only a person can free them. Pure, linear in beads and edges.

import type { Survey } from "../merge/survey.ts";
import { leavesBelow } from "../merge/tree.ts";
import type { Attention } from "../model/attention.ts";
import type { PlanContext } from "./context.ts";

export function waitingAttention({ survey }: PlanContext): readonly Attention[] {
  const circular = inCircles(waitsOf(survey));
  const lost = lostMerges(survey);
  return survey.leaves.flatMap(({ bead: { id }, state }): readonly Attention[] => {
    if (state.kind !== "waiting") return [];
    const outside = state.on.filter((blocker) => !survey.tree.depth.has(blocker));
    const own = circular.has(id) ? state.on.filter((blocker) => circular.has(blocker)) : [];
    const gone = state.on.flatMap((blocker) => leavesBelow(survey.tree, blocker).filter((leaf) => lost.has(leaf)));
    const says = [
      ...outside.map((blocker) => `${blocker}, which is open and not a bead of this epic`),
      ...own.map((blocker) => `${blocker}, which waits in turn`),
      ...gone.map((blocker) => `${blocker}, which is closed as merged, and no branch has its merge`),
    ];
    if (says.length === 0) return [];
    const commands = [
      ...[...outside, ...own].map((blocker) => `crew bead close ${blocker}`),
      ...gone.map((blocker) => `crew bead reopen ${blocker}`),
    ];
    return [{ kind: "waiting", subject: id, reason: `${id} waits for ${says.join("; ")}`, commands }];
  });
}

function lostMerges({ leaves, evidence }: Survey): ReadonlySet<string> {
  const lost = leaves.filter(
    ({ bead, round, state }) => state.kind === "closed" && evidence.commitOf(bead.id, round) === undefined,
  );
  return new Set(lost.map(({ bead }) => bead.id));
}

/** What each waiting leaf waits for, as far as that waits too; a parent that blocks waits for its waiting leaves. */
function waitsOf({ leaves, tree }: Survey): ReadonlyMap<string, readonly string[]> {
  const waiting = new Map(leaves.flatMap(({ bead, state }) => (state.kind === "waiting" ? [[bead.id, state.on]] : [])));
  const parents = new Set([...waiting.values()].flat().filter((id) => tree.children.has(id)));
  const ofLeaves = [...waiting].map(
    ([id, on]) => [id, on.filter((each) => waiting.has(each) || parents.has(each))] as const,
  );
  const ofParents = [...parents].map((id) => [id, leavesBelow(tree, id).filter((leaf) => waiting.has(leaf))] as const);
  return new Map([...ofLeaves, ...ofParents]);
}

/** What is left when all that waits for nothing is taken away, again and again, from either end (Kahn 1962). */
function inCircles(waits: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const waitedForBy = new Map<string, string[]>([...waits.keys()].map((id) => [id, []]));
  for (const [id, on] of waits) for (const blocker of on) waitedForBy.get(blocker)?.push(id);
  const behind = left(waits, waitedForBy);
  const ahead = left(waitedForBy, waits);
  return new Set([...behind].filter((id) => ahead.has(id)));
}

type Edges = ReadonlyMap<string, readonly string[]>;

function left(edges: Edges, reversed: Edges): ReadonlySet<string> {
  const open = new Map([...edges].map(([id, to]) => [id, to.length]));
  const free = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  for (const id of free) {
    open.delete(id);
    for (const from of reversed.get(id) ?? []) {
      const count = (open.get(from) ?? 0) - 1;
      open.set(from, count);
      if (count === 0) free.push(from);
    }
  }
  return new Set(open.keys());
}
