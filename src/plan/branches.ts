// Visible branches: what each one should show, and whether it may be moved there. A person's commits are never overwritten. Pure.
import { declaredRole } from "../merge/targets.ts";
import type { Attention } from "../model/attention.ts";
import { epicTip, type Oid, shortOid } from "../model/names.ts";
import type { Note, Operation } from "../model/plan.ts";
import type { Order, Report } from "../model/records.ts";
import type { VisibleBranch } from "../model/world.ts";
import { operation, operationId, type PlanContext } from "./context.ts";

export interface BranchPlan {
  readonly operations: readonly Operation[];
  readonly notes: readonly Note[];
  readonly attention: readonly Attention[];
}

export function planBranches(context: PlanContext): BranchPlan {
  const newest = newestReports(context);
  const plans = [...context.world.repository.branches].map(([name, branch]) =>
    planBranch({ name, branch, newest: newest.get(name) }, context),
  );
  return {
    operations: plans.flatMap((plan) => plan.operations),
    notes: plans.flatMap((plan) => plan.notes),
    attention: plans.flatMap((plan) => plan.attention),
  };
}

interface Showing {
  readonly name: string;
  readonly branch: VisibleBranch;
  readonly newest: Reported | undefined;
}

interface Reported {
  readonly order: Order;
  readonly report: Report;
}

/** The last report of each role that crew would take, by when its order was issued. */
function newestReports({ survey, world }: PlanContext): ReadonlyMap<string, Reported> {
  const found = new Map<string, Reported>();
  for (const order of world.repository.orders) {
    const report = survey.history.reportOf(order);
    if (!report || report.state === "refused") continue;
    const before = found.get(order.role);
    if (!before || before.order.issuedAtMs <= order.issuedAtMs) found.set(order.role, { order, report });
  }
  return found;
}

/** A branch of a role that the file no longer has is left alone; rewritten it still waits for a person, as landing waits for it. */
function planBranch({ name, branch, newest }: Showing, context: PlanContext): BranchPlan {
  const nothing: BranchPlan = { operations: [], notes: [], attention: [] };
  if (branch.relation === "rewritten") return { ...nothing, attention: [rewritten(branch)] };
  if (name !== epicTip && !declaredRole(context.crew, name)) return nothing;
  if (branch.relation === "foreign") return { ...nothing, attention: [foreign(branch)] };
  const { to, order } = shownCommit(name, newest, context);
  if (branch.shown === to && branch.isUnnoted !== true) return nothing;
  if (!mayMove(branch, order)) {
    return {
      ...nothing,
      notes: [{ subject: `branch ${branch.branch}`, cause: "holds commits of a person that merge first" }],
    };
  }
  if (branch.checkedOutAt !== undefined && branch.oid !== to) {
    return {
      ...nothing,
      notes: [{ subject: `branch ${branch.branch}`, cause: `not moved: checked out at ${branch.checkedOutAt}` }],
    };
  }
  const body = {
    kind: "branch.show",
    name,
    branch: branch.branch,
    to,
    ...(branch.oid !== undefined && { from: branch.oid }),
  } as const;
  const cause = branch.relation === "new" ? "not there yet" : `shows ${shortOid(to)}`;
  return {
    ...nothing,
    operations: [operation(name, body, { cause, needs: [operationId("tip.create", epicTip), "start.pin"] })],
  };
}

/** The epic's tip; a role's current or last work, or its tip once that work is in it. */
function shownCommit(
  name: string,
  newest: Reported | undefined,
  { world, survey }: PlanContext,
): { readonly to: Oid; readonly order?: Order } {
  const { tips, start, base } = world.repository;
  const tip = tips.get(name);
  const beginning = start ?? base.oid;
  if (name === epicTip || !newest) return { to: tip?.oid ?? beginning };
  const { report, order } = newest;
  const { subject, round } = order.id;
  const isIn = tip?.reaches.has(report.commit) === true || survey.evidence.isMergedIn(subject, round, name);
  if (tip && isIn) return { to: tip.oid };
  return { to: report.commit, order };
}

/** A branch that is ahead may be moved once its commits are merged, or are part of what is to be shown. */
function mayMove(branch: VisibleBranch, order: Order | undefined): boolean {
  if (branch.relation !== "ahead" || branch.own.length === 0) return true;
  return order !== undefined && (order.start === branch.oid || order.merge === branch.oid);
}

function foreign(branch: VisibleBranch): Attention {
  return {
    kind: "foreign-branch",
    subject: branch.branch,
    reason: `branch ${branch.branch} exists and is not crew's`,
    commands: [`git branch -m ${branch.branch} ${branch.branch}-old`, "crew up"],
  };
}

function rewritten(branch: VisibleBranch): Attention {
  const [is, was] = [branch.oid, branch.shown].map((oid) => (oid === undefined ? "?" : shortOid(oid)));
  return {
    kind: "rewritten",
    subject: branch.branch,
    reason: `branch ${branch.branch} was rewritten: it is at ${is}, crew showed ${was}`,
    commands: [
      `crew approve ${branch.branch}`,
      `git branch -f ${branch.branch} ${was}`,
      `git branch -D ${branch.branch}`,
    ],
  };
}
