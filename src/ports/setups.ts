// Setups that run once for many and are kept, as crew needs it of a runtime that can. Each method is one external effect and
// idempotent.
import type { Oid } from "../model/names.ts";
import type { Setup } from "../model/setup.ts";

export interface NewSetup extends Setup {
  readonly hash: string;
  readonly commit: Oid;
  readonly timeoutSeconds: number;
}

export interface SetupRuns {
  /** In a fresh clone of the commit, unattended. A running one, or one with a result, is left as it is; a killed one is begun anew. */
  start(setup: NewSetup): Promise<void>;
  /** Keeps what one that ran has made. Where that cannot be kept, the run has failed from then on. */
  keep(hash: string): Promise<void>;
  /** Removes what is kept, unless somebody uses it. */
  forget(hash: string): Promise<void>;
  /** Stops the run, and removes everything of it; what is kept stays. */
  remove(hash: string): Promise<void>;
}
