// Looks at everything once: repository, runtime and tracker side by side, then the test merges that planning will ask for.
// Decides nothing.

import { pairingsOf, unmergedWork } from "../merge/collisions.ts";
import { survey, untriedPairs } from "../merge/survey.ts";
import type { Crew } from "../model/crew.ts";
import { epicTip } from "../model/names.ts";
import { mergePair, type TestMerge, type World } from "../model/world.ts";
import { epicPlace } from "../plan/epic.ts";
import type { Engine } from "./engine.ts";

/** Test merges that were tried before; a pair of commits merges the same way for ever. */
export type MergeMemory = Map<string, TestMerge>;

export interface ObserveOptions {
  readonly memory: MergeMemory;
  readonly startedAtMs: number;
}

export async function observe(engine: Engine, crew: Crew, options: ObserveOptions): Promise<World> {
  const world = await look(engine, crew, options.memory);
  const found = survey(crew, world, { epic: epicPlace(crew, world).id, startedAtMs: options.startedAtMs });
  const early = crew.radar === "off" ? [] : pairingsOf(unmergedWork(found), found).map(({ pair }) => pair);
  const pairs = [...untriedPairs(found), ...early].filter((pair) => !options.memory.has(mergePair(pair)));
  if (pairs.length === 0) return world;
  for (const tried of await engine.repository.testMerges(pairs)) options.memory.set(mergePair(tried), tried);
  return { ...world, merges: new Map(options.memory) };
}

/** Without the crew file: what `down` needs. */
export async function observeBare(engine: Engine): Promise<World> {
  return await look(engine, undefined, new Map());
}

async function look(engine: Engine, crew: Crew | undefined, memory: MergeMemory): Promise<World> {
  const branches = new Map((crew?.roles ?? []).map((role) => [role.name, role.branch]));
  if (crew) branches.set(epicTip, crew.epic.branch);
  const base = crew?.epic.base;
  const [repository, runtime, beads, tracker] = await Promise.all([
    engine.repository.observe({
      project: engine.project,
      branches,
      ...(base !== undefined && { base }),
      ...(crew === undefined && { mayLackBase: true }),
      ...(crew?.push === true && { pushes: true }),
      ...(crew?.land === "pr" && { proposes: true }),
    }),
    engine.runtime.observe(),
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
