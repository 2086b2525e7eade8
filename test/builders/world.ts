// Worlds for tests: a bare repository, or a project that is set up and idle; parts then say what differs.

import { tipNames } from "../../src/merge/targets.ts";
import { gateKey } from "../../src/merge/verdicts.ts";
import type { Bead } from "../../src/model/bead.ts";
import type { Tip } from "../../src/model/chain.ts";
import type { Crew } from "../../src/model/crew.ts";
import { type Oid, orderIdOfMail, parseOrderId } from "../../src/model/names.ts";
import {
  type Facts,
  noFacts,
  type Order,
  type ProjectFact,
  type Report,
  type Verdict,
} from "../../src/model/records.ts";
import { instanceSpec } from "../../src/model/spec.ts";
import type {
  BaseState,
  GateRun,
  Instance,
  Mail,
  MailReport,
  MailStatus,
  RepositoryState,
  RuntimeState,
  VisibleBranch,
  World,
} from "../../src/model/world.ts";
import { mergePair } from "../../src/model/world.ts";
import { anEpic } from "./bead.ts";
import { mergedTree, nowMs, oid, treeOf } from "./oids.ts";

export type WorldPart = (world: World) => World;

/** A repository with a base branch and nothing of crew. */
export function aWorld(...parts: readonly WorldPart[]): World {
  const empty: World = {
    nowMs,
    repository: {
      id: "repo",
      base: {
        branch: "main",
        oid: oid("base"),
        tree: treeOf("base"),
        reachesTip: false,
        behindTip: false,
      },
      tips: new Map(),
      orders: [],
      reports: [],
      facts: noFacts,
      verdicts: new Map(),
      branches: new Map(),
      archives: [],
      rescues: new Map(),
    },
    runtime: { instances: new Map(), volumes: new Set(), gates: new Map() },
    beads: new Map(),
    tracker: { kind: "git", issueShape: "1.x" },
    merges: new Map(),
  };
  return withParts(empty, parts);
}

/** The project after its set-up: recorded, points and branches at base, every instance idle, gates green on base. */
export function aProject(crew: Crew, ...parts: readonly WorldPart[]): World {
  const branches = new Map<string, VisibleBranch>();
  for (const [name, branch] of [
    ...crew.roles.map((role) => [role.name, role.branch] as const),
    ["epic", crew.epic.branch] as const,
  ]) {
    branches.set(name, { branch, relation: "same", oid: oid("base"), shown: oid("base"), own: [] });
  }
  const fact: ProjectFact = {
    name: crew.name,
    file: crew.file,
    declaredName: crew.declaredName,
    text: crew.text,
    inputs: crew.inputs,
    epic: "auth",
    slug: crew.epic.slug,
    keys: {},
    branches: Object.fromEntries([...branches].map(([name, { branch }]) => [name, branch])),
    into: Object.fromEntries(crew.roles.map((role) => [role.name, role.into])),
    base: "main",
    ...(crew.protect.length > 0 && { protect: crew.protect }),
  };
  const setUp = aWorld(
    withBeads(anEpic()),
    withRepository({
      start: oid("base"),
      tips: new Map(
        tipNames(crew).map((name) => [
          name,
          { name, oid: oid("base"), tree: treeOf("base"), chain: [], reaches: new Set<Oid>() },
        ]),
      ),
      branches,
    }),
    withBase({ reachesTip: true, behindTip: true }),
    withFacts({ project: fact }),
    withRuntime({
      instances: new Map(
        crew.roles.map((role) => [
          role.name,
          { role: role.name, spec: instanceSpec(role), running: true, pid: 7, startedAtMs: 1, mail: idleMail },
        ]),
      ),
      volumes: new Set(crew.roles.map((role) => role.name)),
    }),
    aVerdict(crew, treeOf("base"), "green"),
  );
  return withParts(setUp, parts);
}

function withParts(world: World, parts: readonly WorldPart[]): World {
  return parts.reduce((before, part) => part(before), world);
}

export function withRepository(given: Partial<RepositoryState>): WorldPart {
  return (world) => ({ ...world, repository: { ...world.repository, ...given } });
}

export function withBase(given: Partial<BaseState>): WorldPart {
  return (world) => withRepository({ base: { ...world.repository.base, ...given } })(world);
}

/** Maps of facts are added to what is there. */
export function withFacts(given: Partial<Facts>): WorldPart {
  return (world) => {
    const { facts } = world.repository;
    return withRepository({
      facts: {
        ...facts,
        ...given,
        retries: new Map([...facts.retries, ...(given.retries ?? [])]),
        approvals: new Map([...facts.approvals, ...(given.approvals ?? [])]),
        messages: new Map([...facts.messages, ...(given.messages ?? [])]),
        rejections: new Map([...facts.rejections, ...(given.rejections ?? [])]),
        assignments: new Map([...facts.assignments, ...(given.assignments ?? [])]),
        holds: new Map([...facts.holds, ...(given.holds ?? [])]),
        rounds: new Map([...facts.rounds, ...(given.rounds ?? [])]),
      },
    })(world);
  };
}

export function withRuntime(given: Partial<RuntimeState>): WorldPart {
  return (world) => ({ ...world, runtime: { ...world.runtime, ...given } });
}

export function withBeads(...beads: readonly Bead[]): WorldPart {
  return (world) => ({ ...world, beads: new Map([...world.beads, ...beads.map((bead) => [bead.id, bead] as const)]) });
}

export function without(id: string): WorldPart {
  return (world) => ({ ...world, beads: new Map([...world.beads].filter(([other]) => other !== id)) });
}

const idleStatus: MailStatus = { phase: "idle", turn: 0, sinceMs: 1, detail: "", fruitless: 0 };
const idleMail: Mail = { status: idleStatus, inbox: [], outbox: [] };

export function anInstance(role: string, given: Partial<Omit<Instance, "role">>): WorldPart {
  return (world) => {
    const { instances } = world.runtime;
    const before = instances.get(role) ?? { role, spec: { role, environment: {} }, running: true, mail: idleMail };
    return withRuntime({ instances: new Map(instances).set(role, { ...before, ...given }) })(world);
  };
}

export function withMail(role: string, given: Partial<Mail>): WorldPart {
  return (world) => {
    const before = world.runtime.instances.get(role)?.mail;
    const mail = before === undefined || before === "unreadable" ? idleMail : before;
    return anInstance(role, { mail: { ...mail, ...given } })(world);
  };
}

/** What the supervisor says: the phase and, where there is one, the order in hand. */
export function atPhase(role: string, given: Partial<MailStatus>): WorldPart {
  return withMail(role, { status: { ...idleStatus, ...given } });
}

/** An order is in the role's hands. */
export function atWork(role: string, order: string): WorldPart {
  return atPhase(role, { phase: "working", order, turn: 1 });
}

/** In the outbox, not yet imported. */
export function inOutbox(role: string, ...orders: readonly string[]): WorldPart {
  return withMail(role, { outbox: orders.map((order) => aMailReport(order)) });
}

export function aMailReport(order: string, given: Partial<MailReport> = {}): MailReport {
  return { order, commit: oid(`work-${order}`), state: "done", turns: 1, note: "", detail: "", ...given };
}

/** `login.1.2`: subject, round, attempt. Started at base; a later attempt was issued later. */
export function anOrder(id: string, role: string, given: Partial<Omit<Order, "id" | "role">> = {}): WorldPart {
  const order: Order = {
    id: orderId(id),
    kind: "bead",
    role,
    start: oid("base"),
    cause: "ready",
    words: "",
    counts: true,
    issuedAtMs: 1000 * orderId(id).round + orderId(id).attempt,
    ...given,
  };
  return (world) => withRepository({ orders: [...world.repository.orders, order] })(world);
}

/** A pinned report. Its commit is `commit`; its test merge with a tip is a part of its own. */
export function aReport(id: string, role: string, commit: string, given: Partial<Report> = {}): WorldPart {
  const report: Report = {
    id: orderId(id),
    role,
    state: "done",
    commit: oid(commit),
    tree: treeOf(commit),
    turns: 1,
    note: "",
    detail: "",
    oneSided: false,
    ...given,
  };
  return (world) => withRepository({ reports: [...world.repository.reports, report] })(world);
}

function orderId(text: string) {
  const id = text.includes("+") ? orderIdOfMail(text) : parseOrderId(text);
  if (!id) throw new Error(`${text} is no order id`);
  return id;
}

/** The order was given and reported as done at this commit, which merges cleanly into the tip as it is now. */
export function reported(id: string, role: string, commit: string, tip = "epic"): WorldPart {
  return all(anOrder(id, role), aReport(id, role, commit), mergesCleanly(commit, tip));
}

export function all(...parts: readonly WorldPart[]): WorldPart {
  return (world) => withParts(world, parts);
}

/** The test merge of a commit into a tip as it is at this point of the list of parts. */
export function mergesCleanly(source: string, tip = "epic", tree = mergedTree(source)): WorldPart {
  return (world) => {
    const pair = { source: oid(source), target: tipOf(world, tip).oid };
    return {
      ...world,
      merges: new Map(world.merges).set(mergePair(pair), { kind: "clean", ...pair, tree, changes: new Map() }),
    };
  };
}

export function conflicts(source: string, tip: string, ...paths: readonly string[]): WorldPart {
  return (world) => {
    const pair = { source: oid(source), target: tipOf(world, tip).oid };
    return { ...world, merges: new Map(world.merges).set(mergePair(pair), { kind: "conflict", ...pair, paths }) };
  };
}

/** The landing's test merge: the epic's tip into base. */
export function landingMerge(tree: Oid | readonly string[]): WorldPart {
  return (world) => {
    const pair = { source: tipOf(world, "epic").oid, target: world.repository.base.oid };
    const tried =
      typeof tree === "string"
        ? ({ kind: "clean", ...pair, tree, changes: new Map() } as const)
        : ({ kind: "conflict", ...pair, paths: tree } as const);
    return { ...world, merges: new Map(world.merges).set(mergePair(pair), tried) };
  };
}

function tipOf(world: World, name: string): Tip {
  const tip = world.repository.tips.get(name);
  if (!tip) throw new Error(`there is no tip ${name}`);
  return tip;
}

/** Every gate of the crew has this verdict on the tree. */
export function aVerdict(crew: Crew, tree: Oid, result: Verdict["result"], given: Partial<Verdict> = {}): WorldPart {
  return (world) => {
    const verdicts = new Map(world.repository.verdicts);
    for (const gate of crew.gates) {
      const key = gateKey(tree, gate);
      const exitCode = result === "green" ? 0 : 1;
      const output = result === "green" ? "" : "1 failed: expected 401";
      const runs = result === "red" ? 2 : 1;
      verdicts.set(key, {
        key,
        tree,
        gate: gate.name,
        result,
        flaky: false,
        runs,
        exitCode,
        output,
        atMs: 500_000,
        ...given,
      });
    }
    return withRepository({ verdicts })(world);
  };
}

/** A gate's instance for the tree: its n-th run. */
export function aGateRun(
  crew: Crew,
  tree: Oid,
  given: Partial<Omit<GateRun, "key">> & { readonly run?: number } = {},
): WorldPart {
  return (world) => {
    const gates = new Map(world.runtime.gates);
    for (const gate of crew.gates) {
      const { run = 1, ...rest } = given;
      const key = `${gateKey(tree, gate)}.${run}`;
      gates.set(key, { key, gate: gate.name, running: true, ...rest });
    }
    return withRuntime({ gates })(world);
  };
}

/** The bead's work at `source` was merged into the tip by the commit `as`. */
export function merged(
  bead: string,
  role: string,
  how: { readonly source: string; readonly as: string; readonly tip?: string; readonly round?: number },
): WorldPart {
  const { source, as, tip = "epic", round = 1 } = how;
  return moved(tip, { as, source, role, bead: { id: bead, round } });
}

/** The role's tip was merged into the tip above it by the commit `as`. */
export function movedUp(role: string, how: { readonly as: string; readonly into?: string }): WorldPart {
  return (world) => {
    const { as, into = "epic" } = how;
    const from = tipOf(world, role);
    return moved(into, { as, source: from.oid, role, move: role, brings: from.reaches })(world);
  };
}

interface Move {
  readonly as: string;
  readonly source: string;
  readonly role: string;
  readonly bead?: { readonly id: string; readonly round: number };
  readonly move?: string;
  readonly person?: Oid;
  readonly undo?: { readonly id: string; readonly round: number };
  readonly brings?: ReadonlySet<Oid>;
}

/** The tip stands at a new commit of crew's own; base no longer reaches it. */
export function moved(name: string, { as, source, brings = new Set(), ...says }: Move): WorldPart {
  return (world) => {
    const tip = tipOf(world, name);
    const commit = {
      oid: oid(as),
      tree: treeOf(as),
      parents: [tip.oid, oid(source)],
      subject: `Merge ${source}`,
      gates: [],
      ...says,
    };
    const next: Tip = {
      ...tip,
      oid: commit.oid,
      tree: commit.tree,
      chain: [...tip.chain, commit],
      reaches: new Set([...tip.reaches, ...brings, oid(source), commit.oid]),
    };
    return all(
      withRepository({ tips: new Map(world.repository.tips).set(name, next) }),
      ...(name === "epic" ? [withBase({ reachesTip: false, behindTip: true })] : []),
    )(world);
  };
}

/** The branch as observed; `same` at what is shown unless said otherwise. */
export function aBranch(name: string, given: Partial<VisibleBranch>): WorldPart {
  return (world) => {
    const { branches } = world.repository;
    const before = branches.get(name) ?? { branch: name, relation: "same", own: [] };
    return withRepository({ branches: new Map(branches).set(name, { ...before, ...given }) })(world);
  };
}

/** crew showed this commit there, and there it stands. */
export function shows(name: string, commit: string): WorldPart {
  return aBranch(name, { relation: "same", oid: oid(commit), shown: oid(commit) });
}

/** A person committed on top of what crew showed. */
export function aheadBy(name: string, commit: string): WorldPart {
  return aBranch(name, { relation: "ahead", oid: oid(commit), own: [oid(commit)] });
}

/** A person wants the bead's first round out again: `commit` takes the evidence back. */
export function anUndo(
  bead: string,
  how: { readonly commit: string; readonly evidence: string; readonly words?: string; readonly round?: number },
): WorldPart {
  return (world) => {
    const { commit, evidence, words = "", round = 1 } = how;
    const undo = { bead, round, commit: oid(commit), evidence: oid(evidence), words, atMs: 400_000 };
    return withFacts({ undos: new Map(world.repository.facts.undos).set(`${bead}.${round}`, undo) })(world);
  };
}
