// Beads as every tracker gives them, in the words of the exchange format that `bd import` and `bd export` share. Pure.

export type BeadStatus = "open" | "in_progress" | "blocked" | "deferred" | "closed" | (string & {});

export interface Bead {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly acceptance: string;
  readonly notes: string;
  readonly status: BeadStatus;
  /** epic, feature, task, bug, chore, … */
  readonly type: string;
  /** 0 (highest) to 4. */
  readonly priority: number;
  readonly labels: readonly string[];
  readonly assignee?: string;
  readonly parent?: string;
  /** Ids of beads that block this one. */
  readonly blockedBy: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly comments: readonly BeadComment[];
  readonly closeReason?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface BeadComment {
  readonly author: string;
  readonly text: string;
  readonly createdAt: string;
}

export interface NewBead {
  /** Chosen by crew, so that a retry cannot duplicate. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly acceptance: string;
  readonly type: string;
  readonly priority: number;
  readonly labels: readonly string[];
  readonly parent?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bead facts that crew keeps in metadata (DESIGN section 4). */
export const metadataKeys = {
  project: "crew_project",
  role: "crew_role",
  key: "crew_key",
  merged: "crew_merged",
  undone: "crew_undone",
  /** `<round>.<attempt>` of the last order whose agent's words are told. */
  said: "crew_said",
  landed: "crew_landed",
} as const;
