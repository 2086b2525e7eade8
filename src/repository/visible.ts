// Moves and deletes visible branches together with the note of what was shown there. Decides nothing.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { Context } from "./context.ts";
import { branchRef, placeRef } from "./layout.ts";
import { pushRefs } from "./push.ts";
import { listRefs, type RefChange, swapRef } from "./refs.ts";

export interface Show {
  /** Role, or `epic`. */
  readonly name: string;
  /** Short branch name. */
  readonly branch: string;
  readonly from?: Oid;
  /** Absent: the branch is deleted. */
  readonly to?: Oid;
}

/** Branch and note move in one atomic push. A branch that is there already gets its note only. */
export async function showBranch(context: Context, project: string, show: Show): Promise<void> {
  const branch = branchRef(show.branch);
  const shown = placeRef(project, { kind: "shown", name: show.name });
  const refs = await listRefs(context, [branch, shown]);
  const note: RefChange = { ref: shown, from: refs.get(shown)?.oid, to: show.to };
  const now = refs.get(branch)?.oid;
  if (now === show.to) return swapRef(context, note);
  if (now !== show.from) {
    throw new CrewError("conflict", `${show.branch} was moved by somebody else: it is ${now ?? "gone"}.`, {
      hint: "The next pass sees it: crew up",
      at: branch,
    });
  }
  const move: RefChange = { ref: branch, from: show.from, to: show.to };
  // A push of a ref to where it stands is refused as stale by none, but a deletion of an absent one is an error.
  await pushRefs(context, { changes: note.from === note.to ? [move] : [move, note], history: "any" });
}
