// What every part of the process runtime is given. Plain data.
import type { Clock } from "../../ports/clock.ts";
import type { Environment } from "./environment.ts";
import type { ProjectFolders } from "./folders.ts";

/** Texts of the scripts in src/agents. */
export interface Assets {
  readonly supervisor: string;
  readonly bd: string;
  readonly gate: string;
}

export interface ProcessContext {
  readonly folders: ProjectFolders;
  /** The host's environment, of which instances get only what programs need to run. */
  readonly host: Environment;
  readonly clock: Clock;
  readonly assets: Assets;
}
