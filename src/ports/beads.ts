// The tracker that holds beads, as crew needs it. Every write is idempotent and verified; only the host writes.
import type { Bead, BeadComment, NewBead } from "../model/bead.ts";
import type { TrackerInfo } from "../model/world.ts";

export interface Beads {
  /** Every bead of the tracker, open and closed, by id. One call per observation. */
  snapshot(): Promise<ReadonlyMap<string, Bead>>;
  /** What is said about it, oldest first: not every tracker has comments in its snapshot. */
  comments(id: string): Promise<readonly BeadComment[]>;
  about(): Promise<TrackerInfo>;
  /** Calls when somebody may have written, until the signal aborts. May never call: who waits looks by itself as well. */
  watch(onChange: () => void, signal: AbortSignal): Promise<void>;
  /** Creates it under its own id; the same id with the same `crew_key` and `crew_project` is left as it is; any other bead there is a `conflict`. */
  create(bead: NewBead): Promise<void>;
  /** `id` waits for `blocker`. An existing edge is left as it is; a cycle is an error. */
  addBlocker(id: string, blocker: string): Promise<void>;
  /** Status in_progress and assignee. */
  claim(id: string, assignee: string): Promise<void>;
  /** Status open and no assignee, if `assignee` still has it. */
  release(id: string, assignee: string): Promise<void>;
  /** Adds a comment, unless the same author already said exactly this. */
  comment(id: string, comment: { readonly author: string; readonly text: string }): Promise<void>;
  setMetadata(id: string, key: string, value: string): Promise<void>;
  /** An already closed bead keeps its reason. Refused (`failed`) while it has an open child. */
  close(id: string, reason: string): Promise<void>;
  reopen(id: string): Promise<void>;
}
