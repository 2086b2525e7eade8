// Moves and deletes visible branches, and notes what is shown there. Decides nothing.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import { lastShown } from "./branches.ts";
import type { Context } from "./context.ts";
import { historyOf } from "./history.ts";
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
 * (`files_transaction_finish` in git's refs/files-backend.c). So what is about to be shown is announced first, then the branch
 * moves, then the note takes the announcement's place: wherever that breaks off, the branch stands where one of the two says. A
 * branch that is there already gets its note only.
 */
export async function showBranch(context: Context, project: string, show: Show): Promise<void> {
  const { name, from, to } = show;
  const branch = branchRef(show.branch);
  const shown = placeRef(project, { kind: "shown", name });
  const showing = placeRef(project, { kind: "showing", name });
  const refs = await listRefs(context, [branch, shown, showing]);
  const [now, note, announced] = [branch, shown, showing].map((ref) => refs.get(ref)?.oid);
  if (now !== to && now !== from) throw movedAway(branch, now);
  const move = { changes: [{ ref: branch, from, to }], history: "any" } as const;
  if (now === to || to === undefined) {
    if (now !== to) await pushRefs(context, move);
    return settle(context, { note: { ref: shown, from: note, to }, showing, announced });
  }
  const last = await lastShown({ oid: now, shown: note, showing: announced }, historyOf(context.view));
  const announcement = [
    { ref: shown, from: note, to: last },
    { ref: showing, from: announced, to },
  ];
  if (!(await swapRefs(context, announcement.filter(isChange)))) throw movedAway(showing);
  await pushRefs(context, move);
  await settle(context, { note: { ref: shown, from: last, to }, showing, announced: to });
}

interface Settling {
  readonly note: RefChange;
  readonly showing: string;
  readonly announced: Oid | undefined;
}

/** An announcement that is another one by now is for whoever made it. */
async function settle(context: Context, { note, showing, announced }: Settling): Promise<void> {
  const changes = [note, { ref: showing, from: announced }].filter(isChange);
  if (changes.length > 0 && (await swapRefs(context, changes))) return;
  await swapRef(context, note);
}

function isChange({ from, to }: RefChange): boolean {
  return from !== to;
}

function movedAway(ref: string, now?: Oid): CrewError {
  const where = now === undefined ? "" : `: it is ${now}`;
  return new CrewError("conflict", `${ref.replace("refs/heads/", "")} was moved by somebody else${where}.`, {
    hint: "The next pass sees it: crew up",
    at: ref,
  });
}
