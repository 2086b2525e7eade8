// A bead as an issue of the exchange format: what `crew bead … --format json` prints, as `bd list --json` of 1.x does. Pure.
import type { Bead } from "../model/bead.ts";
import { type Fields, fieldsOf } from "./fields.ts";

/** With `parent` beside the edges, and counts, as bd gives them. */
export function issueOf(bead: Bead): Fields {
  const { created_by: _, ...fields } = fieldsOf(bead, "");
  const edges = (fields.dependencies ?? []) as readonly Fields[];
  return {
    ...fields,
    ...(edges.length > 0 && { dependencies: edges.map(({ created_by: _by, ...edge }) => edge) }),
    ...(bead.parent !== undefined && { parent: bead.parent }),
    dependency_count: bead.blockedBy.length,
    comment_count: bead.comments.length,
  };
}
