// What `crew approve` shows of a report, and what of it the approval stands for: the protected paths as they would come in.
import { targetOf } from "../../merge/targets.ts";
import { upwardSubject } from "../../model/names.ts";
import { protectedBy } from "../../model/protected-paths.ts";
import type { ApprovalFact, Report } from "../../model/records.ts";
import { createOutput } from "../../ui/output.ts";
import { patchText } from "../../ui/patch.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import type { ViewedProject } from "../project/opened.ts";
import type { Now } from "../project/work-context.ts";

export interface Approved {
  readonly project: ViewedProject;
  readonly now: Now;
  /** Bead, or the role that moves up. */
  readonly subject: string;
  readonly report: Report;
}

/** Longer ones are shown as how much of each file; `crew diff` has the whole. */
const linesShown = 200;

export async function showApproved(
  invocation: Invocation,
  flags: GlobalFlags,
  { project, now, subject, report }: Approved,
): Promise<Pick<ApprovalFact, "entries">> {
  const { repository } = project.engine;
  const isUpward = report.id.subject === upwardSubject(subject);
  const above = isUpward ? now.survey.upward.find(({ role }) => role === subject)?.target : undefined;
  const target = now.world.repository.tips.get(above ?? targetOf(project.crew, report.role))?.oid;
  if (target === undefined) return {};
  const range = { from: target, to: { kind: "commit", oid: report.commit } } as const;
  const patch = Buffer.from(await repository.diff({ ...range, form: "patch" })).toString("utf8");
  const isShort = patch.split("\n").length <= linesShown;
  const shown = isShort ? patch : Buffer.from(await repository.diff({ ...range, form: "stat" })).toString("utf8");
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(data.isTty ? patchText(shown, data.format()) : shown);
  await data.flush();
  const [tried] = await repository.testMerges([{ source: report.commit, target }]);
  const changes = tried?.kind === "clean" ? tried.changes : undefined;
  const isProtected = protectedBy(project.crew.protect);
  const pinned = [...(changes ?? [])].filter(([path]) => isProtected(path));
  return pinned.length === 0 ? {} : { entries: Object.fromEntries(pinned) };
}
