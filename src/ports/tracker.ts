// What people do with a tracker through `crew bead`, beyond what the reconciler needs. Every write is idempotent or
// returns what it made.
import type { NewBead } from "../model/bead.ts";
import type { Beads } from "./beads.ts";

export type BeadDraft = Omit<NewBead, "id">;

/** What a person changes of a bead; what is not given stays as it is. */
export interface BeadChange {
  readonly title?: string;
  readonly description?: string;
  readonly acceptance?: string;
  readonly type?: string;
  readonly priority?: number;
  readonly addLabels?: readonly string[];
  readonly removeLabels?: readonly string[];
  /** null: it is part of nothing any more. */
  readonly parent?: string | null;
}

export interface ImportSummary {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  /** Already there and as new, or deleted here. */
  readonly skipped: readonly string[];
}

export interface Tracker extends Beads {
  /** Creates it under a new id: `<prefix>-<4 base36>`, or `<parent>.<n>`. Returns the id. */
  add(draft: BeadDraft, prefix: string): Promise<string>;
  /** Refused (`failed`) where the bead could not have been added like this, or beads would wait for each other. */
  edit(id: string, change: BeadChange): Promise<void>;
  /** `id` no longer waits for `blocker`. */
  removeBlocker(id: string, blocker: string): Promise<void>;
  /** Every bead as JSON Lines, sorted by id. */
  exportLines(): Promise<string>;
  /** Takes in JSON Lines as `bd import` does: newer wins, labels, edges and comments are added, never removed. */
  importLines(text: string): Promise<ImportSummary>;
}
