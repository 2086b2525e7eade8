// What in a round's work, up to a reported commit, a person has to look at: protected paths that it changes, and what else is
// risky. Decides nothing: whether that waits for a person is the merge's business.
import type { Oid } from "../model/names.ts";
import { protectedBy } from "../model/protected-paths.ts";
import type { Order } from "../model/records.ts";
import { changesBetween } from "./changes.ts";
import type { Context } from "./context.ts";
import { firstPins } from "./first-order.ts";
import { askAncestor } from "./history.ts";
import { projectRoot } from "./layout.ts";
import { listRefs } from "./refs.ts";
import { riskyChanges } from "./risky-changes.ts";
import { oneLine } from "./text.ts";

export interface ProtectedQuestion {
  readonly project: string;
  readonly order: Order;
  readonly commit: Oid;
  /** Beside the built-in ones. */
  readonly protect: readonly string[];
}

/**
 * Sorted; the first of them, each fit for one line. Against the start of the round's first order, since a later one goes
 * on with what nobody has approved; what stands in a tip like that is merged already, and not this round's doing. Only
 * of tips that reach that start: one that is behind may still have what was since changed with approval. A rename is a change of both names, and a link one of its own name.
 */
export async function changesToSee(context: Context, question: ProtectedQuestion): Promise<ChangesToSee> {
  const { commit, protect } = question;
  const isProtected = protectedBy(protect);
  const [start = question.order.start] = await firstPins(context, question);
  const changes = await changesBetween(context.view, start, commit);
  if (changes.length === 0) return { protects: [], doubts: [] };
  const merged = await mergedPaths(
    context,
    { ...question, start },
    changes.map(({ path }) => path),
  );
  const own = changes.filter(({ path }) => !merged.has(path));
  const protects = listed(own.map(({ path }) => path).filter(isProtected));
  return { protects, doubts: await riskyChanges(context.view, { start, changes: own, isProtected }) };
}

export interface ChangesToSee {
  readonly protects: readonly string[];
  readonly doubts: readonly string[];
}

/** Paths that are in a tip as they are in the commit. */
async function mergedPaths(
  context: Context,
  { project, commit, start }: ProtectedQuestion & { readonly start: Oid },
  changed: readonly string[],
): Promise<ReadonlySet<string>> {
  const tips = await listRefs(context, [`${projectRoot(project)}tip/`]);
  const same = new Set<string>();
  for (const { oid } of tips.values()) {
    if (!(await askAncestor(context.view, start, oid))) continue;
    const differs = new Set((await changesBetween(context.view, oid, commit)).map(({ path }) => path));
    for (const path of changed) if (!differs.has(path)) same.add(path);
  }
  return same;
}

/** More than a person reads. */
const maxListed = 100;

function listed(paths: readonly string[]): readonly string[] {
  return paths.map((path) => oneLine(path, 500)).slice(0, maxListed);
}
