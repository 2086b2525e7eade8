// The epic in one line, and the gates that run. Pure.
import { isDone } from "../merge/leaves.ts";
import { runKey } from "../merge/verdicts.ts";
import type { EpicState, GateState } from "../model/event.ts";
import { percentOf, type Seen } from "./seen.ts";

export function epicState({ crew, world, survey }: Seen): EpicState {
  const total = survey.leaves.length;
  const done = survey.leaves.filter((leaf) => isDone(leaf.state)).length;
  return {
    ...(survey.epic && { id: survey.epic.id }),
    title: survey.epic?.title ?? crew.epic.title,
    branch: crew.epic.branch,
    base: world.repository.base.branch,
    done,
    total,
    percent: percentOf(done, total),
  };
}

/** Before the first order the gates run on the base; what is no candidate's after it is the landing's. */
export function gateStates({ world, survey }: Seen): readonly GateState[] {
  const subjects = new Map(
    survey.candidates.flatMap(({ checks, subject }) => checks.map((check) => [runKey(check), subject] as const)),
  );
  const otherwise = world.repository.orders.length === 0 ? world.repository.base.branch : "landing";
  return [...world.runtime.gates.values()]
    .filter((run) => run.running)
    .map((run) => ({ gate: run.gate, on: subjects.get(run.key) ?? otherwise }));
}
