// crew prompt BEAD: prints what its agent is told, or would be told next. Changes nothing.
import { orderMessage } from "../agents/order-message.ts";
import { CrewError } from "../errors.ts";
import type { Order } from "../model/records.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, type Now } from "./project/work-context.ts";

export async function prompt(invocation: Invocation, flags: GlobalFlags, bead: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  const order = orderOf(bead, now);
  const message = orderMessage({ ...now.world, crew: project.crew, order });
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(message.kind === "order" ? message.prompt : "");
  await data.flush();
  return 0;
}

/** The order that is at work, else the next one that the plan would give. */
function orderOf(bead: string, { survey, plan }: Now): Order {
  const leaf = survey.leaves.find((each) => each.bead.id === bead);
  if (!leaf) throw new CrewError("failed", `There is no bead ${bead} to be done.`, { hint: "crew status" });
  if (leaf.state.kind === "working") return leaf.state.order;
  for (const each of plan.operations) {
    // What it starts at is no part of the words.
    if (each.kind === "order.issue" && each.order.id.subject === bead) return { ...each.order, start: "" };
  }
  const cause = plan.notes.find(({ subject }) => subject === `bead ${bead}`)?.cause ?? leaf.state.kind;
  throw new CrewError("failed", `Nobody would be given ${bead} now: ${cause}`, { hint: "crew status" });
}
