// crew bead proposals, crew bead accept: what agents want to see as beads, and a person's word that it becomes one.
import { CrewError } from "../errors.ts";
import { routeBead } from "../merge/routing.ts";
import { beadTree } from "../merge/tree.ts";
import { acceptedAs, beadOfProposal, proposalsIn } from "../plan/proposals.ts";
import { jsonText } from "../ui/clean.ts";
import { renderLines } from "../ui/lines.ts";
import { createOutput } from "../ui/output.ts";
import { openProposals, proposalLines } from "../ui/proposals.ts";
import { wakeDriver } from "./driving/drivers.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";

export async function proposals(
  invocation: Invocation,
  flags: GlobalFlags & { readonly format: string },
): Promise<number> {
  const { crew, engine } = await openLastGood(invocation, flags);
  const { world } = await lookNow({ crew, engine });
  const open = openProposals({ crew, world });
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(flags.format === "json" ? `${jsonText(open, 2)}\n` : renderLines(proposalLines(open), data.format()));
  await data.flush();
  return 0;
}

/** Where no filter takes it, it is its role's: whoever wants it knows what it is about. */
async function assign(
  id: string,
  role: string,
  { project, now }: { readonly project: ViewedProject; readonly now: Now },
): Promise<void> {
  const { crew, engine } = project;
  const beads = await engine.beads.snapshot();
  const bead = beads.get(id);
  const { survey, world } = now;
  const tree = beadTree(survey.tree.epic, beads);
  const taken = bead && routeBead(bead, { crew, beads, tree, facts: world.repository.facts });
  if (taken?.kind === "role" || !crew.roles.some(({ name }) => name === role)) return;
  const value = { role, atMs: engine.clock.nowMs() };
  await engine.repository.writeFact(engine.project, { kind: "assignment", id, value });
}

/** Prints the id of the bead that each became, also of one that was accepted before. */
export async function accept(invocation: Invocation, flags: GlobalFlags, ids: readonly string[]): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const { crew, engine } = project;
  const now = await lookNow(project);
  mustBeUp(now);
  const { world, survey } = now;
  const all = proposalsIn(world);
  const chosen = ids.map((id) => {
    const found = all.find((each) => each.id === id);
    if (found) return found;
    throw new CrewError("failed", `There is no proposal ${id}`, { hint: "crew bead proposals" });
  });
  for (const proposal of chosen) {
    const known = acceptedAs(proposal, crew.name, world.beads);
    const bead = beadOfProposal(proposal, { project: crew.name, tree: survey.tree, world });
    if (!known) {
      await engine.beads.create(bead);
      await assign(bead.id, proposal.role, { project, now });
    }
    invocation.stdout.write(`${known?.id ?? bead.id}\n`);
  }
  await wakeDriver(invocation, project);
  return 0;
}
