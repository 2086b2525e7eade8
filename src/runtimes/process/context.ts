// What every part of the process runtime is given. Plain data.
import type { Clock } from "../../ports/clock.ts";
import type { ObjectSource } from "../../ports/runtime.ts";
import type { Assets } from "../assets.ts";
import type { Environment } from "./environment.ts";
import type { ProjectFolders } from "./folders.ts";

export interface ProcessContext {
  readonly folders: ProjectFolders;
  /** The host's environment, of which instances get only what programs need to run. */
  readonly host: Environment;
  readonly source: ObjectSource;
  readonly clock: Clock;
  readonly assets: Assets;
}
