// Visible branches: what each one should show, and whether it may be moved there. A person's commits are never overwritten. Pure.
import { roleNamed } from "../model/crew.ts";
import { epicTip, type Oid, shortOid } from "../model/names.ts";
import type { Attention, Note, Operation } from "../model/plan.ts";
import type { Order } from "../model/records.ts";
import type { VisibleBranch } from "../model/world.ts";
import { operation, operationId, type PlanContext } from "./context.ts";

export interface BranchPlan {
  readonly operations: readonly Operation[];
  readonly notes: readonly Note[];
  readonly attention: readonly Attention[];
}

export function planBranches(context: PlanContext): BranchPlan {
  const plans = [...context.world.repository.branches].map(([name, branch]) => planBranch(name, branch, context));
  return {
    operations: plans.flatMap((plan) => plan.operations),
    notes: plans.flatMap((plan) => plan.notes),
    attention: plans.flatMap((plan) => plan.attention),
  };
}

function planBranch(name: string, branch: VisibleBranch, context: PlanContext): BranchPlan {
  const nothing: BranchPlan = { operations: [], notes: [], attention: [] };
  const isDeclared = name === epicTip || roleNamed(context.crew, name) !== undefined;
  if (!isDeclared) return nothing;
  if (branch.relation === "foreign") return { ...nothing, attention: [foreign(branch)] };
  if (branch.relation === "rewritten") return { ...nothing, attention: [rewritten(branch)] };
  const { to, order } = shownCommit(name, context);
  if (branch.shown === to) return nothing;
  if (!mayMove(branch, order)) {
    return {
      ...nothing,
      notes: [{ subject: `branch ${branch.branch}`, cause: "holds commits of a person that merge first" }],
    };
  }
  if (branch.checkedOutAt !== undefined) {
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
function shownCommit(name: string, { world }: PlanContext): { readonly to: Oid; readonly order?: Order } {
  const { tips, start, base, orders, reports } = world.repository;
  const tip = tips.get(name);
  const beginning = start ?? base.oid;
  if (name === epicTip) return { to: tip?.oid ?? beginning };
  const newest = reports
    .filter((report) => report.role === name && report.state !== "refused")
    .map((report) => ({ report, order: orders.find((order) => sameOrder(order, report)) }))
    .sort((a, b) => (a.order?.issuedAtMs ?? 0) - (b.order?.issuedAtMs ?? 0))
    .at(-1);
  if (!newest) return { to: tip?.oid ?? beginning };
  if (tip?.reaches.has(newest.report.commit)) return { to: tip.oid };
  return { to: newest.report.commit, ...(newest.order && { order: newest.order }) };
}

function sameOrder(order: Order, report: { readonly id: Order["id"] }): boolean {
  const { subject, round, attempt } = report.id;
  return order.id.subject === subject && order.id.round === round && order.id.attempt === attempt;
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
    commands: [`git branch -f ${branch.branch} ${was}`, `git branch -D ${branch.branch}`],
  };
}
