// A merge that a person finishes: a work tree with the conflict laid out as git's own merge would, but by plumbing, so that
// no merge driver or filter meets an agent's content; and the person's commit taken as the report of the order that it answers.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { Report } from "../model/records.ts";
import type { Resolution, ResolutionSides, ResolutionState } from "../ports/review.ts";
import type { Context } from "./context.ts";
import type { Git } from "./git.ts";
import { placeRef } from "./layout.ts";
import type { Merges } from "./merges.ts";
import { orderCommit, reportCommit } from "./pins.ts";
import { checkPolicy } from "./policy.ts";
import { refOid, swapRefs } from "./refs.ts";
import {
  checkoutTimeoutMs,
  headOf,
  layOut,
  markMerge,
  personsGit,
  readSides,
  removeWorkTree,
  unfilteredGit,
  workTreePath,
} from "./resolution-tree.ts";

export async function prepareResolution(context: Context, { project, order }: Resolution): Promise<ResolutionSides> {
  const path = workTreePath(context, project, order.id.subject);
  const begun = existsSync(join(path, ".git")) ? await readSides(personsGit(context, path)) : undefined;
  if (begun) return begun;
  const sides = { start: order.start, merge: order.merge };
  const options = { timeoutMs: checkoutTimeoutMs };
  await removeWorkTree(context, path);
  mkdirSync(dirname(path), { recursive: true });
  const add = ["worktree", "add", "--quiet", "--detach", "--no-checkout", "--end-of-options", path, order.start];
  await personsGit(context, context.place.commonDir).bytes(add, options);
  const there = await unfilteredGit(context, path);
  const { tree, conflicts } = await layOut(context.view, sides);
  await there.bytes(["read-tree", "--reset", "-u", tree], options);
  await there.bytes(["update-index", "-z", "--index-info"], { stdin: conflicts });
  const message = `Resolve ${order.id.subject} by hand`;
  await markMerge(there, { ...sides, message, from: context.place.topLevel });
  return sides;
}

export async function takeResolution(
  context: Context,
  merges: Merges,
  { project, order }: Resolution,
): Promise<ResolutionState> {
  const path = workTreePath(context, project, order.id.subject);
  if (!existsSync(join(path, ".git"))) {
    throw new CrewError("failed", `There is no work tree for ${order.id.subject}.`, { at: path, hint: "crew status" });
  }
  const there = personsGit(context, path);
  const unmerged = await unmergedPaths(there);
  const commit = await headOf(there);
  if (unmerged.length > 0 || commit === order.start || (await hasChanges(there))) {
    return { kind: "unfinished", path, unmerged };
  }
  const [conflict] = await merges.test([{ target: order.start, source: order.merge }]);
  const { refusal } = await checkPolicy({ git: context.view, order, state: "done", commit, conflict });
  if (refusal !== undefined) return { kind: "refused", path, reason: refusal };
  const report = await pin(context, { project, order }, commit);
  // A person may have gone on there meanwhile.
  if ((await headOf(there)) !== commit || (await hasChanges(there))) return { kind: "taken", report, keptAt: path };
  await removeWorkTree(context, path);
  return { kind: "taken", report };
}

/** By the index alone: a look at the files could run filters on what the person has not seen yet. */
async function unmergedPaths(there: Git): Promise<readonly string[]> {
  const entries = (await there.text(["ls-files", "--unmerged", "-z"])).split("\0").filter(Boolean);
  return [...new Set(entries.map((entry) => entry.slice(entry.indexOf("\t") + 1)))];
}

async function hasChanges(there: Git): Promise<boolean> {
  return (await there.text(["status", "--porcelain", "--untracked-files=all"])) !== "";
}

/** Order and report in one transaction: an order alone would be the role's to work on. */
async function pin(context: Context, { project, order }: Resolution, commit: Oid): Promise<Report> {
  const { tree } = await context.objects.commit(commit);
  const said = { turns: 0, note: "resolved by a person", detail: "", oneSided: false } as const;
  const report: Report = { id: order.id, role: order.role, state: "done", commit, tree, ...said };
  const orderRef = placeRef(project, { kind: "order", id: order.id });
  const isOrdered = (await refOid(context, orderRef)) !== undefined;
  const changes = [
    ...(isOrdered ? [] : [{ ref: orderRef, to: await orderCommit(context, order) }]),
    { ref: placeRef(project, { kind: "done", id: order.id }), to: await reportCommit(context, report) },
  ];
  if (await swapRefs(context, changes)) return report;
  throw new CrewError("conflict", `${order.id.subject} has moved on meanwhile.`, { hint: "crew status" });
}
