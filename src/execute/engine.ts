// The adapters that a project is run with, bundled. Holds no decision and no state.
import type { Beads } from "../ports/beads.ts";
import type { Clock } from "../ports/clock.ts";
import type { Remote } from "../ports/remote.ts";
import type { Repository } from "../ports/repository.ts";
import type { Runtime } from "../ports/runtime.ts";

export interface Engine {
  /** The project's name. */
  readonly project: string;
  readonly repository: Repository;
  readonly remote: Remote;
  readonly runtime: Runtime;
  readonly beads: Beads;
  readonly clock: Clock;
}
