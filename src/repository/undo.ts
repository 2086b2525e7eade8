// A person's wish to take a merged round out again: the evidence taken back on top of itself, pinned until it is merged and
// after. Decides nothing.
import type { Undo } from "../model/records.ts";
import type { Context } from "./context.ts";
import { placeRef } from "./layout.ts";
import { type Commit, writeCommit } from "./objects.ts";
import { headerOf, malformed, recordMessage } from "./records.ts";
import { refOid, swapRef } from "./refs.ts";

/**
 * The commit has the evidence as its parent and the tree of the evidence's own first parent, so that its merge into a tip
 * that reaches the evidence is a revert: git-revert(1) does that merge too.
 */
export async function askUndo(context: Context, project: string, undo: Omit<Undo, "commit">): Promise<void> {
  const { bead, round, evidence, words, atMs } = undo;
  const ref = placeRef(project, { kind: "undo", bead, round });
  const to = await writeCommit(context.view, {
    tree: `${evidence}^1^{tree}`,
    parents: [evidence],
    date: Math.floor(atMs / 1000),
    message: recordMessage(words, [
      ["Undo", `${bead} ${round}`],
      ["Asked", String(atMs)],
    ]),
  });
  await swapRef(context, { ref, from: await refOid(context, ref), to });
}

/** Whose merge is a revert. */
export function isUndoCommit({ parents, message }: Commit): boolean {
  return parents.length === 1 && /^Undo: \S+ \d+\n/.test(message);
}

export async function dropUndo(
  context: Context,
  project: string,
  { bead, round, commit }: Pick<Undo, "bead" | "round" | "commit">,
): Promise<void> {
  await swapRef(context, { ref: placeRef(project, { kind: "undo", bead, round }), from: commit, to: undefined });
}

export function parseUndo(
  commit: Commit,
  { bead, round }: { readonly bead: string; readonly round: number },
  ref: string,
): Undo {
  const header = headerOf(commit, ref);
  const [evidence, ...others] = commit.parents;
  if (evidence === undefined || others.length > 0) throw malformed(ref, "it does not have one parent");
  if (header.text("Undo") !== `${bead} ${round}`) throw malformed(ref, `it is the undo of ${header.text("Undo")}`);
  return { bead, round, commit: commit.oid, evidence, words: header.body, atMs: header.number("Asked") };
}
