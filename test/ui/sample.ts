// Hand-built crews and worlds for the ui tests: one project with a backend, a frontend and a nested role. Real plan, real survey.
import { survey } from "../../src/merge/survey.ts";
import { gateKey } from "../../src/merge/verdicts.ts";
import type { Bead } from "../../src/model/bead.ts";
import type { ChainCommit, Tip } from "../../src/model/chain.ts";
import type { Crew, Gate, Role, TaskSpec } from "../../src/model/crew.ts";
import { epicTip, formatOrderId } from "../../src/model/names.ts";
import { type Facts, noFacts, type Order, type Report, type Verdict } from "../../src/model/records.ts";
import { instanceSpec } from "../../src/model/spec.ts";
import { type Instance, type MailStatus, mergePair, type TestMerge, type World } from "../../src/model/world.ts";
import { epicPlace } from "../../src/plan/epic.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Seen } from "../../src/ui/seen.ts";

export const nowMs = Date.UTC(2026, 2, 1, 12, 0, 0);

export const oid = (letter: string): string => letter.repeat(40);

export const epicId = "auth-a3f8";

export const testGate: Gate = {
  name: "test",
  run: "npm test",
  timeoutMs: 60_000,
  environment: {},
  on: ["candidate", "land"],
};

export function aRole(name: string, changes: Partial<Role> = {}): Role {
  return {
    name,
    branch: `feature/auth-${name}`,
    into: epicTip,
    dependsOn: [],
    beads: { labels: [name] },
    agent: { command: "agent", turnTimeoutMs: 60_000, maxAttempts: 3 },
    environment: {},
    ...changes,
  };
}

export function aTask(key: string, title: string, changes: Partial<TaskSpec> = {}): TaskSpec {
  return { key, title, type: "task", priority: 2, labels: [], blockedBy: [], ...changes };
}

export function aCrew(changes: Partial<Crew> = {}): Crew {
  return {
    name: "auth",
    declaredName: "auth",
    file: "crew.yaml",
    text: "",
    inputs: {},
    epic: { title: "[AUTH] Sign-in", slug: "sign-in", branch: "epic/auth" },
    tasks: [],
    roles: [aRole("backend"), aRole("frontend", { dependsOn: ["backend"] }), aRole("forms", { into: "frontend" })],
    gates: [testGate],
    review: "epic",
    strategy: "merge",
    batch: 1,
    radar: "off",
    land: "merge",
    push: false,
    close: "on-land",
    maxParallel: 4,
    protect: [],
    maxGates: 1,
    runtime: "process",
    tracker: { kind: "git" },
    ...changes,
  };
}

export function aBead(id: string, title: string, changes: Partial<Bead> = {}): Bead {
  return {
    id,
    title,
    description: "",
    acceptance: "",
    notes: "",
    status: "open",
    type: "task",
    priority: 2,
    labels: [],
    blockedBy: [],
    metadata: {},
    comments: [],
    createdAt: "2026-03-01T11:00:00Z",
    updatedAt: "2026-03-01T11:00:00Z",
    ...changes,
  };
}

export function anEpic(changes: Partial<Bead> = {}): Bead {
  const metadata = { crew_project: "auth", crew_key: "epic:sign-in" };
  return aBead(epicId, "[AUTH] Sign-in", { type: "epic", metadata, ...changes });
}

export function aTip(name: string, changes: Partial<Tip> = {}): Tip {
  return { name, oid: oid("e"), tree: oid("1"), chain: [], reaches: new Set(), ...changes };
}

export function evidence(bead: string, letter: string): ChainCommit {
  const gates = [gateKey(oid("1"), testGate)];
  return {
    oid: oid(letter),
    tree: oid("1"),
    parents: [],
    subject: `Merge ${bead}`,
    bead: { id: bead, round: 1 },
    gates,
  };
}

export function anOrder(
  subject: string,
  role: string,
  changes: Partial<Order> & { readonly attempt?: number } = {},
): Order {
  const { attempt = 1, ...rest } = changes;
  const id = { subject, round: 1, attempt };
  return {
    id,
    kind: "bead",
    role,
    start: oid("e"),
    cause: "ready",
    words: "",
    counts: true,
    issuedAtMs: nowMs - 90_000,
    ...rest,
  };
}

export function aReport(order: Order, changes: Partial<Report> = {}): Report {
  const { id, role } = order;
  return {
    id,
    role,
    state: "done",
    commit: oid("c"),
    tree: oid("2"),
    turns: 1,
    note: "",
    detail: "",
    oneSided: false,
    ...changes,
  };
}

export function anInstance(role: string, status: Partial<MailStatus> = {}, changes: Partial<Instance> = {}): Instance {
  return {
    role,
    spec: instanceSpec(aRole(role)),
    running: true,
    pid: 4711,
    startedAtMs: nowMs - 3_600_000,
    mail: {
      status: { phase: "idle", turn: 0, sinceMs: nowMs - 65_000, detail: "", fruitless: 0, ...status },
      inbox: [],
      outbox: [],
    },
    ...changes,
  };
}

export function working(order: Order, changes: Partial<MailStatus> = {}): Instance {
  return anInstance(order.role, { phase: "working", order: formatOrderId(order.id), turn: 1, ...changes });
}

export function aVerdict(tree: string, changes: Partial<Verdict> = {}): Verdict {
  const base = { gate: "test", result: "green", flaky: false, runs: 1, exitCode: 0, output: "", atMs: nowMs } as const;
  return { key: gateKey(tree, testGate), tree, ...base, ...changes };
}

export interface WorldParts {
  readonly beads?: readonly Bead[];
  readonly tips?: readonly Tip[];
  readonly orders?: readonly Order[];
  readonly reports?: readonly Report[];
  readonly instances?: readonly Instance[];
  readonly verdicts?: readonly Verdict[];
  readonly merges?: readonly TestMerge[];
  readonly gates?: World["runtime"]["gates"];
  readonly facts?: Partial<Facts>;
  readonly base?: Partial<World["repository"]["base"]>;
  readonly branches?: World["repository"]["branches"];
}

export function aWorld(parts: WorldParts = {}): World {
  const { beads = [], tips = [], orders = [], reports = [], instances = [], verdicts = [], merges = [] } = parts;
  return {
    nowMs,
    repository: {
      id: "r",
      base: { branch: "main", oid: oid("b"), tree: oid("1"), reachesTip: false, behindTip: true, ...parts.base },
      ...(tips.length > 0 && { start: oid("b") }),
      tips: new Map(tips.map((tip) => [tip.name, tip])),
      orders,
      reports,
      facts: { ...noFacts, ...parts.facts },
      verdicts: new Map(verdicts.map((verdict) => [verdict.key, verdict])),
      branches: parts.branches ?? new Map(),
      archives: [],
      rescues: new Map(),
    },
    tracker: { kind: "git", issueShape: "1.x" },
    runtime: {
      instances: new Map(instances.map((instance) => [instance.role, instance])),
      volumes: new Set(instances.map((instance) => instance.role)),
      gates: parts.gates ?? new Map(),
    },
    beads: new Map(beads.map((bead) => [bead.id, bead])),
    merges: new Map(merges.map((merge) => [mergePair(merge), merge])),
  };
}

export function seen(crew: Crew, world: World): Seen {
  const options = { startedAtMs: nowMs - 600_000, allowRedBase: false };
  return {
    crew,
    world,
    plan: plan(crew, world, options),
    survey: survey(crew, world, { epic: epicPlace(crew, world).id, ...options }),
  };
}

/** The project's record, so that the plan of a running project does not begin with it. */
export function recorded(crew: Crew): Partial<Facts> {
  const branches = Object.fromEntries([
    ...crew.roles.map((role) => [role.name, role.branch]),
    ["epic", crew.epic.branch],
  ]);
  const into = Object.fromEntries(crew.roles.map((role) => [role.name, role.into]));
  const { name, declaredName, file, text, inputs, epic } = crew;
  const about = { name, declaredName, file, text, inputs, epic: epicId, slug: epic.slug };
  return { project: { ...about, keys: {}, branches, into, base: "main" } };
}

/** A project in the middle of its work: something of everything. */
export function midway(): Seen {
  const crew = aCrew();
  const beads = [
    anEpic(),
    aBead(`${epicId}.1`, "[AUTH/backend] Sign-in API", { type: "feature", parent: epicId }),
    aBead(`${epicId}.1.1`, "[AUTH/backend] POST /login", { parent: `${epicId}.1`, labels: ["backend"] }),
    aBead(`${epicId}.1.2`, "[AUTH/backend] Session tokens", { parent: `${epicId}.1`, labels: ["backend"] }),
    aBead(`${epicId}.1.3`, "[AUTH/backend] Rate limit on sign-in", {
      parent: `${epicId}.1`,
      labels: ["backend"],
      blockedBy: [`${epicId}.1.2`],
    }),
    aBead(`${epicId}.2`, "[AUTH/frontend] Sign-in form", {
      parent: epicId,
      labels: ["frontend"],
      status: "in_progress",
    }),
    aBead(`${epicId}.3`, "[AUTH/forms] Field validation with messages in the reader's own language", {
      parent: epicId,
      labels: ["forms"],
    }),
    aBead(`${epicId}.4`, "Write the release note", { parent: epicId }),
  ];
  const merged = evidence(`${epicId}.1.1`, "f");
  const frontend = aTip("frontend", { oid: oid("d") });
  const orders = [
    anOrder(`${epicId}.1.1`, "backend"),
    anOrder(`${epicId}.1.2`, "backend"),
    anOrder(`${epicId}.1.2`, "backend", { attempt: 2, kind: "mend", cause: `gate test is red with ${epicId}.1.2` }),
    anOrder(`${epicId}.2`, "frontend"),
    anOrder(`${epicId}.3`, "forms"),
    anOrder(`${epicId}.3`, "forms", { attempt: 2, kind: "failed" }),
    anOrder(`${epicId}.3`, "forms", { attempt: 3, kind: "failed" }),
  ];
  const [first, second, third, form, , , last] = orders as [Order, Order, Order, Order, Order, Order, Order];
  const reports = [
    aReport(first, { commit: oid("f") }),
    aReport(second),
    aReport(form, { commit: oid("9") }),
    ...[orders[4], orders[5]].map((order) =>
      aReport(order as Order, { state: "failed", note: "check failed: 2 tests" }),
    ),
    aReport(last, { state: "failed", note: "check failed: validation.test.js: expected 3 messages, got 2" }),
  ];
  const candidate: TestMerge = {
    kind: "clean",
    source: oid("9"),
    target: frontend.oid,
    tree: oid("3"),
    changes: new Map(),
  };
  const world = aWorld({
    beads,
    tips: [aTip("epic", { chain: [merged], reaches: new Set([merged.oid]) }), frontend],
    orders,
    reports,
    merges: [candidate],
    gates: new Map([
      [`${gateKey(oid("3"), testGate)}.1`, { key: `${gateKey(oid("3"), testGate)}.1`, gate: "test", running: true }],
    ]),
    instances: [working(third, { turn: 2 }), anInstance("frontend"), anInstance("forms")],
    facts: recorded(crew),
  });
  return seen(crew, world);
}
