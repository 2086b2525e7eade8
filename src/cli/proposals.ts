// crew bead proposals, crew bead accept: what agents want to see as beads, and a person's word that it becomes one.
import { CrewError } from "../errors.ts";
import { acceptedAs, beadOfProposal, proposalsIn } from "../plan/proposals.ts";
import { jsonText } from "../ui/clean.ts";
import { renderLines } from "../ui/lines.ts";
import { createOutput } from "../ui/output.ts";
import { openProposals, proposalLines } from "../ui/proposals.ts";
import { wakeDriver } from "./drivers.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project.ts";
import { lookNow, mustBeUp } from "./work-context.ts";

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
    if (!known) await engine.beads.create(bead);
    invocation.stdout.write(`${known?.id ?? bead.id}\n`);
  }
  await wakeDriver(invocation, project);
  return 0;
}
