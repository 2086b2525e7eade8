// Commits that people made on visible branches: each branch that is ahead is a candidate of its own. Pure.
import { epicTip, type Oid, type TipName, upwardSubject } from "../model/names.ts";
import type { Report } from "../model/records.ts";
import type { VisibleBranch } from "../model/world.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import type { Leaf, LeafContext } from "./leaves.ts";
import type { Upward } from "./moves.ts";
import { targetOf } from "./targets.ts";

export interface PeoplesWork {
  /** By role name or `epic`. */
  readonly people: ReadonlyMap<string, Candidate>;
  /** Branches that would bring in with a person's commits what nobody merged: they wait for a person's word. */
  readonly unmerged: readonly UnmergedBelow[];
}

export interface UnmergedBelow {
  /** Role, or `epic`. */
  readonly name: string;
  readonly branch: string;
  readonly target: TipName;
  /** What the commits were made on. */
  readonly report: Report;
}

/**
 * Of the branches that are ahead. Left out: a branch whose commits the role's unmerged work sits under (its answer will
 * start there) or whose commits are in the role's order already.
 */
export function peoplesWork(
  work: { readonly leaves: readonly Leaf[]; readonly upward: readonly Upward[] },
  context: LeafContext,
): PeoplesWork {
  const people = new Map<string, Candidate>();
  const unmerged: UnmergedBelow[] = [];
  for (const [name, branch] of context.branches) {
    if (!isAhead(branch) || isCarried({ name, branch, ...work }, context)) continue;
    const target = name === epicTip ? epicTip : targetOf(context.crew, name);
    const report = unmergedReport(branch.shown, context);
    if (report) {
      unmerged.push({ name, branch: branch.branch, target, report });
      continue;
    }
    const merge = {
      subject: `person/${name}`,
      kind: "person",
      target,
      source: branch.oid,
      role: name,
      title: branch.branch,
    } as const;
    const candidate = candidateOf(merge, context);
    if (candidate) people.set(name, candidate);
  }
  return { people, unmerged };
}

function isAhead(branch: VisibleBranch): branch is VisibleBranch & { readonly oid: string } {
  return branch.relation === "ahead" && branch.own.length > 0;
}

interface Ahead {
  readonly name: string;
  readonly branch: VisibleBranch;
  readonly leaves: readonly Leaf[];
  readonly upward: readonly Upward[];
}

/** Nothing of the round is to come any more; whatever else has orders is merged or answered some day, and its commits with it. */
const over: readonly (Leaf | Upward)["state"]["kind"][] = ["merged", "closed", "closed-by-person", "undoing"];

function isCarried({ name, branch, leaves, upward }: Ahead, { history }: LeafContext): boolean {
  const works = [
    ...leaves.map(({ bead, round, state }) => ({ subject: bead.id, round, state })),
    ...upward.map(({ role, round, state }) => ({ subject: upwardSubject(role), round, state })),
  ];
  return works.some(({ subject, round, state }) => {
    const orders = over.includes(state.kind) ? [] : history.orders(subject, round);
    // What is shown may be an earlier report of the round: a refused one is never shown, nor one that is yet to come.
    return orders.some((order) => {
      if (order.role !== name) return false;
      const isStart = order.start === branch.oid || order.merge === branch.oid;
      return isStart || history.reportOf(order)?.commit === branch.shown;
    });
  });
}

/** The report that was shown, where no tip has it: of a bead that was closed, reopened or undone without it. */
function unmergedReport(shown: Oid | undefined, { tips, world, ...context }: LeafContext): Report | undefined {
  const { start, reports } = world.repository;
  if (shown === undefined || shown === start || [...tips.values()].some(({ reaches }) => reaches.has(shown))) {
    return undefined;
  }
  const shownReports = reports.filter(({ commit }) => commit === shown);
  return shownReports.some((report) => isSquashed(report, context)) ? undefined : shownReports[0];
}

/** Merged as a commit of crew's own, which does not reach it: only a round's last report ever is. */
function isSquashed({ id }: Report, { history, evidence }: Pick<LeafContext, "history" | "evidence">): boolean {
  const last = history.orders(id.subject, id.round).at(-1);
  return last?.id.attempt === id.attempt && evidence.commitOf(id.subject, id.round) !== undefined;
}
