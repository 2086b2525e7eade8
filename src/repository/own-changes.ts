// What a role itself has changed for its move upward, as against what it was given: what its children brought is held against
// their paths, not against its own. Decides nothing.
import { type Oid, upwardRole } from "../model/names.ts";
import type { Order, OwnChanges } from "../model/records.ts";
import type { MergePair } from "../model/world.ts";
import { changesBetween } from "./changes.ts";
import type { Context } from "./context.ts";
import { placeRef } from "./layout.ts";
import { mergeTrees, type RawMerge } from "./merge-tree.ts";
import type { Merges } from "./merges.ts";
import { parseReport } from "./records.ts";
import { refOid } from "./refs.ts";

export interface OwnQuestion {
  readonly project: string;
  readonly order: Order;
  readonly commit: Oid;
}

/** Enough to tell a person; whoever changes more is held against no list. */
const maxKept = 100;
/** Characters: a record's line holds them also when each is escaped. */
const maxLength = 15_000;

/** Sorted, those of the round's earlier reports with them: a later order goes on with what they made. Absent for a bead's. */
export async function ownChanges(
  context: Context,
  merges: Merges,
  question: OwnQuestion,
): Promise<OwnChanges | undefined> {
  if (upwardRole(question.order.id.subject) === undefined) return undefined;
  const before = await lastOwn(context, question);
  if (before === "many") return "many";
  const own = [...new Set([...before, ...(await changedPaths(context, merges, question))])].sort();
  return own.length > maxKept || JSON.stringify(own).length > maxLength ? "many" : own;
}

/** Of the report before it in its round, which has all earlier ones'. A refused one brought nothing: nobody goes on with it. */
async function lastOwn(context: Context, { project, order: { id } }: OwnQuestion): Promise<OwnChanges> {
  for (let attempt = id.attempt - 1; attempt > 0; attempt -= 1) {
    const earlier = { ...id, attempt };
    const ref = placeRef(project, { kind: "done", id: earlier });
    const pinned = await refOid(context, ref);
    if (pinned === undefined) continue;
    const report = parseReport(await context.objects.commit(pinned), earlier, ref);
    if (report.state !== "refused") return report.own ?? [];
  }
  return [];
}

/** Against the order's start, or what git makes of the two that it merges. What was in conflict in its round had to be changed. */
async function changedPaths(context: Context, merges: Merges, question: OwnQuestion): Promise<readonly string[]> {
  const { view } = context;
  const { order, commit } = question;
  const pairs = await roundMerges(context, question);
  const conflicts = (await mergeTrees(view, pairs)).filter(({ paths }) => paths.length > 0);
  const given = new Set(conflicts.flatMap((raw) => [...raw.paths, ...raw.invented]));
  const changed = await changesBetween(view, await givenTree(merges, { order, conflicts }), commit);
  return changed.map(({ path }) => path).filter((path) => !given.has(path));
}

/** What the orders of the round have merged up to this one. */
async function roundMerges(context: Context, { project, order }: OwnQuestion): Promise<readonly MergePair[]> {
  const pairs: MergePair[] = order.merge === undefined ? [] : [{ target: order.start, source: order.merge }];
  for (let attempt = 1; attempt < order.id.attempt; attempt += 1) {
    const pinned = await refOid(context, placeRef(project, { kind: "order", id: { ...order.id, attempt } }));
    if (pinned === undefined) continue;
    const [target, source] = (await context.objects.commit(pinned)).parents;
    if (target !== undefined && source !== undefined) pairs.push({ target, source });
  }
  return pairs;
}

interface Given {
  readonly order: Order;
  readonly conflicts: readonly RawMerge[];
}

async function givenTree(merges: Merges, { order: { start, merge }, conflicts }: Given): Promise<Oid> {
  if (merge === undefined) return start;
  const conflict = conflicts.find(({ pair }) => pair.target === start && pair.source === merge);
  if (conflict) return conflict.tree;
  const [tried] = await merges.test([{ target: start, source: merge }]);
  return tried?.kind === "clean" ? tried.tree : start;
}
