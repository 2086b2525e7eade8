// How an instance is ended, as crew asks it of a runtime.
import type { InstanceSpec } from "../model/spec.ts";

export interface StopOptions {
  readonly graceMs: number;
  /** What will be in its place; where that could not be made, nothing is stopped. */
  readonly next?: InstanceSpec;
  /** What it could not keep itself in its grace is kept by `rescue`, which is asked next. */
  readonly leavesRescue?: true;
}

export interface RemoveOptions {
  /** Another one is made next. */
  readonly isReplaced?: true;
  /** What is the project's and no role's goes with the volumes, or by `clear`, which comes in any case. */
  readonly leavesShared?: true;
}
