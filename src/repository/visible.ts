// Moves and deletes visible branches, and notes what is shown there. Decides nothing.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { Context } from "./context.ts";
import { branchRef, placeRef } from "./layout.ts";
import { pushRefs } from "./push.ts";
import { listRefs, type RefChange, swapRef, swapRefs } from "./refs.ts";

export interface Show {
  /** Role, or `epic`. */
  readonly name: string;
  /** Short branch name. */
  readonly branch: string;
  readonly from?: Oid;
  /** Absent: the branch is deleted. */
  readonly to?: Oid;
}

/**
 * Branch and note are two refs, and git moves refs one by one, those of an atomic push too: it can be killed in between
 * (`files_transaction_finish` in git's refs/files-backend.c). So what is about to be shown is noted first, then the branch
 * moves, then the note of what was shown: wherever that breaks off, the branch stands where one of the two says. A branch
 * that is there already gets its note only.
 */
export async function showBranch(context: Context, project: string, show: Show): Promise<void> {
  const { name, from, to } = show;
  const branch = branchRef(show.branch);
  const shown = placeRef(project, { kind: "shown", name });
  const showing = placeRef(project, { kind: "showing", name });
  const refs = await listRefs(context, [branch, shown, showing]);
  const [now, note, announced] = [branch, shown, showing].map((ref) => refs.get(ref)?.oid);
  if (now !== to && now !== from) {
    throw new CrewError("conflict", `${show.branch} was moved by somebody else: it is ${now ?? "gone"}.`, {
      hint: "The next pass sees it: crew up",
      at: branch,
    });
  }
  const move = { changes: [{ ref: branch, from, to }], history: "any" } as const;
  if (to === undefined) {
    if (now !== to) await pushRefs(context, move);
    return moveNotes(context, [
      { ref: shown, from: note },
      { ref: showing, from: announced },
    ]);
  }
  // A showing that was broken off once the branch had moved is made whole.
  const before = now !== undefined && now === announced ? now : note;
  if (now !== to) {
    await moveNotes(context, [
      { ref: shown, from: note, to: before },
      { ref: showing, from: announced, to },
    ]);
    await pushRefs(context, move);
  }
  await swapRef(context, { ref: shown, from: now === to ? note : before, to });
}

/** Both or none. */
async function moveNotes(context: Context, notes: readonly RefChange[]): Promise<void> {
  const changes = notes.filter(({ from, to }) => from !== to);
  if (await swapRefs(context, changes)) return;
  throw new CrewError("conflict", `${changes[0]?.ref} was moved by somebody else.`, {
    hint: "The next pass sees it: crew up",
    at: changes[0]?.ref ?? "",
  });
}
