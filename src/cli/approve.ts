// crew approve: a person's word that a report which waits for approval may merge. Records it and wakes the driver.
import { CrewError } from "../errors.ts";
import { formatOrderId } from "../model/names.ts";
import { wakeDriver } from "./drivers.ts";
import type { Invocation } from "./invocation.ts";
import type { GlobalFlags } from "./program.ts";
import { openProject } from "./project.ts";
import { lookNow, mustBeUp } from "./work-context.ts";

export interface ApproveFlags extends GlobalFlags {
  /** False when `--no-change` was given: commander reads it as the negation of `change`. */
  readonly change: boolean;
}

export async function approve(invocation: Invocation, flags: ApproveFlags, bead: string): Promise<number> {
  const project = await openProject(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  const leaf = now.survey.leaves.find((each) => each.bead.id === bead);
  if (!leaf)
    throw new CrewError("failed", `There is no bead ${bead} in this project that could be approved`, {
      hint: "crew status",
    });
  if (leaf.state.kind !== "approval") {
    throw new CrewError("failed", `${bead} does not wait for approval: it is ${leaf.state.kind}`, {
      hint: "crew status",
    });
  }
  const noChange = !flags.change;
  if (leaf.state.noChange !== noChange) {
    const hint = `crew approve ${bead}${leaf.state.noChange ? " --no-change" : ""}`;
    throw new CrewError("failed", `${bead} waits for another approval: ${leaf.state.reason}`, { hint });
  }
  const { report } = leaf.state;
  const value = { commit: report.commit, noChange, atMs: project.engine.clock.nowMs() };
  await project.engine.repository.writeFact(project.engine.project, {
    kind: "approval",
    id: formatOrderId(report.id),
    value,
  });
  const isDriven = await wakeDriver(invocation, project);
  invocation.stderr.write(`${bead} is approved.${isDriven ? "" : " Nobody is driving: crew up"}\n`);
  return 0;
}
