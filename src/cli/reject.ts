// crew reject: a person's no to a report that is not merged yet. It goes back to the role with the person's words.
import { CrewError } from "../errors.ts";
import type { LeafState } from "../merge/leaves.ts";
import type { WorkState } from "../merge/work.ts";
import { formatOrderId, upwardSubject } from "../model/names.ts";
import type { Report } from "../model/records.ts";
import { underLock } from "./driving/under-lock.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";
import { said, saidAtMs } from "./said.ts";

export interface RejectFlags extends GlobalFlags {
  readonly message: string;
}

export async function reject(invocation: Invocation, flags: RejectFlags, subject: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  if (flags.message.trim() === "") {
    throw new CrewError("failed", "A rejection needs words for the agent", { hint: `crew reject ${subject} -m "…"` });
  }
  const command = `crew ${invocation.argv.join(" ")}`;
  // A pass that is under way may be merging the report just now.
  const next = await underLock(invocation, { flags, engine: project.engine, command }, () =>
    record(project, flags.message, subject),
  );
  await said(invocation, project, `${subject} is rejected; ${next}.`);
  return 0;
}

/** What follows from it, in words. */
async function record(project: ViewedProject, words: string, subject: string): Promise<string> {
  const now = await lookNow(project);
  mustBeUp(now);
  const { repository, project: name } = project.engine;
  const report = reportOf(subject, now);
  const id = formatOrderId(report.id);
  const atMs = saidAtMs(project, now.world.repository.facts.approvals.get(id));
  await repository.writeFact(name, { kind: "rejection", id, value: { commit: report.commit, words, atMs } });
  return whatFollows(subject, await lookNow(project));
}

function whatFollows(subject: string, { survey }: Now): string {
  const leaf = survey.leaves.find(({ bead }) => bead.id === subject);
  const found = leaf ?? survey.upward.find(({ role }) => role === subject);
  switch (found?.state.kind) {
    case "answering":
      return `it goes back to ${found.role}`;
    case "blocked":
      return `its attempts are used up: crew retry ${subject}`;
    default:
      return leaf ? `nobody takes it: crew assign ${subject} ROLE` : "crew status shows what follows";
  }
}

/** The report that would be merged next, of a bead or of a role's move upward. */
function reportOf(subject: string, { survey }: Now): Report {
  const leaf = survey.leaves.find((each) => each.bead.id === subject);
  const move = survey.upward.find((each) => each.role === subject);
  const state = leaf?.state ?? move?.state;
  if (state?.kind === "approval") return state.report;
  if (state?.kind === "merging" && state.report) return state.report;
  if (!leaf && !move) {
    throw new CrewError("failed", `There is no bead or role ${subject} whose report could be rejected`, {
      hint: "crew status",
    });
  }
  const id = leaf ? subject : upwardSubject(subject);
  throw new CrewError("failed", `${id} has no report that waits to be merged: ${whyNot(state?.kind)}`, {
    hint: "crew status",
  });
}

function whyNot(kind: LeafState["kind"] | WorkState["kind"] | undefined): string {
  switch (kind) {
    case "merged":
    case "closed":
      return "it is merged already";
    case "closed-by-person":
      return "a person closed it";
    case "working":
      return "it is being worked on";
    case "answering":
      return "its last report is answered already";
    case "merging":
      return "it moves up as it was merged below";
    case "none":
    case undefined:
      return "there is nothing to move up";
    default:
      return `it is ${kind}`;
  }
}
