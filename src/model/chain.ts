// A tip, and its first-parent chain: what its commits say of themselves.
import type { Oid, TipName } from "./names.ts";

/** What a commit on a tip's first-parent chain says of itself in its trailers. */
export interface ChainCommit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly subject: string;
  readonly role?: string;
  readonly bead?: { readonly id: string; readonly round: number };
  readonly undo?: { readonly id: string; readonly round: number };
  /** The person's commit that it merged. */
  readonly person?: Oid;
  /** The role whose tip it moved up or took down. */
  readonly move?: TipName;
  readonly gates: readonly string[];
}

/** A commit point. */
export interface Tip {
  readonly name: TipName;
  readonly oid: Oid;
  readonly tree: Oid;
  /** First-parent chain since `start`, oldest first. */
  readonly chain: readonly ChainCommit[];
  /** Every commit that the tip reaches and `start` does not. */
  readonly reaches: ReadonlySet<Oid>;
}
