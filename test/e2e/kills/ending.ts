// Ends a driver at a drawn moment: wherever it is then, or where a git child of it has locked refs. Its git children live on,
// or end with it.
import type { Moment } from "./draw.ts";
import { kill, processesOf } from "./processes.ts";
import type { Team } from "./team.ts";

export interface Ending {
  /** The driver has ended. True where it was this that ended it. */
  stop(): boolean;
}

const lookMs = 5;
/** A git that was to hold its locks may fail before it has them: then the next one is asked. */
const patienceMs = 1000;

/** The moment's part of the story is over. */
export function endAt(team: Team, pid: number, moment: Moment): Ending {
  let isDone = false;
  let looking: NodeJS.Timeout | undefined;
  const end = (gits: readonly number[]) => {
    if (moment.git === "killed") for (const git of gits) kill(git);
    isDone = kill(pid);
  };
  const due = () => {
    if (moment.when === "any") {
      // Stopped, so that it begins no other and takes no note of how these end.
      if (moment.git === "killed") stopped(pid);
      return end(moment.git === "killed" ? gitsOf(team) : []);
    }
    let armedAt = performance.now();
    team.slowGit.arm();
    looking = setInterval(() => {
      const held = team.slowGit.held();
      if (held !== undefined) {
        clearInterval(looking);
        end([held]);
      } else if (!team.slowGit.isArmed() && performance.now() - armedAt > patienceMs) {
        armedAt = performance.now();
        team.slowGit.arm();
      }
    }, lookMs);
  };
  const waiting = setTimeout(due, moment.delayMs);
  return {
    stop: () => {
      clearTimeout(waiting);
      clearInterval(looking);
      team.slowGit.disarm();
      return isDone;
    },
  };
}

/** crew's own: those that run in an instance are the agent's or the supervisor's. */
function gitsOf(team: Team): readonly number[] {
  return processesOf(team)
    .filter(({ kind }) => kind === "git")
    .map(({ pid }) => pid);
}

function stopped(pid: number): void {
  try {
    process.kill(pid, "SIGSTOP");
  } catch {
    // Gone already.
  }
}
