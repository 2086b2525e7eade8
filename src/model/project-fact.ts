// What is recorded of a project as it was brought up: enough to look on and to take down without its file. Plain data.
import type { Crew, SaidBudget, TrackerKind } from "./crew.ts";

export interface ProjectFact {
  readonly name: string;
  /** Path of the crew file relative to the repository's top, or absolute where it lies outside. */
  readonly file: string;
  /** What the file says; another one than `name` where `-p` was given. */
  readonly declaredName: string;
  /** The file's text as it was good last: used where the file is missing or invalid. */
  readonly text: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Profiles that the last `up` chose; absent: none. */
  readonly profiles?: readonly string[];
  /** Roles that have a profile and that it named. */
  readonly named?: readonly string[];
  /** Bead id of the epic. */
  readonly epic: string;
  /** The epic's slug: which epic of the file this is. */
  readonly slug: string;
  /** Task key → bead id. A key once here is not created again. */
  readonly keys: Readonly<Record<string, string>>;
  /** Role → short branch name, so that `down` works without the file. The epic's is under `epic`. */
  readonly branches: Readonly<Record<string, string>>;
  /** Role → where it merges, as last declared: a role that the file no longer has still moves up there. */
  readonly into: Readonly<Record<string, string>>;
  readonly base: string;
  /** Absent: git. */
  readonly tracker?: RecordedTracker;
  /** Absent: process. */
  readonly runtime?: Crew["runtime"];
  /** The file's own protected globs, so that they hold for a report that comes in without it. */
  readonly protect?: readonly string[];
  /** Limits over those of the file, as a person said them. */
  readonly budget?: SaidBudget;
}

export interface RecordedTracker {
  readonly kind: TrackerKind;
  readonly command?: string;
  /** Folder of the workspace, where there is one. */
  readonly workspace?: string;
}
