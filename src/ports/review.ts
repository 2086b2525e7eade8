// What people look at and finish by hand in a repository. The reconciler needs none of it.

import type { Oid } from "../model/names.ts";
import type { Order, Report } from "../model/records.ts";
import type { UploadPack } from "./runtime.ts";

export interface DiffRequest {
  readonly from: Oid;
  /** A commit, or the work in an instance as it stands, under a ref of its clone: against what it has in common with `from`. */
  readonly to:
    | { readonly kind: "commit"; readonly oid: Oid }
    | { readonly kind: "live"; readonly role: string; readonly ref: string; readonly uploadPack: UploadPack };
  readonly form: "patch" | "stat" | "names";
}

/** A merge that a person finishes in a work tree of the repository. */
export interface Resolution {
  readonly project: string;
  /** The order that the resolution answers: its start is the target's tip, its merge the commit that conflicts. */
  readonly order: Order & { readonly merge: Oid };
}

/** What is merged in the work tree; the target may have moved on since. */
export interface ResolutionSides {
  readonly start: Oid;
  readonly merge: Oid;
}

export type ResolutionState =
  /** The work tree is there; paths are still unmerged, or not all that is in it is committed. */
  | { readonly kind: "unfinished"; readonly path: string; readonly unmerged: readonly string[] }
  /** Taken: order and report are pinned, the work tree is gone; `keptAt`: it is there, since what is in it is no longer what was taken. */
  | { readonly kind: "taken"; readonly report: Report; readonly keptAt?: string }
  /** What was committed cannot be taken as it is. */
  | { readonly kind: "refused"; readonly path: string; readonly reason: string };

export interface Review {
  /** The changes as git shows them, raw. */
  diff(request: DiffRequest): Promise<Uint8Array>;
  /** Makes a work tree with the merge under way, its conflicts marked. One that is there is left as it is, with its sides. */
  prepareResolution(resolution: Resolution): Promise<ResolutionSides>;
  /** Takes the person's commit as the order's report, by one transaction. Absent work tree: `failed`. */
  takeResolution(resolution: Resolution): Promise<ResolutionState>;
  /**
   * Removes the work tree and answers the commit that holds what a person changed there and did not commit: it is pinned.
   * No such work tree: `failed`. A commit there that no ref reaches: `needs-you`.
   */
  dropResolution(project: string, subject: string): Promise<Oid | undefined>;
}
