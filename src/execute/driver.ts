// Keeps converging one project: pass after pass until it is complete, settled (where that ends it) or stopped.
import { CrewError } from "../errors.ts";
import type { Attention } from "../model/attention.ts";
import type { Crew } from "../model/crew.ts";
import type { Outlook, Plan } from "../model/plan.ts";
import type { PlanOptions } from "../plan/context.ts";
import { isPush } from "../plan/push.ts";
import type { Engine } from "./engine.ts";
import { afterWalk, type Failure, type Failures, isDue, isGivenUp } from "./failures.ts";
import type { BatchMemory, MergeMemory } from "./observe.ts";
import { type Passed, pass } from "./pass.ts";
import { putOff } from "./put-off.ts";
import type { WalkHooks } from "./walk.ts";

/** How long the driver waits at most before it looks again by itself. */
const workingPollMs = 1000;
const idlePollMs = 5000;
/** After so many looks in a row that failed the driver gives up. */
const blindLooks = 4;
/** So many looks in a row must find nothing to do beside an instance that cannot work: it may be about to end, and then begin anew. */
const brokenLooks = 4;

export interface DriveOptions extends WalkHooks {
  /** The file as it stands now; the last good one where it is missing or invalid. */
  readonly currentCrew: () => Promise<CurrentCrew>;
  readonly planOptions: PlanOptions;
  readonly command: string;
  readonly lockTimeoutMs: number;
  /** `settled`: ends as soon as only a person can go on. `complete`: waits for that person. */
  readonly until: "settled" | "complete";
  readonly signal: AbortSignal;
  /** Resolves when something may have changed, or the signal aborts. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
  /** True once after another command said that something was mended: what failed is tried again at once. */
  readonly takeWake?: () => boolean;
  /** True once there is no repository any more: then no look will succeed again. */
  readonly isGone?: () => boolean;
  readonly onPass?: (passed: Passed) => void;
  /** It goes on, but nothing happens by itself. Called when that begins, and again after a wake. */
  readonly onRest?: (driven: Driven) => void;
}

export interface CurrentCrew {
  readonly crew: Crew;
  /** When the file changed, or a person said `up` beside this driver, epoch milliseconds. */
  readonly changedAtMs: number;
  /** Why the file does not count as it stands. */
  readonly problem?: string;
  /** A person said so since, beside this driver. */
  readonly removeOrphans?: boolean;
  /** Of the last `up`: these roles' instances stay as they were made. */
  readonly noRecreate?: readonly string[];
}

export interface Driven {
  readonly outlook: Outlook | "stopped";
  readonly attention: readonly Attention[];
  readonly failures: readonly Failure[];
}

export async function drive(engine: Engine, options: DriveOptions): Promise<Driven> {
  const memory: MergeMemory = new Map();
  const batches: BatchMemory = new Map();
  let failures: Failures = new Map();
  let blind = 0;
  let settledLooks = 0;
  let lastDone = "";
  let restingAs = "";
  while (!options.signal.aborted) {
    const { crew, changedAtMs, problem, removeOrphans, noRecreate } = await options.currentCrew();
    const planOptions = {
      ...options.planOptions,
      startedAtMs: Math.max(options.planOptions.startedAtMs, changedAtMs),
      ...(problem !== undefined && { fileProblem: problem }),
      ...(removeOrphans === true && { removeOrphans }),
      ...(noRecreate && { noRecreate }),
    };
    const isWoken = options.takeWake?.() === true;
    if (isWoken) {
      failures = new Map();
      restingAs = "";
    }
    const nowMs = engine.clock.nowMs();
    const passed = await pass(engine, crew, {
      ...options,
      planOptions,
      memory,
      batches,
      isDue: (operation) => isDue(failures, operation, nowMs),
    }).catch((error: unknown) => {
      blind += 1;
      const isPatient = options.until === "complete" || blind < blindLooks;
      if (!isTransient(error) || !isPatient || options.isGone?.() === true) throw error;
      return undefined;
    });
    if (!passed) {
      // Whatever changes meanwhile: looks that fail one upon another would be over before what failed them is mended.
      await engine.clock.sleep(workingPollMs, options.signal);
      continue;
    }
    blind = 0;
    options.onPass?.(passed);
    failures = passed.walked
      ? stillPlanned(afterWalk(failures, passed.walked, engine.clock.nowMs()), passed.plan)
      : stillPlanned(failures, passed.plan);
    // What is done again without an effect to be seen must not become a busy loop.
    const done = passed.walked?.done.map((operation) => operation.id).join(" ") ?? "";
    const isProgress = done !== "" && done !== lastDone;
    lastDone = done;
    if (isProgress) continue;
    const outlook = outlookWith(passed.plan, failures);
    const isSettledBroken = outlook === "settled" && passed.plan.attention.some(({ kind }) => kind === "broken");
    settledLooks = isSettledBroken ? settledLooks + 1 : 0;
    if (isSettledBroken && settledLooks < brokenLooks) {
      await engine.clock.sleep(workingPollMs, options.signal);
      continue;
    }
    if (outlook === "complete" || (options.until === "settled" && outlook !== "working")) {
      return { outlook, attention: passed.plan.attention, failures: [...failures.values()] };
    }
    const resting: Driven = { outlook, attention: passed.plan.attention, failures: [...failures.values()] };
    const as =
      outlook === "working" ? "" : `${outlook} ${[...failures.keys()]} ${resting.attention.map((each) => each.reason)}`;
    if (as !== "" && as !== restingAs) options.onRest?.(resting);
    restingAs = as;
    await rest(engine, { ...options, pollMs: outlook === "working" ? workingPollMs : idlePollMs });
  }
  return { outlook: "stopped", attention: [], failures: [...failures.values()] };
}

/** A look that failed may succeed the next time; an invalid file, a lock or crew's own fault won't. */
function isTransient(error: unknown): boolean {
  return error instanceof CrewError && (error.code === "failed" || error.code === "conflict");
}

/** A plan whose every operation is given up has settled: nothing will happen by itself. */
function outlookWith(plan: Plan, failures: Failures): Outlook {
  if (plan.outlook !== "working" || plan.inFlight) return plan.outlook;
  const put = putOff(plan.operations, ({ id }) => {
    const failure = failures.get(id);
    return failure !== undefined && isGivenUp(failure);
  });
  if (put.size < plan.operations.length) return "working";
  return plan.operations.every(isPush) ? (plan.besidesPush ?? plan.outlook) : "settled";
}

function stillPlanned(failures: Failures, plan: Plan): Failures {
  const planned = new Set(plan.operations.map((operation) => operation.id));
  return new Map([...failures].filter(([id]) => planned.has(id)));
}

async function rest(engine: Engine, options: DriveOptions & { readonly pollMs: number }): Promise<void> {
  const resting = new AbortController();
  const signal = AbortSignal.any([options.signal, resting.signal]);
  await Promise.race([engine.clock.sleep(options.pollMs, signal), options.changed(signal)]);
  resting.abort();
}
