// The whole in memory: the real driver, pass, walk and perform on the fakes, with scripted agents, a scripted person and a
// virtual clock. Kills, faults and rival reconcilers come from outside. Every effect is followed by the promises' checks.
import { CrewError } from "../../src/errors.ts";
import { type Driven, drive } from "../../src/execute/driver.ts";
import type { Engine } from "../../src/execute/engine.ts";
import { observeBare } from "../../src/execute/observe.ts";
import { perform } from "../../src/execute/perform.ts";
import { walk } from "../../src/execute/walk.ts";
import { survey } from "../../src/merge/survey.ts";
import { gateKey } from "../../src/merge/verdicts.ts";
import type { Crew } from "../../src/model/crew.ts";
import { formatOrderId, type Oid } from "../../src/model/names.ts";
import type { Operation, Plan } from "../../src/model/plan.ts";
import type { World } from "../../src/model/world.ts";
import { isComplete, planDown } from "../../src/plan/down.ts";
import { epicPlace } from "../../src/plan/epic.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Tracker } from "../../src/ports/tracker.ts";
import { type FakeStore as BeadStore, fakeBeads } from "../fakes/beads.ts";
import { fakeRemote } from "../fakes/remote.ts";
import { type FakeRepository, fakeRepository } from "../fakes/repository.ts";
import { fakeStore } from "../fakes/repository-store.ts";
import { type FakeRuntime, fakeRuntime } from "../fakes/runtime.ts";
import { type Cast, castOf, type Script } from "./scripted.ts";

export interface Story {
  readonly seed: string;
  readonly scripts: Readonly<Record<string, Script>>;
  /** The file as it stands now: a person may edit it on the way. */
  readonly crew: (whole: Whole) => Crew;
  /** What a person does between passes, whenever the moment has come; must be safe to repeat. */
  readonly meanwhile?: (whole: Whole) => Promise<void>;
  readonly holdsGate?: (commit: Oid) => boolean;
}

export interface Whole {
  readonly story: Story;
  readonly repository: FakeRepository;
  readonly runtime: FakeRuntime;
  readonly beads: Tracker;
  readonly cast: Cast;
  readonly clock: Clock & { now: number };
  /** Promises that were broken. */
  readonly problems: string[];
  /** Commits of crew's own that a tip was moved to. */
  readonly moved: Set<Oid>;
  /** Processes of crew so far, by pid. */
  readonly processes: Map<number, Life>;
}

interface Life {
  dead: boolean;
}

/** How one process of crew fares. */
export interface Fate {
  /** Called at each point of each operation; true kills the process there. */
  readonly kills?: (point: "before" | "after", operation: Operation) => boolean;
  /** True lets a port call fail that would have succeeded. */
  readonly fails?: (call: string) => boolean;
  readonly withoutLock?: boolean;
  /** Lets others go first, at every port call. */
  readonly yields?: () => Promise<void>;
}

export function newWhole(story: Story): Whole {
  const clock = { now: 1_000_000, nowMs: () => clock.now, sleep: async () => undefined } as Clock & { now: number };
  const store = fakeStore({ shared: "start" });
  const repository = fakeRepository({ store });
  const cast = castOf(repository, story.scripts, { seed: story.seed, holdsGate: story.holdsGate ?? (() => false) });
  const runtime = fakeRuntime({ nowMs: clock.nowMs, work: cast.work, crashes: cast.crashes, gate: cast.gate });
  const beads: BeadStore = new Map();
  const tracker = fakeBeads({ clock, actor: "crew", store: beads });
  return {
    story,
    repository,
    runtime,
    beads: tracker,
    cast,
    clock,
    problems: [],
    moved: new Set(),
    processes: new Map(),
  };
}

/** Somebody killed the process: nothing that it does from now on has an effect. */
export class Killed extends Error {}

/** One `crew up --wait`: drives until the project has settled. Its process ends with it. */
export async function up(whole: Whole, fate: Fate = {}): Promise<Driven> {
  const life = { dead: false };
  const engine = engineOf(whole, fate, life);
  let passes = 0;
  const driving = drive(engine, {
    currentCrew: async () => ({ crew: whole.story.crew(whole), changedAtMs: 0 }),
    planOptions: { startedAtMs: whole.clock.now, allowRedBase: false },
    command: "crew up",
    lockTimeoutMs: 60_000,
    until: "settled",
    signal: new AbortController().signal,
    changed: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
    crash: crashOf(fate, life),
    onPass: ({ plan, world }) => {
      passes += 1;
      if (passes > 2000) throw new Error(`does not settle: ${plan.operations.map(({ id }) => id).join(", ")}`);
      whole.problems.push(...promisesOf(plan, world, whole.story.crew(whole)));
    },
  });
  return await driving.finally(() => {
    life.dead = true;
  });
}

/** What every plan keeps, whatever the world is like. */
function promisesOf(plan: Plan, world: World, crew: Crew): readonly string[] {
  const careless = plan.operations.filter((each) => each.kind === "volume.remove" && each.consent === undefined);
  const untried = survey(crew, world, { epic: epicPlace(crew, world).id, startedAtMs: 0 }).candidates.filter(
    (candidate) => candidate.state === "untried",
  );
  const isMute = plan.outlook === "settled" && plan.attention.length === 0;
  return [
    ...careless.map(({ id }) => `${id} destroys without consent`),
    ...untried.map(({ subject }) => `${subject} was planned without its test merge`),
    ...(isMute
      ? [`settled without a reason: ${plan.notes.map(({ subject, cause }) => `${subject}: ${cause}`).join("; ")}`]
      : []),
  ];
}

/** One `crew down`. */
export async function down(whole: Whole, fate: Fate = {}): Promise<void> {
  const life = { dead: false };
  try {
    await takeDown(engineOf(whole, fate, life), { fate, life });
    if (life.dead) throw new Killed();
  } finally {
    life.dead = true;
  }
}

async function takeDown(engine: Engine, { fate, life }: { readonly fate: Fate; readonly life: Life }): Promise<void> {
  for (let n = 0; n < 20; n++) {
    const world = await observeBare(engine);
    const operations = planDown(world, { volumes: false, isComplete: isComplete(world) });
    if (operations.length === 0) return;
    const walked = await walk(operations, {
      signal: new AbortController().signal,
      crash: crashOf(fate, life),
      perform: (operation) => perform(operation, { engine, world }),
    });
    if (life.dead) return;
    const hard = walked.failed.find(({ error }) => error.code !== "conflict" && !error.message.startsWith("fault"));
    if (hard) throw hard.error;
  }
  throw new Error("down does not come to an end");
}

function crashOf(fate: Fate, life: Life) {
  return (point: "before" | "after", operation: Operation) => {
    if (!life.dead && fate.kills?.(point, operation)) life.dead = true;
    if (life.dead) throw new Killed();
  };
}

function engineOf(whole: Whole, fate: Fate, life: Life): Engine {
  const pid = whole.processes.size + 2;
  whole.processes.set(pid, life);
  const repository = fakeRepository({
    store: whole.repository.store,
    holder: { host: "here", pid, startTime: String(pid) },
    lives: (holder) => whole.processes.get(holder.pid)?.dead === false,
  });
  const guard = <T extends object>(name: string, port: T): T =>
    new Proxy(port, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== "function") return value;
        if (key === "uploadPack") return value.bind(target) as unknown;
        if (key === "lease") {
          return (...args: unknown[]) => {
            const lease = value.apply(target, args) as object;
            return fate.withoutLock ? freeLease : guard("lease", lease);
          };
        }
        return async (...args: unknown[]) => {
          if (life.dead) throw new Killed();
          await fate.yields?.();
          if (life.dead) throw new Killed();
          const call = `${name}.${String(key)}`;
          if (fate.fails?.(call)) throw new CrewError("failed", `fault in ${call}`);
          const result: unknown = await value.apply(target, args);
          if (!readOnly.has(String(key))) await check(whole, call, args);
          return result;
        };
      },
    });
  const clock: Clock = {
    nowMs: () => whole.clock.now,
    sleep: async (ms) => {
      whole.clock.now += ms;
      whole.runtime.goOn();
      await whole.story.meanwhile?.(whole);
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  return {
    project: "shop",
    repository: guard("repository", repository),
    remote: guard("remote", fakeRemote(whole.repository.store)),
    runtime: guard("runtime", whole.runtime.again()),
    beads: guard("beads", whole.beads),
    clock,
  };
}

const freeLease = {
  acquire: async () => ({ held: true }) as const,
  release: async () => undefined,
  holder: async () => undefined,
};

const readOnly = new Set(["observe", "testMerges", "snapshot", "holder", "acquire", "release", "writeCandidate"]);

/** The promises, after each effect: no commit of an agent is lost, and a tip stands only where every gate is green. */
async function check(whole: Whole, call: string, args: readonly unknown[]): Promise<void> {
  if (call === "repository.moveTip") checkTip(whole, args[2] as { readonly to: Oid });
  if (!loses.has(call)) return;
  const { volumes } = await whole.runtime.observe();
  const kept = reachable(whole);
  for (const [role, commits] of whole.cast.made) {
    if (volumes.has(role)) continue;
    for (const commit of commits) {
      if (!kept.has(commit)) whole.problems.push(`${call} lost ${commit.slice(0, 7)} of ${role}`);
    }
  }
}

/** Effects after which something could be unreachable. */
const loses = new Set([
  "runtime.removeVolume",
  "repository.showBranch",
  "repository.deleteBranch",
  "repository.archive",
  "repository.deleteProject",
]);

function checkTip(whole: Whole, { to }: { readonly to: Oid }): void {
  const { graph } = whole.repository.store;
  const commit = graph.get(to);
  if (commit.author !== "crew") return;
  whole.moved.add(to);
  const verdicts = whole.repository.store.projects.get("shop")?.verdicts;
  for (const gate of whole.story.crew(whole).gates) {
    if (!gate.on.includes("candidate")) continue;
    const verdict = verdicts?.get(gateKey(commit.tree, gate));
    if (verdict?.result !== "green") whole.problems.push(`tip moved to ${to.slice(0, 7)} without a green ${gate.name}`);
  }
}

/** Every commit that a ref, a record or an archive reaches. */
function reachable(whole: Whole): ReadonlySet<Oid> {
  const { graph, branches, projects, archives } = whole.repository.store;
  const roots = new Set<Oid>(branches.values());
  const project = projects.get("shop");
  if (project?.start) roots.add(project.start);
  for (const map of [project?.tips, project?.shown, project?.rescues])
    for (const oid of map?.values() ?? []) roots.add(oid);
  for (const order of project?.orders.values() ?? [])
    for (const oid of [order.start, order.merge]) if (oid) roots.add(oid);
  for (const report of project?.reports.values() ?? []) roots.add(report.commit);
  for (const entries of archives.values()) {
    for (const entry of entries)
      for (const oid of entry.match(/\b[0-9a-f]{40}\b/g) ?? []) if (graph.has(oid)) roots.add(oid);
  }
  const found = new Set<Oid>();
  const queue = [...roots];
  for (let oid = queue.pop(); oid !== undefined; oid = queue.pop()) {
    if (found.has(oid)) continue;
    found.add(oid);
    queue.push(...graph.get(oid).parents);
  }
  return found;
}

export interface Outcome {
  /** Files of main, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Status of every bead. */
  readonly beads: Readonly<Record<string, string>>;
  /** `<bead> <round>` of every merge on a tip that main reaches, each as often as it was merged. */
  readonly merged: readonly string[];
}

export async function outcomeOf(whole: Whole): Promise<Outcome> {
  const { graph, branches } = whole.repository.store;
  const main = branches.get("main") ?? "";
  const reached = graph.reaches(main);
  const beads = await whole.beads.snapshot();
  const { tips } = await whole.repository.observe({ project: "shop", branches: new Map() });
  const chains = new Map(
    [...tips.values()].flatMap(({ chain }) => chain.map((commit) => [commit.oid, commit] as const)),
  );
  const merged = [...chains.values()].flatMap(({ oid, bead }) =>
    bead && reached.has(oid) ? [`${bead.id} ${bead.round}`] : [],
  );
  return {
    files: whole.repository.filesOf(main),
    beads: Object.fromEntries([...beads.values()].map((bead) => [bead.id, bead.status]).sort()),
    merged: merged.sort(),
  };
}

/** What a person answers once nothing goes on: approvals, retries, the word to land. False: there is nothing to answer. */
export async function answer(whole: Whole, { outlook, attention }: Driven): Promise<boolean> {
  const { repository, clock } = whole;
  const state = await repository.observe({ project: "shop", branches: new Map() });
  clock.now += 1000;
  const atMs = clock.now;
  if (outlook === "landable") {
    const tip = state.tips.get("epic")?.oid ?? "";
    await repository.writeFact("shop", { kind: "land", value: { tip, atMs } });
    return true;
  }
  if (outlook === "proposed") {
    const { graph, remote } = repository.store;
    const parents = [state.base.oid, state.tips.get("epic")?.oid ?? ""];
    const tree = state.tips.get("epic")?.tree ?? "";
    const merge = { parents, tree, message: "Merge the pull request\n", author: "Pat", date: 1 };
    remote.set("refs/heads/main", graph.write(merge));
    return true;
  }
  let isAnswered = false;
  for (const { kind, subject } of attention) {
    const last = state.reports.filter(({ id }) => id.subject === subject || id.subject === `up/${subject}`).at(-1);
    if (kind === "approval" && last) {
      const value = { commit: last.commit, noChange: !last.oneSided, atMs };
      await repository.writeFact("shop", { kind: "approval", id: formatOrderId(last.id), value });
      isAnswered = true;
    } else if ((kind === "blocked" || kind === "up-blocked") && last) {
      const { subject: id, round, attempt } = last.id;
      await repository.writeFact("shop", { kind: "retry", id, value: { round, attempt, words: "again", atMs } });
      isAnswered = true;
    } else if (kind === "role-held") {
      await repository.writeFact("shop", { kind: "hold", id: subject, value: { state: "none", reason: "", atMs } });
      isAnswered = true;
    } else if (kind === "land-red") {
      await repository.writeFact("shop", { kind: "land", value: { tip: state.tips.get("epic")?.oid ?? "", atMs } });
      isAnswered = true;
    }
  }
  return isAnswered;
}
