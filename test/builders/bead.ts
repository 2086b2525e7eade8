// Beads for tests. Under the epic `auth` unless a test says otherwise; the labels route them.
import { type Bead, metadataKeys } from "../../src/model/bead.ts";

export function aBead(id: string, given: Partial<Omit<Bead, "id">> = {}): Bead {
  const { labels = [], ...rest } = given;
  return {
    id,
    title: `Do ${id}`,
    description: "",
    acceptance: "",
    notes: "",
    status: "open",
    type: "task",
    priority: 2,
    parent: "auth",
    blockedBy: [],
    metadata: {},
    comments: [],
    createdAt: "2030-01-01T00:00:00.000Z",
    updatedAt: "2030-01-01T00:00:00.000Z",
    labels,
    ...rest,
  };
}

/** The root bead of the project `shop`. */
export function anEpic(given: Partial<Omit<Bead, "id">> = {}): Bead {
  const { parent: _, ...bead } = aBead("auth", { title: "Auth", type: "epic" });
  return { ...bead, metadata: { [metadataKeys.project]: "shop", [metadataKeys.key]: "epic:auth" }, ...given };
}

/** As dispatch leaves it. */
export function given(bead: Bead, role: string): Bead {
  return { ...bead, status: "in_progress", assignee: `crew/${role}` };
}

export function closed(bead: Bead): Bead {
  return { ...bead, status: "closed" };
}
