// Looks at everything once: repository, runtime and tracker side by side, then the test merges that planning will ask for.
// Decides nothing.

import { type BatchTrial, batchTrials } from "../merge/batches.ts";
import { pairingsOf, unmergedWork } from "../merge/collisions.ts";
import { type Survey, survey, untriedPairs } from "../merge/survey.ts";
import type { Crew } from "../model/crew.ts";
import { wantedImages } from "../model/images.ts";
import { epicTip, type TipName } from "../model/names.ts";
import { setupFiles } from "../model/setup.ts";
import { mergePair, type TestMerge, type World } from "../model/world.ts";
import { epicPlace } from "../plan/epic.ts";
import type { Engine } from "./engine.ts";

/** Test merges that were tried before; a pair of commits merges the same way for ever. */
export type MergeMemory = Map<string, TestMerge>;

/** What was tried together last, by tip. */
export type BatchMemory = Map<TipName, BatchTrial>;

export interface ObserveOptions {
  readonly memory: MergeMemory;
  /** Absent for who looks once. */
  readonly batches?: BatchMemory;
  readonly startedAtMs: number;
  /** What is in mailboxes is nothing to whoever looks. */
  readonly leavesMail?: boolean;
}

export async function observe(engine: Engine, crew: Crew, options: ObserveOptions): Promise<World> {
  const { memory, startedAtMs, leavesMail = false } = options;
  const looked = await look(engine, crew, { memory, leavesMail });
  const surveyOf = (world: World) => survey(crew, world, { epic: epicPlace(crew, world).id, startedAtMs });
  const found = surveyOf(looked);
  const early = crew.radar === "off" ? [] : pairingsOf(unmergedWork(found), found).map(({ pair }) => pair);
  const pairs = [...untriedPairs(found), ...early].filter((pair) => !memory.has(mergePair(pair)));
  if (pairs.length > 0)
    for (const tried of await engine.repository.testMerges(pairs)) memory.set(mergePair(tried), tried);
  const world = pairs.length === 0 ? looked : { ...looked, merges: new Map(memory) };
  if (crew.batch === 1) return world;
  return { ...world, chains: await tryTogether(engine, surveyOf(world), options.batches ?? new Map()) };
}

async function tryTogether(
  { repository }: Engine,
  found: Survey,
  batches: BatchMemory,
): Promise<ReadonlyMap<TipName, readonly TestMerge[]>> {
  const trials = batchTrials(found, batches);
  batches.clear();
  const chains = new Map<TipName, readonly TestMerge[]>();
  for (const trial of trials) {
    batches.set(trial.tip, trial);
    chains.set(trial.tip, await repository.testChain(trial));
  }
  return chains;
}

/** Without the crew file: what `down` needs. */
export async function observeBare(engine: Engine, { leavesMail } = { leavesMail: false }): Promise<World> {
  return await look(engine, undefined, { memory: new Map(), leavesMail });
}

async function look(
  engine: Engine,
  crew: Crew | undefined,
  { memory, leavesMail }: { readonly memory: MergeMemory; readonly leavesMail: boolean },
): Promise<World> {
  const branches = new Map((crew?.roles ?? []).map((role) => [role.name, role.branch]));
  if (crew) branches.set(epicTip, crew.epic.branch);
  const base = crew?.epic.base;
  const [repository, runtime, beads, tracker] = await Promise.all([
    engine.repository.observe({
      project: engine.project,
      branches,
      ...(base !== undefined && { base }),
      ...(crew && { setupFiles: setupFiles([...crew.roles, ...crew.gates]) }),
      ...(crew === undefined && { mayLackBase: true }),
      ...(crew?.push === true && { pushes: true }),
      ...(crew?.land === "pr" && { proposes: true }),
    }),
    engine.runtime.observe(crew && wantedImages(crew), { leavesMail }),
    engine.beads.snapshot(),
    engine.beads.about(),
  ]);
  return {
    nowMs: engine.clock.nowMs(),
    repository,
    runtime,
    beads,
    tracker,
    merges: new Map(memory),
  };
}
