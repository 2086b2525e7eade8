// A Runtime in memory: agents and gates are functions that the test supplies. Keeps what the contract suite demands and
// nothing else; there are no processes, files or commits.
import { text } from "node:stream/consumers";
import { type OrderMessage, repeatMark } from "../../src/agents/mailbox.ts";
import { CrewError } from "../../src/errors.ts";
import { endsInstance } from "../../src/model/signals.ts";
import type { InstanceSpec } from "../../src/model/spec.ts";
import type { GateRun, Instance, MailReport, MailStatus, Phase, RuntimeState } from "../../src/model/world.ts";
import type { Message } from "../../src/ports/message.ts";
import type { ExecEnd, LogOptions, NewGate, NewVolume, Runtime } from "../../src/ports/runtime.ts";
import { type FakeFiles, fakeCopyIn, fakeCopyOut, fakeKindAt } from "./runtime-files.ts";
import { type FakeServices, fakeServices } from "./runtime-services.ts";

export type FakeReport = Omit<MailReport, "order">;
export type GateResult = NonNullable<GateRun["result"]>;

export interface FakeRuntimeOptions {
  readonly nowMs: () => number;
  /** What the role's agent makes of an order. Undefined: it is at work, and asked again by `goOn`. */
  readonly work: (order: OrderMessage, role: string, volume: NewVolume) => FakeReport | undefined;
  /** How often the role's supervisor has been ended from inside; a stop forgets it. Absent: never. */
  readonly crashes?: (order: OrderMessage, role: string) => number;
  /** Runs a person's command; absent: there is none. */
  readonly exec?: (command: FakeCommand) => ExecEnd;
  /** How a gate ends. Undefined: it runs on. */
  readonly gate: (gate: NewGate) => GateResult | undefined;
}

export interface FakeCommand {
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly say: (text: string) => void;
}

export interface FakeRuntime extends Runtime {
  /** Asks agents and gates that were at work again. */
  goOn(): void;
  /** Another crew's view of the same instances. */
  again(): FakeRuntime;
}

interface Role {
  readonly volume: NewVolume;
  spec?: InstanceSpec;
  running: boolean;
  paused: boolean;
  /** It was stopped since: its ends are forgotten. */
  isSpared: boolean;
  startedAtMs: number;
  status: MailStatus;
  readonly orders: Map<string, OrderMessage>;
  readonly withdrawn: Set<string>;
  /** Of each message the mail id of the order that it is for. */
  readonly told: Map<string, string>;
  readonly finished: Set<string>;
  readonly outbox: Map<string, MailReport>;
  readonly log: string[];
  readonly files: FakeFiles;
}

interface State {
  readonly roles: Map<string, Role>;
  readonly gates: Map<string, { readonly gate: NewGate; result?: GateResult }>;
  readonly gateLogs: Map<string, { readonly key: string; readonly text: string }>;
  readonly services: FakeServices;
  readonly watchers: Set<() => void>;
}

export function fakeRuntime(options: FakeRuntimeOptions, shared?: State): FakeRuntime {
  const state: State = shared ?? {
    roles: new Map(),
    gates: new Map(),
    gateLogs: new Map(),
    services: new Map(),
    watchers: new Set(),
  };
  const changed = () => {
    for (const watcher of state.watchers) watcher();
  };
  const proceed = (name: string) => {
    const role = state.roles.get(name);
    if (role?.running && !role.paused) serve(name, role, options);
    changed();
  };
  return {
    goOn: () => {
      for (const name of state.roles.keys()) proceed(name);
      for (const run of state.gates.values()) runGate(run, options);
      changed();
    },
    again: () => fakeRuntime(options, state),
    observe: async () => observe(state),
    pullImage: async () => undefined,
    buildImage: async () => undefined,
    clear: async () => undefined,
    createVolume: async (volume) => {
      if (!state.roles.has(volume.role)) state.roles.set(volume.role, newRole(volume));
      changed();
    },
    removeVolume: async (name) => {
      refuseRunning(state.roles.get(name), name);
      state.roles.delete(name);
    },
    createInstance: async (spec) => {
      roleAt(state, spec.role).spec = spec;
    },
    startInstance: async (name) => {
      const role = state.roles.get(name);
      if (!role?.spec) throw new CrewError("failed", `${name} has no instance to start.`, { hint: "crew up" });
      if (role.running) return;
      role.running = true;
      role.startedAtMs = options.nowMs();
      proceed(name);
    },
    stopInstance: async (name) => {
      const role = state.roles.get(name);
      if (!role?.running) return;
      role.running = false;
      role.paused = false;
      role.isSpared = true;
      role.status = { ...role.status, phase: "stopped", fruitless: 0 };
      changed();
    },
    killInstance: async (name, signal) => {
      const role = state.roles.get(name);
      if (!role?.running || !endsInstance(signal)) return;
      role.running = false;
      role.paused = false;
      changed();
    },
    pauseInstance: async (name) => {
      const role = state.roles.get(name);
      if (role?.running) role.paused = true;
      changed();
    },
    resumeInstance: async (name) => {
      const role = state.roles.get(name);
      if (role) role.paused = false;
      proceed(name);
    },
    removeInstance: async (name) => {
      const role = state.roles.get(name);
      refuseRunning(role, name);
      delete role?.spec;
    },
    ...fakeServices(state.services, { nowMs: options.nowMs, changed }),
    deliver: async (name, message) => {
      const role = state.roles.get(name);
      if (!role) throw new CrewError("failed", `${name} has no mailbox.`, { hint: "crew up" });
      take(role, message);
      proceed(name);
    },
    uploadPack: (name) => ({ kind: "program", argv: ["fake-upload-pack", name] }),
    snapshot: async (name) => state.roles.has(name),
    rescue: async (name) => state.roles.has(name),
    startGate: async (gate) => {
      if (state.gates.has(gate.key)) return;
      const run = { gate };
      state.gates.set(gate.key, run);
      runGate(run, options);
      changed();
    },
    removeGate: async (key) => {
      const run = state.gates.get(key);
      if (run) state.gateLogs.set(run.gate.gate, { key, text: gateText(state, run) });
      state.gates.delete(key);
    },
    exec: async (name, { argv }, { stdin, stdout }) => {
      mustRun(state.roles.get(name), name);
      const say = (text: string) => void stdout.write(text);
      return options.exec?.({ argv, stdin: await text(stdin), say }) ?? { exitCode: 127, problem: `no ${argv[0]}` };
    },
    execDetached: async (name) => mustRun(state.roles.get(name), name),
    kindAt: async (name, path) => fakeKindAt(specced(state, name).files, path),
    copyOut: async (name, copy) => fakeCopyOut(specced(state, name).files, copy),
    copyIn: async (name, copy) => await fakeCopyIn(specced(state, name).files, copy),
    usage: async (names) => {
      const running = names.filter((name) => state.roles.get(name)?.running);
      return new Map(running.map((name) => [name, { atMs: options.nowMs(), cpuMs: 1, memoryBytes: 1024, pids: 1 }]));
    },
    processes: async (names) => {
      const running = names.filter((name) => state.roles.get(name)?.running);
      return new Map(running.map((name) => [name, [{ pid: 1, user: "0", cpuSeconds: 1, command: "supervisor.sh" }]]));
    },
    logs: (name, given) => lines(() => logOf(state, name), { ...given, atMs: options.nowMs() }),
    watch: async (onChange, signal) => {
      if (signal.aborted) return;
      state.watchers.add(onChange);
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      state.watchers.delete(onChange);
    },
  };
}

function newRole(volume: NewVolume): Role {
  const status: MailStatus = { phase: "starting", turn: 0, sinceMs: 0, detail: "", fruitless: 0 };
  const mail = {
    orders: new Map(),
    withdrawn: new Set<string>(),
    told: new Map(),
    finished: new Set<string>(),
    outbox: new Map(),
  };
  return {
    volume,
    running: false,
    paused: false,
    isSpared: false,
    startedAtMs: 0,
    status,
    ...mail,
    log: [],
    files: new Map(),
  };
}

function take(role: Role, message: Message): void {
  switch (message.kind) {
    case "order":
      if (!role.finished.has(message.id)) role.orders.set(message.id, message);
      return;
    case "ack":
      role.outbox.delete(message.id);
      return;
    case "tell":
      if (role.orders.has(message.to)) role.told.set(message.id, message.to);
      return;
    case "withdraw":
      if (role.orders.has(message.id)) role.withdrawn.add(message.id);
      return;
  }
}

/** One order at a time, the first that came first. */
function serve(name: string, role: Role, options: FakeRuntimeOptions): void {
  const to = (phase: Phase, order?: OrderMessage) => {
    const sinceMs = options.nowMs();
    const crashes = order && !role.isSpared ? (options.crashes?.(order, name) ?? 0) : 0;
    role.status = {
      phase,
      ...(order && { order: order.header.order }),
      turn: order ? 1 : 0,
      sinceMs,
      detail: "",
      fruitless: crashes,
    };
  };
  for (const [id, order] of role.orders) {
    const withdrawn = {
      commit: order.header.start,
      state: "withdrawn",
      turns: 1,
      note: "withdrawn",
      detail: "",
    } as const;
    const isCrashing = !role.isSpared && (options.crashes?.(order, name) ?? 0) > 0;
    const report = role.withdrawn.has(id) ? withdrawn : isCrashing ? undefined : options.work(order, name, role.volume);
    if (!report) {
      to("working", order);
      return;
    }
    role.log.push(`--- crew: agent, order ${order.header.order} ---`, ...report.detail.split("\n").filter(Boolean));
    const told = [...role.told].flatMap(([message, to]) => (to === id ? [message] : []));
    for (const message of told) role.told.delete(message);
    role.outbox.set(id, { order: order.header.order, ...report, ...(told.length > 0 && { told }) });
    role.finished.add(id);
    role.orders.delete(id);
    role.withdrawn.delete(id);
  }
  to("idle");
}

function runGate(run: { readonly gate: NewGate; result?: GateResult }, options: FakeRuntimeOptions): void {
  const result = run.result ?? options.gate(run.gate);
  if (result) run.result = result;
}

function observe({ roles, gates, services }: State): RuntimeState {
  const instances = new Map<string, Instance>();
  for (const [name, role] of roles) {
    if (!role.spec) continue;
    const withdrawals = [...role.withdrawn].map((id) => `withdraw-${id}`);
    const inbox = [...role.orders.keys(), ...withdrawals, ...[...role.told.keys()].map((id) => `tell-${id}`)].sort();
    const mail = { status: role.status, inbox, outbox: [...role.outbox.values()] };
    const paused = role.paused ? { paused: true } : {};
    const running = role.running
      ? { running: true, ...paused, pid: 1, startedAtMs: role.startedAtMs }
      : { running: false };
    instances.set(name, { role: name, spec: role.spec, ...running, mail });
  }
  const runs = [...gates].map(([key, { gate, result }]): [string, GateRun] => [
    key,
    { key, gate: gate.gate, running: !result, ...(result && { result }) },
  ]);
  return {
    instances,
    volumes: new Set(roles.keys()),
    ...(services.size > 0 && { services: new Map(services) }),
    gates: new Map(runs),
  };
}

function roleAt(state: State, name: string): Role {
  const role = state.roles.get(name);
  if (!role) throw new CrewError("failed", `${name} has no folder for its instance.`, { hint: "crew up" });
  return role;
}

function refuseRunning(role: Role | undefined, name: string): void {
  if (role?.running) throw new CrewError("failed", `${name} is running.`, { hint: "crew down" });
}

function specced(state: State, name: string): Role {
  const role = state.roles.get(name);
  if (!role?.spec) throw new CrewError("failed", `${name} has no instance.`, { hint: "crew up" });
  return role;
}

function mustRun(role: Role | undefined, name: string): void {
  if (!role?.spec) throw new CrewError("failed", `${name} has no instance.`, { hint: "crew up" });
  if (role.paused) throw new CrewError("failed", `${name} is paused.`, { hint: `crew unpause ${name}` });
  if (!role.running) throw new CrewError("failed", `${name} is not running.`, { hint: `crew start ${name}` });
}

function logOf(state: State, name: string): readonly string[] {
  const gate = /^gate:(.*)$/s.exec(name)?.[1];
  const run = [...state.gates.values()].findLast((each) => each.gate.gate === gate);
  const text = gate === undefined ? undefined : run ? gateText(state, run) : state.gateLogs.get(gate)?.text;
  const found = gate === undefined ? state.roles.get(name)?.log : text?.split("\n").filter(Boolean);
  if (!found) throw new CrewError("failed", `There is no log of ${JSON.stringify(name)}.`, { hint: "crew ps" });
  return found;
}

function gateText(
  { gateLogs }: State,
  { gate, result }: { readonly gate: NewGate; readonly result?: GateResult },
): string {
  const kept = gateLogs.get(gate.gate);
  const before = kept !== undefined && kept.key === gate.repeats ? `${kept.text}${repeatMark}\n` : "";
  return `${before}${result?.output ?? ""}`;
}

/** All is said at the time of the look. */
async function* lines(
  read: () => readonly string[],
  { tail, sinceMs = 0, untilMs, timestamps, retell = (line) => [line], atMs }: LogOptions & { readonly atMs: number },
): AsyncIterable<string> {
  const said = read().flatMap(retell);
  const isWithin = atMs >= sinceMs && atMs <= (untilMs ?? atMs);
  const all = isWithin ? said.map((line) => (timestamps ? `${new Date(atMs).toISOString()} ${line}` : line)) : [];
  yield* tail === undefined ? all : all.slice(Math.max(0, all.length - tail));
}
