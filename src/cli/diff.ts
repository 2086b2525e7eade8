// crew diff: what a role, a bead or the whole epic changes, as git shows it. `--live` looks at the work in hand as it stands.

import { CrewError } from "../errors.ts";
import { targetOf } from "../merge/targets.ts";
import { roleNamed } from "../model/crew.ts";
import { epicTip, type Oid } from "../model/names.ts";
import type { DiffRequest } from "../ports/review.ts";
import { liveRef } from "../ports/runtime.ts";
import { createOutput } from "../ui/output.ts";
import { patchText } from "../ui/patch.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";

export interface DiffFlags extends GlobalFlags {
  readonly live?: boolean;
  readonly stat?: boolean;
  readonly nameStatus?: boolean;
}

export async function diff(invocation: Invocation, flags: DiffFlags, subject: string | undefined): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  const range = flags.live === true ? await liveRange(project, now, subject) : rangeOf(project, now, subject);
  const form = flags.stat === true ? "stat" : flags.nameStatus === true ? "names" : "patch";
  const bytes = await project.engine.repository.diff({ ...range, form });
  const { data } = createOutput({ ...invocation, color: flags.color });
  // A pipe gets the patch as it is, so that git can apply it; a terminal must not be told what to do by it.
  if (data.isTty) data.write(patchText(Buffer.from(bytes).toString("utf8"), data.format()));
  else invocation.stdout.write(bytes);
  await data.flush();
  return 0;
}

type Range = Omit<DiffRequest, "form">;

function rangeOf({ crew }: ViewedProject, now: Now, subject: string | undefined): Range {
  const { tips, start, branches } = now.world.repository;
  const epic = tips.get(epicTip)?.oid;
  if (subject === undefined) return between(start, epic, { what: "the epic" });
  const leaf = now.survey.leaves.find(({ bead }) => bead.id === subject);
  if (leaf) {
    const evidence = now.survey.evidence.commitOf(subject, leaf.round);
    if (evidence) return between(evidence.parents[0], evidence.oid, { what: subject });
    const to = reportedBy(subject, leaf.round, now);
    return between(tips.get(leaf.target)?.oid, to, { what: subject, isLive: leaf.state.kind === "working" });
  }
  if (!roleNamed(crew, subject) && !tips.has(subject)) throw unknown(subject, now);
  const target = tips.get(targetOf(crew, subject))?.oid;
  const tip = tips.get(subject)?.oid;
  const move = now.survey.upward.find(({ role }) => role === subject);
  if (move?.state.kind === "approval") return between(target, move.state.report.commit, { what: subject });
  return tip === undefined
    ? between(target, branches.get(subject)?.oid, { what: subject, isLive: true })
    : between(tips.get(roleNamed(crew, subject)?.into ?? epicTip)?.oid, tip, { what: subject });
}

interface Shown {
  readonly what: string;
  /** There may be work in hand. */
  readonly isLive?: boolean;
}

function between(from: Oid | undefined, to: Oid | undefined, { what, isLive }: Shown): Range {
  if (from === undefined || to === undefined) {
    throw new CrewError("failed", `There is nothing of ${what} to show yet`, {
      hint: isLive === true ? `crew diff ${what} --live` : "crew status",
    });
  }
  return { from, to: { kind: "commit", oid: to } };
}

function unknown(subject: string, { survey }: Now): CrewError {
  if (!survey.beads.has(subject)) {
    return new CrewError("failed", `There is no bead or role ${subject}`, { hint: "crew status" });
  }
  return new CrewError("failed", `${subject} is no leaf of this epic: what changes is in the beads below it`, {
    hint: `crew bead show ${subject}`,
  });
}

/** The commit of the bead's last report in this round. */
function reportedBy(bead: string, round: number, { survey }: Now): Oid | undefined {
  const reports = survey.history.orders(bead, round).map((order) => survey.history.reportOf(order));
  return reports.findLast((report) => report !== undefined && report.state !== "refused")?.commit;
}

/** Against what the order in hand began at. */
async function liveRange({ crew, engine }: ViewedProject, now: Now, subject: string | undefined): Promise<Range> {
  if (subject === undefined)
    throw new CrewError("failed", "Whose work? --live needs a role or a bead", { hint: "crew ps" });
  const { runtime } = engine;
  const orders = [...now.survey.leaves, ...now.survey.upward].flatMap(({ state }) =>
    state.kind === "working" ? [state.order] : [],
  );
  const inHand = orders.find(({ id, role }) => id.subject === subject || role === subject);
  if (!inHand && now.survey.leaves.some(({ bead }) => bead.id === subject)) {
    throw new CrewError("failed", `Nobody works on ${subject} right now`, { hint: "crew status" });
  }
  const role = inHand?.role ?? subject;
  if (!roleNamed(crew, role)) throw unknown(role, now);
  if (!(await runtime.snapshot(role))) {
    throw new CrewError("failed", `${role} has no clone yet`, { hint: "crew up" });
  }
  const from = inHand?.start ?? now.world.repository.tips.get(targetOf(crew, role))?.oid;
  if (from === undefined) return between(from, from, { what: role });
  return { from, to: { kind: "live", role, ref: liveRef, uploadPack: runtime.uploadPack(role) } };
}
