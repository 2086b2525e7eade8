// What every part of the adapter works with: the place, the gits, the limits, and what was listed early.
import type { Environment } from "./environment.ts";
import type { Git } from "./git.ts";
import type { ObjectReader } from "./objects.ts";
import type { EarlyRefs } from "./ref.ts";

export interface RepositoryPlace {
  /** Top of the work tree that the person stands in; of the one that they came from, where they stand in a resolution's. */
  readonly topLevel: string;
  /** The project in whose resolution the person stands. */
  readonly resolves?: string;
  /** The git directory of that work tree; for a linked one it lies beneath the common one. */
  readonly gitDir: string;
  /** Real path of the git directory that all work trees share. */
  readonly commonDir: string;
  readonly objectFormat: "sha1" | "sha256";
}

/** Who this process is, and how to tell whether another one lives. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Start time of a living process in any fixed form; undefined when there is none with this id. */
  startTimeOf(pid: number): Promise<string | undefined>;
}

export interface ImportLimits {
  /** Of what an instance may send for one report. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export interface Context {
  readonly place: RepositoryPlace;
  readonly objectDirectory: string;
  /** The user's git directory: for refs and what they name, and nothing else. */
  readonly user: Git;
  /** crew's bare view: for objects. */
  readonly view: Git;
  readonly objects: ObjectReader;
  readonly early: EarlyRefs;
  readonly identity: ProcessIdentity;
  readonly limits: ImportLimits;
  /** The person's own environment, for what is done as the person. */
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
}

export function absentOid(place: RepositoryPlace): string {
  return "0".repeat(place.objectFormat === "sha256" ? 64 : 40);
}
