// crew assign: a person's word on who takes a bead, over its task's role and all filters. Records it and wakes the driver.
import { CrewError } from "../errors.ts";
import { isDone } from "../merge/leaves.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp } from "./project/work-context.ts";
import { mustBeRoles, said, saidAtMs } from "./said.ts";

export async function assign(invocation: Invocation, flags: GlobalFlags, bead: string, role: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const { crew, engine } = project;
  const now = await lookNow(project);
  mustBeUp(now);
  const leaf = now.survey.leaves.find((each) => each.bead.id === bead);
  if (!leaf) {
    const why = now.survey.beads.has(bead) ? "is no leaf of this epic: only leaves are handed out" : "is not there";
    throw new CrewError("failed", `${bead} ${why}`, { hint: "crew status" });
  }
  mustBeRoles(crew, [role]);
  if (isDone(leaf.state)) {
    throw new CrewError("failed", `${bead} is done already`, { hint: `crew bead reopen ${bead}` });
  }
  const value = { role, atMs: saidAtMs(project, now.world.repository.facts.retries.get(bead)) };
  await engine.repository.writeFact(engine.project, { kind: "assignment", id: bead, value });
  const holder = leaf.state.kind === "working" ? leaf.state.order.role : role;
  const later = holder === role ? "" : ` ${holder} has it in hand; ${role} gets what follows.`;
  await said(invocation, project, `${bead} is ${role}'s.${later}`);
  return 0;
}
