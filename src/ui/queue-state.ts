// The merge queue: everything that waits to be merged, in merge order, and how far each is. Pure.
import type { Candidate } from "../merge/candidate.ts";
import { type GateCheck, runKey } from "../merge/verdicts.ts";
import type { QueueEntry } from "../model/event.ts";
import type { Seen } from "./seen.ts";

export function queueEntries({ survey, world }: Seen): readonly QueueEntry[] {
  return survey.candidates.map((candidate) => {
    const { subject, title, target, source, paths } = candidate;
    const isRunning = (check: GateCheck) => world.runtime.gates.get(runKey(check))?.running === true;
    return { subject, title, target, source, paths, ...progressOf(candidate, isRunning) };
  });
}

type Progress = Pick<QueueEntry, "state" | "mark" | "text">;

function progressOf({ state, checks, paths }: Candidate, isRunning: (check: GateCheck) => boolean): Progress {
  switch (state) {
    case "untried":
      return { state, mark: "waiting", text: "not tried yet" };
    case "pending": {
      const running = checks.filter(isRunning);
      if (running.length > 0) return { state: "gating", mark: "going", text: `gate ${names(running)} runs` };
      const missing = checks.filter((check) => check.state === "missing");
      return { state: "waiting", mark: "waiting", text: `waits for gate ${names(missing)}` };
    }
    case "green":
      return { state, mark: "done", text: checks.length === 0 ? "no gates" : `${names(checks)} green` };
    case "red":
      return { state, mark: "trouble", text: `gate ${names(checks.filter((check) => check.state === "red"))} is red` };
    case "setup-failed": {
      const failed = checks.filter((check) => check.state === "setup-failed");
      return { state, mark: "trouble", text: `setup of gate ${names(failed)} failed` };
    }
    case "conflict":
      return { state, mark: "trouble", text: `conflicts in ${paths.join(", ")}` };
    case "no-change":
      return { state, mark: "person", text: "brings no change" };
  }
}

function names(checks: readonly GateCheck[]): string {
  return checks.map((check) => check.gate.name).join(", ");
}
