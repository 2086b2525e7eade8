// crew reject: a person's no to a report that is not merged yet. It goes back to the role with the person's words.
import { CrewError } from "../errors.ts";
import { formatOrderId, upwardSubject } from "../model/names.ts";
import type { Report } from "../model/records.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project.ts";
import { said } from "./said.ts";
import { lookNow, mustBeUp, type Now } from "./work-context.ts";

export interface RejectFlags extends GlobalFlags {
  readonly message: string;
}

export async function reject(invocation: Invocation, flags: RejectFlags, subject: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  if (flags.message.trim() === "") {
    throw new CrewError("failed", "A rejection needs words for the agent", { hint: `crew reject ${subject} -m "…"` });
  }
  const report = reportOf(subject, now);
  const value = { commit: report.commit, words: flags.message, atMs: project.engine.clock.nowMs() };
  const { repository, project: name } = project.engine;
  await repository.writeFact(name, { kind: "rejection", id: formatOrderId(report.id), value });
  await said(invocation, project, `${subject} is rejected; it goes back to ${report.role}.`);
  return 0;
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
  const why = leaf ? whyNot(leaf.state.kind) : `it is ${state?.kind ?? "idle"}`;
  const id = leaf ? subject : upwardSubject(subject);
  throw new CrewError("failed", `${id} has no report that waits to be merged: ${why}`, { hint: "crew status" });
}

function whyNot(kind: string): string {
  switch (kind) {
    case "merged":
    case "closed":
      return "it is merged already";
    case "working":
      return "it is being worked on";
    default:
      return `it is ${kind}`;
  }
}
