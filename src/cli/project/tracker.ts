// Which tracker a command works with, and opening it. The only place that knows how each kind is made.
import { findWorkspace, type Surroundings } from "../../beads/bd/find-workspace.ts";
import { bdBeads } from "../../beads/bd/tracker.ts";
import { gitBeads } from "../../beads/git/tracker.ts";
import { CrewError } from "../../errors.ts";
import { systemClock } from "../../execute/clock.ts";
import type { TrackerChoice } from "../../model/crew.ts";
import type { ProjectFact, RecordedTracker } from "../../model/records.ts";
import type { GitRunner } from "../../ports/git.ts";
import type { Tracker } from "../../ports/tracker.ts";

/** What the file says; `auto` is what the project began with, else bd where there is a workspace, else git. */
export function chooseTracker(
  said: TrackerChoice,
  fact: ProjectFact | undefined,
  around: Surroundings,
): RecordedTracker {
  if (said.kind !== "auto") return { ...said, kind: said.kind };
  const recorded = fact && (fact.tracker ?? { kind: "git" });
  const kind = recorded?.kind ?? (findWorkspace(around) ? "bd" : "git");
  const command = said.command ?? recorded?.command;
  return { kind, ...(command !== undefined && { command }) };
}

export interface TrackerPlace extends Surroundings {
  readonly runner: GitRunner;
  readonly signal: AbortSignal;
  readonly warn: (words: string) => void;
}

/** Throws (`needs-you`) where bd is asked for and there is no workspace of it. */
export function openTracker({ kind, command = "bd" }: RecordedTracker, place: TrackerPlace): Tracker {
  const { runner, environment, signal, warn } = place;
  if (kind === "git") return gitBeads({ git: runner, clock: systemClock, actor });
  const workspace = findWorkspace(place);
  if (workspace) {
    return bdBeads({ command, workspace, environment, clock: systemClock, actor, signal, warn });
  }
  throw new CrewError("needs-you", "The beads are to be kept by bd, and this repository has no beads workspace.", {
    at: place.topLevel,
    hint: "bd init, or in the crew file: tracker: git",
  });
}

const actor = "crew";
