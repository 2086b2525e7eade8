// Arbitrary crews and worlds: everything that observation could return, likely or not, small enough to collide often.
import fc from "fast-check";
import { gateKey } from "../../src/merge/verdicts.ts";
import { type Bead, metadataKeys } from "../../src/model/bead.ts";
import type { ChainCommit, Tip } from "../../src/model/chain.ts";
import type { Crew, Role } from "../../src/model/crew.ts";
import { formatOrderId, mailId } from "../../src/model/names.ts";
import { noFacts, type Order, type Report, type RoundFacts, type Verdict } from "../../src/model/records.ts";
import type { GateRun, Instance, Phase, TestMerge, VisibleBranch, World } from "../../src/model/world.ts";
import { mergePair } from "../../src/model/world.ts";
import { aBead, anEpic } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { oid, treeOf } from "../builders/oids.ts";
import { aProject, aWorld } from "../builders/world.ts";

const roleNames = ["ada", "bob", "cyd", "dee"] as const;
/** `gone` was in the file once. */
const anyRole = fc.constantFrom(...roleNames, "gone");
const beadIds = ["auth.1", "auth.2", "auth.3", "auth.1.1", "auth.1.2", "auth.2.1"] as const;
const anyBeadId = fc.constantFrom(...beadIds, "elsewhere", "deleted");
const commits = Array.from({ length: 8 }, (_, n) => oid(`c${n}`));
const anyCommit = fc.constantFrom(...commits);
const anyInstant = fc.integer({ min: 1, max: 2_000_000 });
const round = fc.integer({ min: 1, max: 2 });

const orderIds = fc.record({
  subject: fc.oneof({ arbitrary: anyBeadId, weight: 5 }, { arbitrary: anyRole.map((role) => `up/${role}`), weight: 1 }),
  round,
  attempt: fc.integer({ min: 1, max: 3 }),
});

export interface Situation {
  readonly crew: Crew;
  readonly world: World;
}

export const situations: fc.Arbitrary<Situation> = crews().chain((crew) =>
  worlds(crew).map((world) => ({ crew, world })),
);

function crews(): fc.Arbitrary<Crew> {
  const role = (n: number): fc.Arbitrary<(crew: Crew) => Crew> => {
    const above = roleNames.slice(0, n);
    return fc
      .record({
        into: fc.constantFrom("epic", ...above),
        dependsOn: fc.subarray([...above], { maxLength: Math.min(1, above.length) }),
        labels: fc.constantFrom([roleNames[n] ?? ""], [], ["shared"]),
        maxAttempts: fc.integer({ min: 1, max: 3 }),
      })
      .map(({ labels, ...rest }) => aRole(roleNames[n] ?? "", { ...rest, beads: { labels } }));
  };
  return fc
    .record({
      roles: fc
        .integer({ min: 1, max: 4 })
        .chain((count) => fc.tuple(...Array.from({ length: count }, (_, n) => role(n)))),
      gates: fc.subarray([aGate("test"), aGate("smoke", { on: ["land"] })]),
      review: fc.constantFrom("epic" as const, "none" as const),
      close: fc.constantFrom("on-land" as const, "on-merge" as const),
      maxParallel: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ roles, gates, ...rest }) => aCrew(...roles, ...gates, settings(rest)));
}

function worlds(crew: Crew): fc.Arbitrary<World> {
  return pieces.map((given) => worldOf(crew, given));
}

function merged(commit: string): string {
  return treeOf(`m${commit.slice(0, 2)}`);
}

const pieces = fc.record({
  epic: fc.option(fc.constantFrom("open", "closed"), { freq: 8 }),
  beads: beads(),
  orders: fc.array(orders(), { maxLength: 6 }),
  reports: fc.array(reports(), { maxLength: 4 }),
  tips: fc.array(tips(), { maxLength: 4 }),
  flags: fc.array(flags(), { maxLength: 4 }),
  retries: fc.array(
    fc.record({ round, attempt: fc.integer({ min: 0, max: 3 }), words: fc.constant(""), atMs: anyInstant }),
    { maxLength: 2 },
  ),
  holds: fc.array(
    fc.tuple(
      anyRole,
      fc.record({
        state: fc.constantFrom("stopped" as const, "paused" as const, "quarantined" as const, "none" as const),
        reason: fc.constant(""),
        atMs: anyInstant,
      }),
    ),
    { maxLength: 2 },
  ),
  rejected: fc.array(
    fc.tuple(orderIds.map(formatOrderId), fc.record({ commit: anyCommit, words: fc.constant("No"), atMs: anyInstant })),
    { maxLength: 2 },
  ),
  assigned: fc.array(fc.record({ role: anyRole, atMs: anyInstant }), { maxLength: 2 }),
  land: fc.option(anyCommit),
  isRecorded: fc.boolean(),
  branches: fc.array(branches(), { maxLength: 4 }),
  instances: fc.array(instances(), { maxLength: 4 }),
  verdicts: fc.array(
    fc.tuple(
      fc.constantFrom(...commits.map(merged)),
      fc.constantFrom("green" as const, "red" as const, "setup-failed" as const),
      fc.integer({ min: 1, max: 3 }),
    ),
    { maxLength: 8 },
  ),
  runs: fc.array(fc.tuple(fc.constantFrom(...commits.map(merged)), fc.integer({ min: 1, max: 3 }), gateRuns()), {
    maxLength: 3,
  }),
  conflicts: fc.subarray([...commits]),
  base: fc.record({ oid: anyCommit, reachesTip: fc.boolean(), behindTip: fc.boolean() }),
  start: fc.option(anyCommit),
});

type Given = typeof pieces extends fc.Arbitrary<infer T> ? T : never;

function worldOf(crew: Crew, given: Given): World {
  const beads: Bead[] = [...given.beads];
  if (given.epic !== null) beads.push(anEpic({ status: given.epic }));
  const tips = new Map<string, Tip>(given.tips.map((tip) => [tip.name, tip]));
  const tipOids = [...tips.values()].map((tip) => tip.oid);
  const merges = new Map(
    commits.flatMap((source) =>
      [...tipOids, given.base.oid].map((target) => {
        const pair = { source, target };
        const tried = given.conflicts.includes(source)
          ? ({ kind: "conflict", ...pair, paths: ["a"] } as const)
          : ({ kind: "clean", ...pair, tree: merged(source), changes: new Map() } as const);
        return [mergePair(pair), tried] as const;
      }),
    ),
  );
  const verdicts = crew.gates.flatMap((gate) =>
    given.verdicts.map(([tree, result, runs]) => {
      const key = gateKey(tree, gate);
      const verdict: Verdict = {
        key,
        tree,
        gate: gate.name,
        result,
        flaky: false,
        runs,
        exitCode: 1,
        output: "",
        atMs: 500_000,
      };
      return [key, verdict] as const;
    }),
  );
  const runs = crew.gates.flatMap((gate) =>
    given.runs.map(([tree, n, run]) => {
      const key = `${gateKey(tree, gate)}.${n}`;
      return [key, { ...run, key, gate: gate.name }] as const;
    }),
  );
  const empty = aWorld();
  const fact = {
    name: crew.name,
    file: crew.file,
    declaredName: crew.declaredName,
    text: crew.text,
    inputs: {},
    epic: "auth",
    slug: "auth",
    keys: {},
    branches: {},
    into: {},
    base: "main",
  };
  return {
    ...empty,
    nowMs: 1_500_000,
    beads: new Map(beads.map((bead) => [bead.id, bead])),
    merges,
    repository: {
      ...empty.repository,
      base: { ...empty.repository.base, ...given.base },
      ...(given.start !== null && { start: given.start }),
      tips,
      orders: distinct(given.orders),
      reports: distinct(given.reports),
      verdicts: new Map(verdicts),
      branches: new Map(given.branches),
      facts: {
        ...noFacts,
        ...(given.isRecorded && { project: fact }),
        ...(given.land !== null && { land: { tip: given.land, atMs: 400_000 } }),
        retries: new Map(given.retries.map((retry, n) => [beadIds[n + 2] ?? "", retry])),
        rejections: new Map(given.rejected),
        assignments: new Map(given.assigned.map((assignment, n) => [beadIds[n + 2] ?? "", assignment])),
        holds: new Map(given.holds),
        rounds: new Map(given.flags),
      },
    },
    runtime: {
      instances: new Map(given.instances.map((instance) => [instance.role, instance])),
      volumes: new Set(given.instances.map((instance) => instance.role)),
      gates: new Map(runs),
    },
  };
}

function distinct<T extends Pick<Order, "id">>(records: readonly T[]): readonly T[] {
  return [...new Map(records.map((record) => [mailId(record.id), record])).values()];
}

function beads(): fc.Arbitrary<readonly Bead[]> {
  const bead = (id: string): fc.Arbitrary<Bead> =>
    fc
      .record({
        status: fc.constantFrom("open", "open", "in_progress", "closed", "deferred"),
        assignee: fc.constantFrom("crew/ada", "ana"),
        labels: fc.subarray([...roleNames, "shared"], { maxLength: 2 }),
        blockedBy: fc.subarray([...beadIds, "elsewhere", "deleted", "auth"], { maxLength: 2 }),
        priority: fc.integer({ min: 0, max: 4 }),
        parent: fc.constantFrom(id.replace(/\.\d+$/, ""), "auth", ...beadIds),
        metadata: fc.constantFrom({}, { [metadataKeys.merged]: commits[0] ?? "" }),
      })
      .map((given) => aBead(id, given));
  return fc.subarray([...beadIds, "elsewhere"], { minLength: 1 }).chain((ids) => fc.tuple(...ids.map(bead)));
}

function orders(): fc.Arbitrary<Order> {
  return fc.record(
    {
      id: orderIds,
      kind: fc.constantFrom("bead" as const, "mend" as const, "conflict" as const),
      role: anyRole,
      start: anyCommit,
      merge: anyCommit,
      cause: fc.constant("because"),
      words: fc.constant(""),
      counts: fc.boolean(),
      issuedAtMs: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ["id", "kind", "role", "start", "cause", "words", "counts", "issuedAtMs"] },
  );
}

function reports(): fc.Arbitrary<Report> {
  return fc.record({
    id: orderIds,
    role: anyRole,
    state: fc.constantFrom(
      "done" as const,
      "done" as const,
      "failed" as const,
      "unresolved" as const,
      "refused" as const,
      "withdrawn" as const,
    ),
    commit: anyCommit,
    tree: fc.constant(treeOf("report")),
    turns: fc.constant(1),
    note: fc.constant("note"),
    detail: fc.constant(""),
    oneSided: fc.boolean(),
  });
}

function tips(): fc.Arbitrary<Tip> {
  const chained: fc.Arbitrary<ChainCommit> = fc.record(
    {
      oid: anyCommit,
      tree: fc.constant(treeOf("chain")),
      parents: fc.constant([]),
      subject: fc.constant("Merge"),
      role: anyRole,
      bead: fc.record({ id: fc.constantFrom(...beadIds), round }),
      undo: fc.record({ id: fc.constantFrom(...beadIds), round }),
      person: anyCommit,
      move: anyRole,
      gates: fc.constant([]),
    },
    { requiredKeys: ["oid", "tree", "parents", "subject", "gates"] },
  );
  return fc
    .record({
      name: fc.constantFrom("epic", "epic", ...roleNames),
      oid: anyCommit,
      chain: fc.array(chained, { maxLength: 3 }),
      more: fc.subarray([...commits]),
    })
    .map(({ more, ...tip }) => ({
      ...tip,
      tree: treeOf("tip"),
      reaches: new Set([...more, ...tip.chain.map((commit) => commit.oid)]),
    }));
}

function flags(): fc.Arbitrary<[string, RoundFacts]> {
  return fc.tuple(
    fc.tuple(fc.constantFrom("auth", ...beadIds), round).map(([id, n]) => `${id}.${n}`),
    fc.record({ closing: fc.boolean(), closed: fc.boolean(), withdrawn: fc.boolean() }),
  );
}

function branches(): fc.Arbitrary<[string, VisibleBranch]> {
  return fc.tuple(
    fc.constantFrom("epic", ...roleNames, "gone"),
    fc.record(
      {
        branch: fc.constant("feature/x"),
        relation: fc.constantFrom<VisibleBranch["relation"]>("new", "same", "ahead", "rewritten", "deleted", "foreign"),
        oid: anyCommit,
        shown: anyCommit,
        checkedOutAt: fc.constant("/src"),
        own: fc.subarray([...commits], { maxLength: 2 }),
      },
      { requiredKeys: ["branch", "relation", "own"] },
    ),
  );
}

function instances(): fc.Arbitrary<Instance> {
  const phases: Phase[] = [
    "starting",
    "idle",
    "setup",
    "setup-failed",
    "working",
    "checking",
    "reporting",
    "stopping",
    "stopped",
    "broken",
  ];
  const text = orderIds.map((id) => mailId(id).replace("+", "/"));
  const mail = fc.record({
    status: fc.record(
      {
        phase: fc.constantFrom(...phases),
        order: text,
        turn: fc.constant(1),
        sinceMs: anyInstant,
        detail: fc.constant(""),
        fruitless: fc.integer({ min: 0, max: 3 }),
      },
      { requiredKeys: ["phase", "turn", "sinceMs", "detail", "fruitless"] },
    ),
    inbox: fc.array(
      orderIds.map((id) => mailId(id)),
      { maxLength: 2 },
    ),
    outbox: fc.array(
      text.map((order) => ({
        order,
        commit: commits[1] ?? "",
        state: "done" as const,
        turns: 1,
        note: "",
        detail: "",
      })),
      { maxLength: 2 },
    ),
  });
  return fc.record({
    role: anyRole,
    spec: anyRole.map((role) => ({ role, environment: {} })),
    running: fc.boolean(),
    paused: fc.boolean(),
    mail: fc.oneof({ arbitrary: mail, weight: 9 }, { arbitrary: fc.constant("unreadable" as const), weight: 1 }),
  });
}

function gateRuns(): fc.Arbitrary<Pick<GateRun, "running" | "result">> {
  return fc.oneof(
    fc.constant({ running: true }),
    fc.constant({ running: false }),
    fc.record({
      running: fc.constant(false),
      result: fc.record({
        kind: fc.constantFrom("setup-failed" as const, "exited" as const, "timed-out" as const),
        exitCode: fc.integer({ min: 0, max: 1 }),
        output: fc.constant(""),
      }),
    }),
  );
}

/** The same world, everything in it listed the other way round. */
export function reversed(world: World): World {
  const turn = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> => new Map([...map].reverse());
  const { repository, runtime } = world;
  const { facts } = repository;
  return {
    ...world,
    beads: turn(world.beads),
    merges: turn(world.merges),
    repository: {
      ...repository,
      tips: turn(repository.tips),
      orders: [...repository.orders].reverse(),
      reports: [...repository.reports].reverse(),
      verdicts: turn(repository.verdicts),
      branches: turn(repository.branches),
      facts: {
        ...facts,
        retries: turn(facts.retries),
        approvals: turn(facts.approvals),
        rounds: turn(facts.rounds),
        holds: turn(facts.holds),
      },
    },
    runtime: {
      instances: turn(runtime.instances),
      volumes: new Set([...runtime.volumes].reverse()),
      gates: turn(runtime.gates),
    },
  };
}

export function withRole(crew: Crew, name: string, change: Partial<Role>): Crew {
  return { ...crew, roles: crew.roles.map((role) => (role.name === name ? { ...role, ...change } : role)) };
}

/** A project that is set up, each role idle, with arbitrary work behind it: where crew often has nothing left to do. */
export const quietSituations: fc.Arbitrary<Situation> = crews().chain((crew) =>
  pieces.map((given) => {
    const arbitrary = worldOf(crew, given);
    const project = aProject(crew);
    const epic = project.repository.tips.get("epic");
    const stands = given.tips.find((tip) => tip.name === "epic");
    const orders = arbitrary.repository.orders.filter(({ role }) => role !== "gone");
    const oids = given.tips.map((tip) => tip.oid).concat(epic?.oid ?? []);
    const merges = commits.flatMap((source) =>
      oids.map((target) => {
        const isConflict = given.conflicts.includes(source);
        const pair = { source, target };
        const tried: TestMerge = isConflict
          ? { kind: "conflict", ...pair, paths: ["a"] }
          : { kind: "clean", ...pair, tree: merged(source), changes: new Map() };
        return [mergePair(pair), tried] as const;
      }),
    );
    const world: World = {
      ...project,
      beads: new Map([...arbitrary.beads].filter(([id]) => id !== "auth")).set("auth", anEpic()),
      merges: new Map([...arbitrary.merges, ...merges]),
      repository: {
        ...project.repository,
        base: { ...project.repository.base, ...given.base },
        tips: new Map([...project.repository.tips, ...(stands ? [["epic", stands] as const] : [])]),
        orders,
        // Most orders are reported, so that something comes of them.
        reports: orders.flatMap(({ id, role }, n) => {
          const like = given.reports[n % Math.max(1, given.reports.length)];
          return like && n % 3 !== 2 ? [{ ...like, id, role }] : [];
        }),
        verdicts: new Map([...project.repository.verdicts, ...arbitrary.repository.verdicts]),
        facts: {
          ...arbitrary.repository.facts,
          ...(project.repository.facts.project && { project: project.repository.facts.project }),
        },
      },
      runtime: project.runtime,
    };
    return { crew, world };
  }),
);
