// Candidates of one tip that are tested together: green, all of them merge by one move; red, half of them are tested, until
// the one that is red stands alone. Pure. Bisection as in bors and git-bisect(1).

import type { Tip } from "../model/chain.ts";
import type { Oid, TipName, TreeEntry } from "../model/names.ts";
import type { CandidatePlan } from "../model/plan.ts";
import type { GateRun, TestMerge } from "../model/world.ts";
import type { Candidate } from "./candidate.ts";
import type { Survey } from "./survey.ts";
import { checkGates, type GateCheck, isJudged, isRepeat, overall } from "./verdicts.ts";

/** What is to be tried one on the other, by tip. */
export interface BatchTrial {
  readonly tip: TipName;
  readonly target: Oid;
  readonly sources: readonly Oid[];
}

/**
 * `before`: what was tried last of each tip. What is in it stays in front, in its order, as long as the tip stands, or what
 * is judged by itself where nothing was: what is reported meanwhile never restarts a gate that runs.
 */
export function batchTrials(survey: Survey, before: ReadonlyMap<TipName, BatchTrial>): readonly BatchTrial[] {
  const { crew, tips } = survey;
  if (crew.batch === 1) return [];
  return [...tips.values()].flatMap(({ name, oid }) => {
    const members = membersOf(name, survey);
    const ready = members.map(({ source }) => source);
    const last = before.get(name);
    const judged = members.filter(({ checks }) => isJudged(checks, survey.world.runtime.gates));
    const kept =
      last?.target === oid
        ? last.sources.filter((source) => ready.includes(source))
        : judged.map(({ source }) => source);
    const sources = [...new Set([...kept, ...ready])].slice(0, crew.batch);
    return sources.length < 2 ? [] : [{ tip: name, target: oid, sources }];
  });
}

/** Beads' reports that merge and are not red by themselves, in merge order. */
function membersOf(tip: TipName, { candidates }: Survey): readonly Candidate[] {
  return candidates.filter(
    ({ target, kind, state, isAlone }) =>
      target === tip && kind === "bead" && isAlone !== true && (state === "pending" || state === "green"),
  );
}

interface Link {
  readonly candidate: Candidate;
  readonly tree: Oid;
  readonly checks: readonly GateCheck[];
  readonly state: GateCheck["state"];
}

/** What is to be judged or merged of the tip's candidates; undefined where nothing was tried together. */
export function batchOf(tip: Tip, survey: Survey): Candidate | undefined {
  const links = linksOf(tip, survey);
  const chosen = chosenLink(links, survey.world.runtime.gates);
  if (chosen === undefined) return undefined;
  return chosen === 0 ? links[0]?.candidate : together(links.slice(0, chosen + 1));
}

function linksOf(tip: Tip, survey: Survey): readonly Link[] {
  const members = new Map(membersOf(tip.name, survey).map((candidate) => [candidate.source, candidate]));
  const links: Link[] = [];
  const changes = new Map<string, TreeEntry>();
  let areKnown = true;
  for (const merge of survey.world.chains?.get(tip.name) ?? []) {
    const candidate = members.get(merge.source);
    // A report that is not what it was makes another chain.
    if (!candidate || (links.length === 0 && !startsAt(merge, tip))) return [];
    if (merge.kind === "conflict" || merge.tree === (links.at(-1)?.tree ?? tip.tree)) continue;
    if (merge.changes) for (const [path, entry] of merge.changes) changes.set(path, entry);
    else areKnown = false;
    const judged = { on: "candidate", changes: areKnown ? new Map(changes) : undefined } as const;
    const checks = checkGates(merge.tree, judged, survey);
    const isRedOnce = links.length > 0 && checks.some(wasRedOnce);
    links.push({ candidate, tree: merge.tree, checks, state: isRedOnce ? "red" : overall(checks) });
  }
  return links;
}

/** Several are not run once more to tell a flaky gate: half of them are tested anyway, and the last one alone is. */
function wasRedOnce({ state, verdict }: GateCheck): boolean {
  return state === "missing" && verdict?.result === "red" && !isRepeat(verdict.runs);
}

function startsAt(merge: TestMerge, tip: Tip): boolean {
  return merge.target === tip.oid;
}

/** The longest green one; else the one that is being tested; else the next to be tested. */
function chosenLink(links: readonly Link[], gates: ReadonlyMap<string, GateRun>): number | undefined {
  const green = links.findLastIndex(({ state }) => state === "green");
  if (green >= 0) return green;
  const running = links.findLastIndex(({ checks }) => isJudged(checks, gates));
  if (running >= 0) return running;
  const bad = links.findIndex(({ state }) => state === "red" || state === "setup-failed");
  if (bad < 0) return links.length === 0 ? undefined : links.length - 1;
  return bad === 0 ? undefined : Math.floor((bad + 1) / 2) - 1;
}

/** All name the gates of the last one: it is what the tip moves to. */
function together(links: readonly Link[]): Candidate | undefined {
  const last = links.at(-1);
  if (!last) return undefined;
  const gates = last.checks.map(({ key }) => key);
  const plans = links.flatMap(({ candidate, tree }): readonly CandidatePlan[] =>
    candidate.plan ? [{ ...candidate.plan, tree, gates }] : [],
  );
  const plan = plans.at(-1);
  if (!plan || plans.length < links.length) return undefined;
  return {
    ...last.candidate,
    state: last.state === "green" ? "green" : "pending",
    checks: last.checks,
    plan: { ...plan, after: plans.slice(0, -1) },
    batch: links.map(({ candidate }) => candidate.subject),
  };
}
