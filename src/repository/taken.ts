// Takes a branch that a person rewrote as that person's work. Moves no branch.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { Context } from "./context.ts";
import { placeRef } from "./layout.ts";
import { listRefs, swapRef, swapRefs } from "./refs.ts";

export interface Taking {
  /** Role, or `epic`. */
  readonly name: string;
  /** What crew showed there last. */
  readonly shown: Oid;
  /** Where the branch stands. */
  readonly oid: Oid;
  /** The tip that it is to be merged into. */
  readonly target: Oid;
}

/** From here on the branch counts as ahead of what it has in common with its target, with its own commits. */
export async function takeBranch(context: Context, project: string, taking: Taking): Promise<void> {
  const { name, shown, oid, target } = taking;
  const { stdout } = await context.view.attempt(["merge-base", "--end-of-options", oid, target]);
  const [base] = stdout.toString("utf8").split("\n");
  if (!base) {
    throw new CrewError("failed", `${oid} has no commit in common with ${target}: it cannot be merged.`, {
      hint: "Move the branch back, or put your commits on top of the epic's branch: git rebase --onto",
    });
  }
  const note = placeRef(project, { kind: "shown", name });
  const showing = placeRef(project, { kind: "showing", name });
  const refs = await listRefs(context, [note, showing]);
  const announced = refs.get(showing)?.oid;
  const from = announced === shown ? refs.get(note)?.oid : shown;
  const changes = [
    { ref: note, from, to: base },
    ...(announced === undefined ? [] : [{ ref: showing, from: announced }]),
  ];
  if (await swapRefs(context, changes)) return;
  await swapRef(context, { ref: note, from, to: base });
}
