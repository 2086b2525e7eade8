// Moves of tips: the first candidate of each tip whose gates are green. Pure.

import { batchOf } from "../merge/batches.ts";
import type { Candidate } from "../merge/candidate.ts";
import type { UnmergedBelow } from "../merge/people.ts";
import type { Survey } from "../merge/survey.ts";
import { isJudged } from "../merge/verdicts.ts";
import type { Attention } from "../model/attention.ts";
import { epicTip, shortOid, type TipName } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import type { GateRun } from "../model/world.ts";
import { operation, type PlanContext } from "./context.ts";

/**
 * One candidate for each tip: a green one first, so that no green verdict is thrown away, then the one whose gates
 * run already, then the first in merge order.
 */
export function chosenCandidates(survey: Survey): readonly Candidate[] {
  const gates = survey.world.runtime.gates;
  const chosen = new Map<TipName, Candidate>();
  for (const candidate of survey.candidates) {
    if (candidate.state !== "pending" && candidate.state !== "green") continue;
    const best = chosen.get(candidate.target);
    if (!best || preference(candidate, gates) > preference(best, gates)) chosen.set(candidate.target, candidate);
  }
  return [...chosen.values()].map((first) => {
    const batch = first.kind === "bead" && first.isAlone !== true ? batchOf(first.tip, survey) : undefined;
    // A green verdict is never thrown away for one that is not there yet.
    return batch && (batch.state === "green" || first.state !== "green") ? batch : first;
  });
}

export function planMerges(context: PlanContext): readonly Operation[] {
  return chosenCandidates(context.survey).flatMap((candidate) => {
    if (candidate.state !== "green" || !candidate.plan) return [];
    const { target, subject, source, plan, checks } = candidate;
    const gates = checks.length === 0 ? "no gates" : `${checks.map((check) => check.gate.name).join(", ")} green`;
    const what = candidate.batch ? `${candidate.batch.join(", ")} together` : `${subject} at ${shortOid(source)}`;
    const cause = `${what}: ${gates}`;
    return [operation(`${target}:${subject}`, { kind: "tip.move", tip: target, candidate: plan }, { cause })];
  });
}

/** People's commits and moves between tips that don't merge: nobody gets an order for them but a person. */
export function mergeAttention(context: PlanContext): readonly Attention[] {
  const { survey } = context;
  return [
    ...survey.unmerged.map((below) => unmergedAttention(below, context)),
    ...survey.candidates.flatMap((candidate) => candidateAttention(candidate, context)),
  ];
}

/** Whoever wants both takes the branch as it is; whoever wants their own commits only puts them elsewhere. */
function unmergedAttention({ branch, target, report }: UnmergedBelow, { crew }: PlanContext): Attention {
  const into = whereOf(target, crew);
  const { subject } = report.id;
  const what = `${shortOid(report.commit)}, which ${subject} reported`;
  return {
    kind: "person-unmerged",
    subject: branch,
    reason: `commits on ${branch} stand on ${what} and which is not merged: they would bring it into ${target}`,
    commands: [
      `git diff ${into}...${branch}`,
      `crew approve ${branch}`,
      `git rebase --onto ${into} ${shortOid(report.commit)} ${branch} && crew approve ${branch}`,
    ],
  };
}

function candidateAttention(candidate: Candidate, { crew }: PlanContext): readonly Attention[] {
  // A move down that fails has a move up of the same two tips, whose order mends it.
  if (candidate.kind !== "person") return setupAttention(candidate);
  const what = `commits on ${candidate.title}`;
  if (candidate.state === "conflict") {
    const reason = `${what} conflict with ${candidate.target} in ${candidate.paths.join(", ")}`;
    return [
      {
        kind: "person-conflict",
        subject: candidate.title,
        reason,
        commands: [`git switch ${candidate.title} && git merge ${whereOf(candidate.target, crew)}`, "crew up"],
      },
    ];
  }
  if (candidate.state === "red") {
    const red = candidate.checks.filter((check) => check.state === "red").map((check) => check.gate.name);
    const reason = `gate ${red.join(", ")} is red with ${what}`;
    return [
      {
        kind: "person-red",
        subject: candidate.title,
        reason,
        commands: [`crew logs gate:${red[0]}`, `git switch ${candidate.title}`],
      },
    ];
  }
  return setupAttention(candidate);
}

/** What a person merges to see the conflict; a role's own branch shows its last bead, not what it has collected. */
function whereOf(target: TipName, { name, epic }: PlanContext["crew"]): string {
  return target === epicTip ? epic.branch : `refs/crew/p/${name}/tip/${target}`;
}

function setupAttention({ state, checks }: Candidate): readonly Attention[] {
  if (state !== "setup-failed") return [];
  return checks
    .filter((check) => check.state === "setup-failed")
    .map(({ gate, verdict }) => ({
      kind: "setup-failed",
      subject: gate.name,
      reason: `Setup of gate ${gate.name} failed (exit ${verdict?.exitCode ?? "?"}). Nothing was judged; no attempt spent`,
      commands: [`crew logs gate:${gate.name}`, "crew up"],
    }));
}

function preference(candidate: Candidate, gates: ReadonlyMap<string, GateRun>): number {
  if (candidate.state === "green") return 2;
  return isJudged(candidate.checks, gates) ? 1 : 0;
}
