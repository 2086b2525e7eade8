// Beads that agents want (`bd create` in an instance): read from pinned reports, and made only when a person says so. Pure.
import type { BeadTree } from "../merge/tree.ts";
import { type Bead, metadataKeys, type NewBead } from "../model/bead.ts";
import { contentDigits } from "../model/content.ts";
import { formatOrderId } from "../model/names.ts";
import type { World } from "../model/world.ts";

export interface Proposal {
  /** `shop-12.1.1:1`: the order, and which of its words. */
  readonly id: string;
  readonly role: string;
  /** The bead that the role was at work on. */
  readonly subject: string;
  /** The bead that it is to be part of, as the agent said; it may be none of the project. */
  readonly parent: string;
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly priority: number;
}

/** All that were made so far, by order, whatever became of them. */
export function proposalsIn({ repository }: Pick<World, "repository">): readonly Proposal[] {
  const reports = [...repository.reports].sort((a, b) => (formatOrderId(a.id) < formatOrderId(b.id) ? -1 : 1));
  return reports.flatMap(({ id, role, said = [] }) =>
    said.flatMap((each, n) =>
      each.kind === "proposal"
        ? [
            {
              id: `${formatOrderId(id)}:${n + 1}`,
              role,
              subject: id.subject,
              parent: each.bead,
              ...proposalOf(each.text),
            },
          ]
        : [],
    ),
  );
}

/** The bead that was made of it; undefined as long as nobody accepted it. */
export function acceptedAs(proposal: Proposal, project: string, beads: ReadonlyMap<string, Bead>): Bead | undefined {
  return [...beads.values()].find(
    (bead) => bead.metadata[metadataKeys.project] === project && bead.metadata[metadataKeys.key] === keyOf(proposal),
  );
}

interface Accepting {
  readonly project: string;
  readonly tree: BeadTree;
  readonly world: World;
}

/**
 * The same proposal gives the same bead, so that accepting it twice makes one. It goes beside the bead that its role was at
 * work on, with that one's labels, so that it finds its way to a role.
 */
export function beadOfProposal(proposal: Proposal, { project, tree, world }: Accepting): NewBead {
  const { title, description, type, priority, subject, parent } = proposal;
  const own = world.beads.get(subject);
  const isPart = parent !== subject && (parent === tree.epic || tree.children.has(parent));
  const digits = contentDigits([world.repository.id, project, keyOf(proposal)]).slice(0, 6);
  return {
    id: `${world.tracker.prefix ?? project}-${digits}`,
    title,
    description,
    acceptance: "",
    type,
    priority,
    labels: own?.labels ?? [],
    parent: isPart ? parent : (own?.parent ?? tree.epic),
    metadata: { [metadataKeys.project]: project, [metadataKeys.key]: keyOf(proposal) },
  };
}

/** The words of an agent: what is missing or no text is taken as bd takes it. */
export function proposalOf(text: string): Pick<Proposal, "title" | "description" | "type" | "priority"> {
  const { title, description, type, priority } = objectOf(text);
  return {
    title: typeof title === "string" && title.trim() !== "" ? title : "(no title)",
    description: typeof description === "string" ? description : "",
    type: types.find((each) => each === type) ?? "task",
    priority:
      typeof priority === "number" && Number.isInteger(priority) && priority >= 0 && priority <= 4 ? priority : 2,
  };
}

const types = ["task", "bug", "feature", "chore"];

function keyOf({ id }: Proposal): string {
  return `proposal:${id}`;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
