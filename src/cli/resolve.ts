// crew resolve: a person resolves a conflict. The first time it prepares a work tree with the merge under way; once the
// person has committed there, the same command takes the commit as the bead's report.
import { relative } from "node:path";
import { CrewError } from "../errors.ts";
import { mergeByHand } from "../merge/by-hand.ts";
import { formatOrderId, type Oid, upwardSubject } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import { isHeld } from "../plan/holds.ts";
import type { ResolutionSides } from "../ports/review.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood, openRecorded } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";
import { said } from "./said.ts";

export interface ResolveFlags extends GlobalFlags {
  readonly abort?: boolean;
}

export async function resolve(invocation: Invocation, flags: ResolveFlags, subject: string): Promise<number> {
  if (flags.abort === true) return await abort(invocation, flags, subject);
  const project = await openLastGood(invocation, flags);
  const { repository, project: name } = project.engine;
  const now = await lookNow(project);
  mustBeUp(now);
  const resolution = { project: name, order: conflictOf(subject, { project, now }) };
  const sides = await repository.prepareResolution(resolution);
  mustBeOf(sides, resolution.order, now);
  const state = await repository.takeResolution({ ...resolution, order: { ...resolution.order, ...sides } });
  switch (state.kind) {
    case "taken": {
      const kept = state.keptAt === undefined ? "" : ` What changed there meanwhile is no part of it: ${state.keptAt}`;
      await said(invocation, project, `${subject} is resolved by you; its gates decide whether it merges.${kept}`);
      return 0;
    }
    case "unfinished": {
      const left = state.unmerged.map((each) => `  ${each}\n`).join("");
      const what = left === "" ? "Commit it there:" : `Resolve and commit there:\n${left}`;
      const shown = relative(invocation.cwd, state.path) || state.path;
      invocation.stderr.write(
        `${what}${left === "" ? "\n" : ""}  cd ${quoted(shown)} && git status\nThen: crew resolve ${subject}   (or crew resolve ${subject} --abort)\n`,
      );
      return 0;
    }
    case "refused":
      throw new CrewError("needs-you", `The resolution of ${subject} is not taken: ${state.reason}`, {
        at: relative(invocation.cwd, state.path),
        hint: `Mend and commit it there, then crew resolve ${subject}`,
      });
  }
}

/** By the name of its folder: the bead may be gone by now, or have become a parent. */
async function abort(invocation: Invocation, flags: GlobalFlags, subject: string): Promise<number> {
  const { repository, project } = (await openRecorded(invocation, flags)).engine;
  const kept = await repository.dropResolution(project, subject);
  const words = kept === undefined ? "" : ` What was not committed there is kept: git show ${kept}`;
  invocation.stderr.write(`The work tree for ${subject} is gone; nothing was taken.${words}\n`);
  return 0;
}

/** A work tree of an earlier conflict: what it would bring is not what waits now. An order in hand wants just its own start. */
function mustBeOf(sides: ResolutionSides, order: Order, { world }: Now): void {
  const id = formatOrderId(order.id);
  const isInHand = world.repository.orders.some((each) => formatOrderId(each.id) === id);
  if (sides.merge === order.merge && (!isInHand || sides.start === order.start)) return;
  const { subject } = order.id;
  throw new CrewError("needs-you", `${subject} has moved on since its work tree was made`, {
    hint: `crew resolve ${subject} --abort, then crew resolve ${subject}`,
  });
}

interface Asked {
  readonly project: ViewedProject;
  readonly now: Now;
}

/** The order that the person's commit answers: the one that a held role has in hand, else one of its own. */
function conflictOf(subject: string, { project, now }: Asked): Order & { readonly merge: Oid } {
  const { survey, world } = now;
  const leaf = survey.leaves.find(({ bead }) => bead.id === subject);
  const move = survey.upward.find(({ role }) => role === subject);
  const found = leaf ?? move;
  if (!found) throw new CrewError("failed", `There is no bead or role ${subject} to resolve`, { hint: "crew status" });
  const { state, target, round } = found;
  if (state.kind === "working") {
    const { order } = state;
    if (order.merge === undefined) throw noConflict(subject);
    if (!isHeld(order.role, world)) {
      throw new CrewError("failed", `${order.role} resolves ${subject} right now`, { hint: `crew stop ${order.role}` });
    }
    return { ...order, merge: order.merge };
  }
  if (state.kind !== "blocked" && state.kind !== "answering") throw noConflict(subject);
  const id = leaf ? leaf.bead.id : upwardSubject(subject);
  const tip = survey.tips.get(subject)?.oid;
  const conflict = mergeByHand({ subject: id, round, target, tip }, survey);
  const role = conflict?.last?.role ?? found.role;
  if (!conflict || role === undefined) throw noConflict(subject);
  const { start, merge, last } = conflict;
  return {
    id: { subject: id, round, attempt: (last?.id.attempt ?? 0) + 1 },
    kind: "conflict",
    role,
    start,
    merge,
    cause: "resolved by a person",
    words: "",
    counts: false,
    issuedAtMs: project.engine.clock.nowMs(),
  };
}

function noConflict(subject: string): CrewError {
  return new CrewError("failed", `${subject} has no conflict to resolve`, { hint: "crew conflicts" });
}

function quoted(path: string): string {
  return /^[\w./@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
