// The tracker that `crew bead` works on: the one that is named, else that of the project that is meant, else the file's.
import { existsSync } from "node:fs";
import { CrewError } from "../../errors.ts";
import type { TrackerChoice, TrackerKind } from "../../model/crew.ts";
import type { ProjectFact } from "../../model/records.ts";
import type { Tracker } from "../../ports/tracker.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import { type Adapters, openAdapters } from "../project/adapters.ts";
import { crewFilePath, readCrewFile } from "../project/crew-file.ts";

export interface BeadFlags extends GlobalFlags {
  readonly tracker?: TrackerKind;
}

export interface OpenBeads extends Omit<Adapters, "tracker"> {
  readonly tracker: Tracker;
  /** The project that is meant: named, or the only one. */
  readonly project: ProjectFact | undefined;
}

export async function openBeads(invocation: Invocation, flags: BeadFlags): Promise<OpenBeads> {
  const opened = await openAdapters(invocation);
  const { recorded } = opened;
  const named = recorded.filter(({ name }) => flags.projectName === undefined || name === flags.projectName);
  const project = named.length === 1 ? named[0] : undefined;
  const said =
    flags.tracker === undefined ? sayingOf(invocation, flags, named) : chosen(invocation, flags, flags.tracker);
  return { ...opened, tracker: opened.tracker(project?.name, said), project };
}

/** Projects that live here agree, or one is named; without any, the crew file says it. */
function sayingOf(invocation: Invocation, flags: BeadFlags, named: readonly ProjectFact[]): TrackerChoice {
  const kinds = new Set(named.map(({ tracker }) => tracker?.kind ?? "git"));
  const [kind] = kinds;
  if (kinds.size > 1) {
    throw new CrewError("failed", "Projects here keep their beads in different trackers.", {
      hint: `crew -p ${named[0]?.name} bead …, or --tracker git | bd`,
    });
  }
  if (kind !== undefined) return { ...commandOf(named), kind };
  return hasFile(invocation, flags) ? readCrewFile(invocation, flags).crew.tracker : { kind: "auto" };
}

/** The program that the file names for it, if it does; `--tracker` is also the way out of a file that cannot be read. */
function chosen(invocation: Invocation, flags: BeadFlags, kind: TrackerKind): TrackerChoice {
  try {
    const { tracker } = readCrewFile(invocation, flags).crew;
    return tracker.kind === kind ? tracker : { kind };
  } catch {
    return { kind };
  }
}

function commandOf(named: readonly ProjectFact[]): Pick<TrackerChoice, "command"> {
  const command = named.map(({ tracker }) => tracker?.command).find((each) => each !== undefined);
  return command === undefined ? {} : { command };
}

function hasFile(invocation: Invocation, flags: BeadFlags): boolean {
  try {
    return existsSync(crewFilePath(invocation, flags));
  } catch {
    return false;
  }
}
