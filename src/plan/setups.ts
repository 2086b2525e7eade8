// Setups that run once for many: in a container of their own, kept as an image, from which roles and gates on the same files
// then start. Whoever finds no image runs its setup itself, as without: nothing here can fail what worked before. Pure.

import type { Crew, Gate, Role } from "../model/crew.ts";
import type { Note, Operation } from "../model/plan.ts";
import { keepableSetup, type Setup, setupHash } from "../model/setup.ts";
import type { SetupRun, World } from "../model/world.ts";
import { operation, type PlanContext } from "./context.ts";
import { recordId } from "./tracker.ts";

/** `making`: the image is soon there. `kept`: it is there. `none`: whoever starts runs its setup itself. */
export type Warmth =
  | { readonly kind: "none" }
  | { readonly kind: "making"; readonly cause: string }
  | { readonly kind: "kept"; readonly image: string };

interface Wanted {
  readonly hash: string;
  readonly setup: Setup;
  readonly takers: readonly (Role | Gate)[];
}

type Seen = Pick<PlanContext, "crew" | "world" | "options" | "survey">;

export function planSetups(seen: Seen): { readonly operations: readonly Operation[]; readonly notes: readonly Note[] } {
  const { runs, images } = seen.world.runtime.setups ?? { runs: new Map(), images: new Map() };
  const wanted = wantedSetups(seen.crew, seen.world);
  const left = [...runs.keys()].filter((hash) => !wanted.has(hash));
  const superseded = [...images].filter(([hash, { isOwn }]) => isOwn && !wanted.has(hash)).map(([hash]) => hash);
  const operations = [...wanted.values()].flatMap((each) => make(each, { seen, superseded }));
  const notes = [...wanted.values()].flatMap((each) => noteOf(each, seen));
  return { operations: [...operations, ...left.map((hash) => removeSetup(hash, "no longer needed"))], notes };
}

/** What one that is to be made now would start from. */
export function warmthOf(taker: Role | Gate, seen: Seen): Warmth {
  const hash = hashOf(taker, seen.world);
  const wanted = hash === undefined ? undefined : wantedSetups(seen.crew, seen.world).get(hash);
  if (!wanted) return { kind: "none" };
  const state = stateOf(wanted, seen);
  if (state === "kept") return { kind: "kept", image: wanted.hash };
  return state === "unkept" || state === "unneeded" ? { kind: "none" } : { kind: "making", cause: causeOf(wanted) };
}

type State = "kept" | "unneeded" | "unkept" | "to-start" | "running" | "to-commit" | "to-retry";

function stateOf({ hash, takers }: Wanted, { world, options, survey }: Seen): State {
  const { runs, images } = world.runtime.setups ?? {};
  const run = runs?.get(hash);
  if (images?.has(hash)) return "kept";
  if (run?.running) return "running";
  if (run?.result) {
    if (run.result.kind === "exited" && run.result.exitCode === 0) return "to-commit";
    const isToRetry = run.result.kind === "setup-failed" && run.createdAtMs < options.startedAtMs;
    return isToRetry && world.repository.orders.length === 0 ? "to-retry" : "unkept";
  }
  const isOpen = survey.leaves.some(({ state }) => !["merged", "closed", "closed-by-person"].includes(state.kind));
  const isMissing = takers.some((taker) => "branch" in taker && !world.runtime.instances.has(taker.name));
  return isOpen || isMissing ? "to-start" : "unneeded";
}

interface Making {
  readonly seen: Seen;
  readonly superseded: readonly string[];
}

function make(wanted: Wanted, { seen, superseded }: Making): readonly Operation[] {
  const { hash, setup } = wanted;
  const files = seen.world.repository.setupFiles;
  const run = seen.world.runtime.setups?.runs.get(hash);
  switch (stateOf(wanted, seen)) {
    case "to-start": {
      if (!files) return [];
      const timeoutMs = Math.max(...wanted.takers.map(timeoutOf));
      const body = { kind: "setup.start", hash, setup, commit: files.commit, timeoutMs } as const;
      return [operation(name(hash), body, { cause: causeOf(wanted), needs: [recordId] })];
    }
    case "to-commit":
      return [operation(name(hash), { kind: "image.commit", hash }, { cause: "setup has run" })];
    case "to-retry":
      return [removeSetup(hash, "it failed and is tried again")];
    case "kept": {
      if (!run) return [];
      const old = superseded.map((each) =>
        operation(name(each), { kind: "image.remove", hash: each }, { cause: "another one is in its place" }),
      );
      return [...old, { ...removeSetup(hash, "it is kept as an image"), needs: old.map(({ id }) => id) }];
    }
    case "running":
    case "unkept":
    case "unneeded":
      return [];
  }
}

function noteOf(wanted: Wanted, seen: Seen): readonly Note[] {
  const run: SetupRun | undefined = seen.world.runtime.setups?.runs.get(wanted.hash);
  const subject = `setup ${wanted.setup.run.split("\n")[0]}`;
  switch (stateOf(wanted, seen)) {
    case "running":
      return [{ subject, cause: causeOf(wanted) }];
    case "unkept": {
      const why = run?.result?.kind === "exited" ? run.result.output.trim() : "it failed when it ran once for all";
      return [{ subject, cause: `is not kept: ${why}; each runs its own` }];
    }
    default:
      return [];
  }
}

/** Also one that still runs. */
export function removeSetup(hash: string, cause: string): Operation {
  return operation(name(hash), { kind: "setup.remove", hash }, { cause });
}

/** Short, and unique among those that there are. */
function name(hash: string): string {
  return hash.slice(0, 12);
}

function causeOf({ takers }: Pick<Wanted, "takers">): string {
  const names = takers.map((taker) => ("branch" in taker ? taker.name : `gate ${taker.name}`));
  return `runs once for ${names.join(", ")}`;
}

function timeoutOf(taker: Role | Gate): number {
  return "branch" in taker ? taker.agent.turnTimeoutMs : taker.timeoutMs;
}

/** Every role and every gate asks, and neither file nor world changes meanwhile. */
const known = new WeakMap<World, { readonly crew: Crew; readonly wanted: ReadonlyMap<string, Wanted> }>();

/** By hash. One role alone runs its setup itself as fast; a gate comes again with each candidate. */
function wantedSetups(crew: Crew, world: World): ReadonlyMap<string, Wanted> {
  const before = known.get(world);
  if (before?.crew === crew) return before.wanted;
  const takers = new Map<string, (Role | Gate)[]>();
  for (const taker of [...crew.roles, ...crew.gates]) {
    const hash = hashOf(taker, world);
    if (hash === undefined) continue;
    const others = takers.get(hash);
    if (others) others.push(taker);
    else takers.set(hash, [taker]);
  }
  const wanted = [...takers].flatMap(([hash, all]): readonly Wanted[] => {
    const setup = all[0] && keepableSetup(all[0]);
    const isWorthIt = all.length > 1 || all.some((taker) => !("branch" in taker));
    return setup && isWorthIt ? [{ hash, setup, takers: all }] : [];
  });
  const found = new Map(wanted.map((each) => [each.hash, each]));
  known.set(world, { crew, wanted: found });
  return found;
}

function hashOf(taker: Role | Gate, { repository, runtime }: World): string | undefined {
  const setup = runtime.setups && keepableSetup(taker);
  return setup && repository.setupFiles && setupHash(setup, repository.setupFiles, repository.id);
}
