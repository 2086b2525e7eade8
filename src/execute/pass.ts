// One pass: observe, plan, and where there is something to do, again under the write lock, then walk it. Images are brought
// beside the lock: they are nobody's state, and take minutes.
import type { CrewError } from "../errors.ts";
import type { Crew } from "../model/crew.ts";
import type { Operation, Plan } from "../model/plan.ts";
import type { World } from "../model/world.ts";
import type { PlanOptions } from "../plan/context.ts";
import { plan } from "../plan/plan.ts";
import type { Engine } from "./engine.ts";
import { type LockOptions, whileBringing, withLock } from "./lock.ts";
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
  readonly isWaitedFor?: LockOptions["isWaitedFor"];
  readonly signal: AbortSignal;
  /** The first look leaves mailboxes unread: nothing that is due comes of them alone. */
  readonly leavesMail?: boolean;
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
  let seen = await look(engine, crew, options, { leavesMail: options.leavesMail === true });
  let wanted = due(seen.plan, options);
  const { plan: first, world: atFirst } = seen;
  const maySpare = atFirst.runtime.isMailLeft && wanted.some(({ kind }) => kind === "instance.stop");
  if (maySpare && (first.inFlight || (await lockOf(engine).holder()))) {
    // Whoever is at work is replaced after its turn, and only its mail says that it is: nobody waits for the lock for that.
    seen = await look(engine, crew, options);
    wanted = due(seen.plan, options);
  }
  if (wanted.length === 0) return { crew, ...seen };
  const hasRest = due(seen.plan, only(isRest, options)).length > 0;
  const [brought, rest] = await Promise.allSettled([
    wanted.some(bringsImage) ? bringImages(engine, crew, options) : undefined,
    hasRest ? walkRest(engine, crew, options) : undefined,
  ]);
  if (brought.status === "rejected") throw brought.reason;
  if (rest.status === "rejected") throw rest.reason;
  const { world, plan } = rest.value ?? brought.value ?? seen;
  return { crew, world, plan, walked: together([brought.value?.walked, rest.value?.walked]) };
}

type Walking = Pick<Passed, "world" | "plan"> & { readonly walked: Walked };

function bringsImage({ kind }: Operation): boolean {
  return kind === "image.pull" || kind === "image.build" || kind === "image.commit";
}

function isRest(operation: Operation): boolean {
  return !bringsImage(operation);
}

function only(isMeant: (operation: Operation) => boolean, options: PassOptions): PassOptions {
  return { ...options, isDue: (operation) => isMeant(operation) && options.isDue(operation) };
}

async function bringImages(engine: Engine, crew: Crew, { batches: _, ...options }: PassOptions): Promise<Walking> {
  return await whileBringing(engine, options, () => walkDue(engine, crew, only(bringsImage, options)));
}

async function walkRest(engine: Engine, crew: Crew, options: PassOptions): Promise<Walking> {
  const { command, lockTimeoutMs: timeoutMs, signal, isWaitedFor } = options;
  const lock = { command, timeoutMs, clock: engine.clock, signal, ...(isWaitedFor && { isWaitedFor }) };
  return await withLock(lockOf(engine), lock, () => walkDue(engine, crew, only(isRest, options)));
}

function lockOf({ repository, project }: Engine) {
  return repository.lease(project, "lock");
}

async function walkDue(engine: Engine, crew: Crew, options: PassOptions): Promise<Walking> {
  const { world, plan } = await look(engine, crew, options);
  const walked = await walk(due(plan, options), {
    ...options,
    perform: (operation) => perform(operation, { engine, world, crew, signal: options.signal }),
  });
  return { world, plan, walked };
}

function together(walks: readonly (Walked | undefined)[]): Walked {
  const all = walks.flatMap((walked) => walked ?? []);
  return {
    done: all.flatMap(({ done }) => done),
    failed: all.flatMap(({ failed }) => failed),
    skipped: all.flatMap(({ skipped }) => skipped),
  };
}

export async function look(
  engine: Engine,
  crew: Crew,
  options: Pick<PassOptions, "planOptions" | "memory" | "batches">,
  { leavesMail } = { leavesMail: false },
): Promise<{ readonly world: World; readonly plan: Plan }> {
  const { planOptions, memory, batches } = options;
  const { startedAtMs } = planOptions;
  const world = await observe(engine, crew, { memory, ...(batches && { batches }), startedAtMs, leavesMail });
  return { world, plan: plan(crew, world, planOptions) };
}

/** An operation that is put off takes those that need it with it. */
function due({ operations }: Plan, { isDue }: Pick<PassOptions, "isDue">): readonly Operation[] {
  const put = putOff(operations, (operation) => !isDue(operation));
  return operations.filter(({ id }) => !put.has(id));
}

/** A lost compare-and-swap is no failure: the next pass sees the new value. */
export function isLostRace(error: CrewError): boolean {
  return error.code === "conflict";
}
