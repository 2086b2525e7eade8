// Beads as the agent's `bd` reads them: a JSON array in the exchange format, one issue a line, so that sh can pick one. Pure.
import type { Bead } from "../model/bead.ts";

export function beadLines(beads: readonly Bead[]): string {
  return `[\n${beads.map((bead) => JSON.stringify(issueOf(bead))).join(",\n")}\n]\n`;
}

function issueOf(bead: Bead): Record<string, unknown> {
  return {
    id: bead.id,
    title: bead.title,
    description: bead.description,
    acceptance_criteria: bead.acceptance,
    notes: bead.notes,
    status: bead.status,
    priority: bead.priority,
    issue_type: bead.type,
    assignee: bead.assignee ?? "",
    labels: bead.labels,
    parent: bead.parent ?? "",
    blocked_by: bead.blockedBy,
    created_at: bead.createdAt,
    updated_at: bead.updatedAt,
  };
}
