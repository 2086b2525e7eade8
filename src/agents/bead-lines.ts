// Beads as the agent's `bd` reads them: JSON arrays with one issue a line, so that sh can pick one, in the shape that `bd` of
// the host's generation prints. Pure.
import type { Bead } from "../model/bead.ts";
import type { TrackerInfo } from "../model/world.ts";

type Shape = TrackerInfo["issueShape"];

/** As `bd list --json` prints them; `blocked_by` is crew's own addition, which readers of JSON pass over. */
export function listLines(beads: readonly Bead[], shape: Shape): string {
  return lines(beads.map((bead) => listed(bead, shape)));
}

/** As `bd show --json` prints them: with what they depend on, each in short. */
export function shownLines(beads: readonly Bead[], all: ReadonlyMap<string, Bead>, shape: Shape): string {
  return lines(beads.map((bead) => shown(bead, all, shape)));
}

function lines(issues: readonly Record<string, unknown>[]): string {
  return `[\n${issues.map((issue) => JSON.stringify(issue)).join(",\n")}\n]\n`;
}

function listed(bead: Bead, shape: Shape): Record<string, unknown> {
  const edges = edgesOf(bead).map(({ id, type }) => ({ issue_id: bead.id, depends_on_id: id, type, metadata: "{}" }));
  return {
    ...core(bead),
    dependency_count: bead.blockedBy.length,
    ...(shape === "1.x" && {
      ...(edges.length > 0 && { dependencies: edges }),
      metadata: bead.metadata,
      comment_count: bead.comments.length,
    }),
    // The agent's bd goes by it on both.
    parent: bead.parent ?? "",
    blocked_by: bead.blockedBy,
  };
}

function shown(bead: Bead, all: ReadonlyMap<string, Bead>, shape: Shape): Record<string, unknown> {
  const edges = edgesOf(bead).flatMap(({ id, type }) => {
    const other = all.get(id);
    return other ? [{ ...core(other), dependency_type: type }] : [];
  });
  return {
    ...core(bead),
    ...(edges.length > 0 && { dependencies: edges }),
    ...(bead.parent !== undefined && { parent: bead.parent }),
    ...(shape === "1.x" && {
      metadata: bead.metadata,
      dependency_count: bead.blockedBy.length,
      comment_count: bead.comments.length,
    }),
  };
}

function core(bead: Bead): Record<string, unknown> {
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
    created_at: bead.createdAt,
    updated_at: bead.updatedAt,
    labels: bead.labels,
  };
}

function edgesOf(bead: Bead): readonly { readonly id: string; readonly type: string }[] {
  return [
    ...(bead.parent === undefined ? [] : [{ id: bead.parent, type: "parent-child" }]),
    ...bead.blockedBy.map((id) => ({ id, type: "blocks" })),
  ];
}
