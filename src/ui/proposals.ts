// Beads that agents want: those that nobody has accepted, each with the command that takes it in. Pure.
import { acceptedAs, type Proposal, proposalsIn } from "../plan/proposals.ts";
import { type Line, line, span, whole, wrapped } from "./lines.ts";
import type { Seen } from "./seen.ts";

export function openProposals({ crew, world }: Pick<Seen, "crew" | "world">): readonly Proposal[] {
  return proposalsIn(world).filter((each) => acceptedAs(each, crew.name, world.beads) === undefined);
}

/** Under the heading "Proposed by agents"; nothing where none is. */
export function proposalLines(proposals: readonly Proposal[]): readonly Line[] {
  if (proposals.length === 0) return [];
  return [line(span("Proposed by agents", "bold")), ...proposals.flatMap(proposalEntry)];
}

function proposalEntry({ id, role, title, type, priority, description }: Proposal): readonly Line[] {
  const about = description === "" ? "" : `: ${description}`;
  return [
    wrapped(4, span("  + ", "dim"), `${title} (${type}, P${priority}, by ${role})${about}`),
    whole("      ", `crew bead accept ${id}`),
  ];
}
