// A project as commands have it open. Plain data.
import { join } from "node:path";
import type { Engine } from "../../execute/engine.ts";
import type { Crew } from "../../model/crew.ts";
import type { LeaseHolder, Repository } from "../../ports/repository.ts";
import type { Review } from "../../ports/review.ts";
import type { Tracker } from "../../ports/tracker.ts";
import type { LoadedFile } from "./crew-file.ts";

export interface OpenProject {
  readonly engine: Engine & { readonly beads: Tracker; readonly repository: Repository & Review };
  /** Folder for what may be deleted at any time: events and the driver's log. */
  readonly directory: string;
  /** Real path of the git directory that all work trees share. */
  readonly commonDir: string;
  /** Folder that holds the instances of every project. */
  readonly stateDirectory: string;
}

export interface ViewedProject extends OpenProject {
  readonly crew: Crew;
  /** Why the crew is not the file as it stands but as it was good last. */
  readonly fileProblem?: string;
}

export interface Project extends ViewedProject {
  readonly file: LoadedFile;
  /** Who drove it when it was opened. */
  readonly driver?: LeaseHolder;
}

export function eventsFile(project: OpenProject): string {
  return join(project.directory, "events.jsonl");
}
