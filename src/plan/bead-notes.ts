// Beads that nothing is done about in this pass, each with the cause: at work, on its way, or waiting for what. Pure.

import type { Leaf } from "../merge/leaves.ts";
import { formatOrderId } from "../model/names.ts";
import type { Note, Operation } from "../model/plan.ts";
import type { PlanContext } from "./context.ts";
import { chosenCandidates } from "./merges.ts";
import { type RoleWork, workByRole } from "./orders.ts";

interface Around {
  readonly work: ReadonlyMap<string, RoleWork>;
  readonly ordered: ReadonlySet<string>;
  /** Subjects of the candidates whose gates come first in their tips. */
  readonly chosen: ReadonlySet<string>;
  readonly close: "on-land" | "on-merge";
}

export function beadNotes(context: PlanContext, operations: readonly Operation[]): readonly Note[] {
  const around: Around = {
    work: workByRole(context),
    ordered: new Set(operations.flatMap((each) => (each.kind === "order.issue" ? [each.order.id.subject] : []))),
    chosen: new Set(chosenCandidates(context.survey).flatMap(({ subject, batch }) => batch ?? [subject])),
    close: context.crew.close,
  };
  return context.survey.leaves.flatMap((leaf) => {
    const cause = causeOf(leaf, around);
    return cause === undefined ? [] : [{ subject: `bead ${leaf.bead.id}`, cause }];
  });
}

function causeOf(leaf: Leaf, { work, ordered, chosen, close }: Around): string | undefined {
  const { bead, role, state, target } = leaf;
  switch (state.kind) {
    case "working":
      return `with ${state.order.role}: order ${formatOrderId(state.order.id)}`;
    case "merging":
      if (state.candidate.state !== "pending") return undefined;
      return chosen.has(bead.id)
        ? `its gates decide whether it merges into ${target}`
        : `waits for its turn to merge into ${target}`;
    case "answering":
      return ordered.has(bead.id) ? undefined : `goes back to ${role ?? "its role"}: ${state.answer.cause}`;
    case "waiting":
      return `waits for ${state.on.join(", ")}`;
    case "ready": {
      const busy = work.get(role ?? "")?.current?.subject;
      if (ordered.has(bead.id)) return undefined;
      return busy === undefined ? `ready for ${role ?? "its role"}` : `ready; ${role ?? "its role"} has ${busy}`;
    }
    case "merged":
      return close === "on-land" ? `merged into ${target}; closed when the epic lands` : `merged into ${target}`;
    case "undoing":
      return "its merge is being undone";
    case "ambiguous":
    case "approval":
    case "blocked":
    case "closed":
    case "closed-by-person":
    case "held":
    case "unassigned":
      return undefined;
  }
}
