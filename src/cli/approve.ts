// crew approve: a person's word that a report which waits for approval may merge, or that a rewritten branch is taken.
// Records it and wakes the driver.
import { CrewError } from "../errors.ts";
import type { WorkState } from "../merge/work.ts";
import { formatOrderId } from "../model/names.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";
import { approveBranch, branchWords } from "./review/approve-branch.ts";
import { showApproved } from "./review/approved-changes.ts";
import { said, saidAtMs } from "./said.ts";

export interface ApproveFlags extends GlobalFlags {
  /** False when `--no-change` was given: commander reads it as the negation of `change`. */
  readonly change: boolean;
}

export async function approve(invocation: Invocation, flags: ApproveFlags, subject: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  const taken = await approveBranch(project, now, subject);
  if (taken !== undefined) {
    await said(invocation, project, taken);
    return 0;
  }
  const state = stateOf(subject, now);
  const noChange = !flags.change;
  if (state.noChange !== noChange) {
    const hint = `crew approve ${subject}${state.noChange ? " --no-change" : ""}`;
    throw new CrewError("failed", `${subject} waits for another approval: ${state.reason}`, { hint });
  }
  const { engine } = project;
  const seen = await showApproved(invocation, flags, { project, now, subject, report: state.report });
  const id = formatOrderId(state.report.id);
  const atMs = saidAtMs(project, now.world.repository.facts.rejections.get(id));
  const value = { commit: state.report.commit, ...seen, noChange, atMs };
  await engine.repository.writeFact(engine.project, { kind: "approval", id, value });
  await said(invocation, project, `${subject} is approved.`);
  return 0;
}

/** Of a bead, or of a role's move upward. */
function stateOf(subject: string, now: Now): Extract<WorkState, { readonly kind: "approval" }> {
  const { survey } = now;
  const leaf = survey.leaves.find((each) => each.bead.id === subject);
  const state = leaf?.state ?? survey.upward.find((move) => move.role === subject)?.state;
  if (!state)
    throw new CrewError(
      "failed",
      branchWords(now, subject) ?? `There is no bead, role or branch ${subject} that could be approved`,
      {
        hint: "crew status",
      },
    );
  if (state.kind === "approval") return state;
  throw new CrewError("failed", `${subject} does not wait for approval: it is ${state.kind}`, { hint: "crew status" });
}
