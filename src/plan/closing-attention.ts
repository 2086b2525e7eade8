// Beads that are due to be closed and kept open by one that is none of crew's to close. Pure.

import type { Attention } from "../model/attention.ts";
import type { Bead } from "../model/bead.ts";
import { isClosedBelow, isLeafDue, isReopenedParent, openBlockers } from "./closing.ts";
import type { PlanContext } from "./context.ts";

export function closingAttention(context: PlanContext): readonly Attention[] {
  const { tree, leaves, beads } = context.survey;
  const parents = [...tree.children.keys()].flatMap((id) => beads.get(id) ?? []);
  const due = [
    ...leaves.filter((leaf) => isLeafDue(leaf, context)).map(({ bead }) => bead),
    ...parents.filter(
      (bead) => bead.status !== "closed" && isClosedBelow(bead, context) && !isReopenedParent(bead, context),
    ),
  ];
  return due.flatMap((bead) => heldOpen(bead, context));
}

function heldOpen(bead: Bead, context: PlanContext): readonly Attention[] {
  const { tree } = context.survey;
  const outside = openBlockers(bead, context).find((id) => id !== tree.epic && !tree.depth.has(id));
  if (outside === undefined) return [];
  const reason = `${bead.id} is done, and cannot be closed before ${outside}, which is not part of this epic`;
  const commands = [`crew bead close ${outside}`, `crew bead dep remove ${bead.id} ${outside}`];
  return [{ kind: "waiting", subject: bead.id, reason, commands }];
}
