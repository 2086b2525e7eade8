// One pass: observe, plan, and where there is something to do, again under the write lock, then walk it.
import type { CrewError } from "../errors.ts";
import type { Crew } from "../model/crew.ts";
import type { Operation, Plan } from "../model/plan.ts";
import type { World } from "../model/world.ts";
import type { PlanOptions } from "../plan/context.ts";
import { plan } from "../plan/plan.ts";
import type { Engine } from "./engine.ts";
import { withLock } from "./lock.ts";
import { type BatchMemory, type MergeMemory, observe } from "./observe.ts";
import { perform } from "./perform.ts";
import { putOff } from "./put-off.ts";
import { type Walked, type WalkHooks, walk } from "./walk.ts";

export interface PassOptions extends WalkHooks {
  readonly planOptions: PlanOptions;
  readonly memory: MergeMemory;
  readonly batches?: BatchMemory;
  readonly command: string;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Operations that are to be tried now; the others wait, with what needs them. */
  readonly isDue: (operation: Operation) => boolean;
}

export interface Passed {
  readonly crew: Crew;
  readonly world: World;
  readonly plan: Plan;
  /** Undefined where nothing was due. */
  readonly walked?: Walked;
}

export async function pass(engine: Engine, crew: Crew, options: PassOptions): Promise<Passed> {
  const seen = await look(engine, crew, options);
  if (due(seen.plan, options).length === 0) return { crew, ...seen };
  const lease = engine.repository.lease(engine.project, "lock");
  const lock = {
    command: options.command,
    timeoutMs: options.lockTimeoutMs,
    clock: engine.clock,
    signal: options.signal,
  };
  return await withLock(lease, lock, async () => {
    const { world, plan } = await look(engine, crew, options);
    const walked = await walk(due(plan, options), {
      ...options,
      perform: (operation) => perform(operation, { engine, world, crew, signal: options.signal }),
    });
    return { crew, world, plan, walked };
  });
}

export async function look(
  engine: Engine,
  crew: Crew,
  options: Pick<PassOptions, "planOptions" | "memory" | "batches">,
): Promise<{ readonly world: World; readonly plan: Plan }> {
  const { planOptions, memory, batches } = options;
  const { startedAtMs } = planOptions;
  const world = await observe(engine, crew, { memory, ...(batches && { batches }), startedAtMs });
  return { world, plan: plan(crew, world, planOptions) };
}

/** An operation that is put off takes those that need it with it. */
function due({ operations }: Plan, { isDue }: PassOptions): readonly Operation[] {
  const put = putOff(operations, (operation) => !isDue(operation));
  return operations.filter(({ id }) => !put.has(id));
}

/** A lost compare-and-swap is no failure: the next pass sees the new value. */
export function isLostRace(error: CrewError): boolean {
  return error.code === "conflict";
}
