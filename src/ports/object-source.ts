// Where a new clone gets the repository's objects from: what a runtime may ask of the repository.
import type { Oid } from "../model/names.ts";

/** Where a new clone finds the repository's objects. */
export interface ObjectSource {
  /** Absolute path of the object directory. */
  readonly objectDirectory: string;
  readonly objectFormat: "sha1" | "sha256";
  /** Absolute path of the repository's `shallow` file, where there is one. */
  readonly shallowFile?: string;
  /** Every commit that the project's refs name. */
  pinned(project: string): Promise<readonly Oid[]>;
  /** Packs what the wanted commits reach and those that are there do not. The files last while `use` runs; undefined: nothing. */
  pack<T>(request: PackRequest, use: (pack: PackFiles | undefined) => Promise<T>): Promise<T>;
}

export interface PackRequest {
  readonly wants: readonly Oid[];
  /** Those that the repository has lost are passed over. */
  readonly haves: readonly Oid[];
}

/** A pack and its index, as git names them (`pack-<hash>.pack`). */
export interface PackFiles {
  readonly folder: string;
  readonly names: readonly string[];
}
