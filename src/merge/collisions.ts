// Which work that is not merged yet would collide: each with its target, and with the work of other roles. Pure: names the
// merges to be tried, and reads what they came to.
import type { Oid } from "../model/names.ts";
import { type MergePair, mergePair, type TestMerge } from "../model/world.ts";
import { isDone } from "./leaves.ts";
import type { Survey } from "./survey.ts";

export interface Unmerged {
  /** Bead id, `tip <role>`, or a person's branch. */
  readonly name: string;
  readonly role: string;
  readonly commit: Oid;
  readonly target: string;
}

export interface Collision {
  readonly work: Unmerged;
  /** Other work, or the name of the tip that it merges into. */
  readonly with: Unmerged | string;
  readonly paths: readonly string[];
}

/** Reported work of beads, moves upward, and people's commits. */
export function unmergedWork(survey: Survey): readonly Unmerged[] {
  const beads = survey.leaves.flatMap(({ bead, round, target, state }) => {
    if (isDone(state)) return [];
    const order = survey.history.orders(bead.id, round).findLast((each) => survey.history.reportOf(each));
    const report = order && survey.history.reportOf(order);
    if (!report || report.state === "refused" || report.state === "withdrawn") return [];
    return [{ name: bead.id, role: report.role, commit: report.commit, target }];
  });
  const others = survey.candidates.flatMap(({ kind, source, target, role, title }) =>
    kind === "up" || kind === "person"
      ? [{ name: kind === "up" ? `tip ${role}` : title, role, commit: source, target }]
      : [],
  );
  return [...beads, ...others];
}

/** Two works that may collide, and the merge that tells. */
export interface Pairing {
  readonly pair: MergePair;
  readonly collision: Omit<Collision, "paths">;
}

/** `tried` holds the merge of each pairing, in the same order. */
export function collisionsOf(pairings: readonly Pairing[], tried: readonly TestMerge[]): readonly Collision[] {
  return pairings.flatMap(({ collision }, n) => {
    const merge = tried[n];
    return merge?.kind === "conflict" ? [{ ...collision, paths: merge.paths }] : [];
  });
}

/** What the world's test merges tell by now. */
export function collisionsIn(survey: Survey): readonly Collision[] {
  const pairings = pairingsOf(unmergedWork(survey), survey);
  return pairings.flatMap(({ pair, collision }) => {
    const merge = survey.merges.get(mergePair(pair));
    return merge?.kind === "conflict" ? [{ ...collision, paths: merge.paths }] : [];
  });
}

/** Two works of one role follow each other and never meet. */
export function pairingsOf(work: readonly Unmerged[], { tips }: Survey): readonly Pairing[] {
  const withTargets = work.flatMap((each): readonly Pairing[] => {
    const tip = tips.get(each.target)?.oid;
    if (tip === undefined) return [];
    return [{ pair: { source: each.commit, target: tip }, collision: { work: each, with: each.target } }];
  });
  const withOthers = work.flatMap((one, n) =>
    work
      .slice(n + 1)
      .flatMap((other): readonly Pairing[] =>
        one.role === other.role
          ? []
          : [{ pair: { source: other.commit, target: one.commit }, collision: { work: one, with: other } }],
      ),
  );
  return [...withTargets, ...withOthers];
}
