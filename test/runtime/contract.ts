// What every Runtime must keep, whatever runs its instances. Asserts on what `observe` shows, never on how it came about.
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { extract, pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OrderMessage, repeatMark } from "../../src/agents/mailbox.ts";
import { CrewError } from "../../src/errors.ts";
import type { ContainerSpec } from "../../src/model/container.ts";
import type { InstanceSpec } from "../../src/model/spec.ts";
import type { GateRun, Instance, Mail } from "../../src/model/world.ts";
import type { ExecRequest, NewGate, Runtime } from "../../src/ports/runtime.ts";
import { order as orderOf } from "./orders.ts";

/** What the texts of agents and gates mean; the adapter's harness makes them true. */
export const agents = {
  done: "echo hello from the agent; echo done >done.txt",
  failing: "echo no luck; exit 3",
  slow: "echo started; sleep 600",
} as const;
export const gateRuns = {
  green: "echo all green",
  red: "echo one failed; exit 4",
  slow: "sleep 601",
  noSetup: "exit 5",
} as const;

/** Commands of a person's. */
export const commands = {
  /** Gives its input back. */
  echo: ["sh", "-c", "cat; exit 7"],
  missing: ["there-is-no-such-command"],
} as const;

export interface RuntimeHarness {
  readonly runtime: Runtime;
  /** Another crew's runtime over the same instances. */
  again(): Runtime;
  /** A commit in the source. */
  readonly start: string;
  /** Where the runtime is one of containers. */
  readonly container?: ContainerSpec;
  /** Ends what still runs; fails when something would be left. */
  close(): Promise<void>;
}

export function runtimeContract(name: string, create: () => Promise<RuntimeHarness>): void {
  describe(`the contract of a Runtime: ${name}`, () => {
    let harness: RuntimeHarness;
    let runtime: Runtime;
    beforeEach(async () => {
      harness = await create();
      runtime = harness.runtime;
    });
    afterEach(() => harness.close());

    const never = new AbortController().signal;

    test("shows nothing where there is nothing, and lets all that removes be called", async () => {
      expect(await runtime.observe()).toEqual({ instances: new Map(), volumes: new Set(), gates: new Map() });
      await runtime.stopInstance("dev", { graceMs: 1_000 });
      await runtime.removeInstance("dev");
      await runtime.removeVolume("dev");
      await runtime.removeGate("k.1");
      expect(await runtime.rescue("dev")).toBe(false);
      expect(await runtime.snapshot("dev")).toBe(false);
      expect(await runtime.observe()).toEqual({ instances: new Map(), volumes: new Set(), gates: new Map() });
    });

    test("refuses what lacks its ground with an error for people", async () => {
      await expect(runtime.createInstance(specOf())).rejects.toThrow(CrewError);
      await expect(runtime.startInstance("dev")).rejects.toThrow(CrewError);
      await expect(runtime.deliver("dev", { kind: "ack", id: "b-1.1.1" })).rejects.toThrow(CrewError);
      await expect(collect(runtime.logs("dev", { follow: false, signal: never }))).rejects.toThrow(CrewError);
      await expect(collect(runtime.logs("gate:none", { follow: false, signal: never }))).rejects.toThrow(CrewError);
      await createRole();
      await expect(runtime.removeInstance("dev")).rejects.toThrow(CrewError);
      await expect(runtime.removeVolume("dev")).rejects.toThrow(CrewError);
    });

    test("makes, starts, stops and removes an instance, each as often as it is asked", async () => {
      await runtime.createVolume({ role: "dev", branch: "feature/dev", start: harness.start });
      expect(await runtime.observe()).toMatchObject({ instances: new Map(), volumes: new Set(["dev"]) });
      const spec = specOf({ COLOR: "blue", ODD: "a 'b'\n$C" });
      await runtime.createInstance(spec);
      expect(await seen()).toMatchObject({ role: "dev", spec, running: false });
      await createRole(spec);
      const first = await mailWhen((mail) => mail.status.phase === "idle");
      expect(first).toMatchObject({ inbox: [], outbox: [] });
      const { pid } = await seen();
      await createRole(spec);
      await harness.again().startInstance("dev");
      expect(await seen()).toMatchObject({ spec, running: true, ...(pid !== undefined && { pid }) });
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      expect(await seen()).toMatchObject({ running: false, mail: { status: { phase: "stopped" } } });
      await runtime.removeInstance("dev");
      await runtime.removeInstance("dev");
      expect(await runtime.observe()).toMatchObject({ instances: new Map(), volumes: new Set(["dev"]) });
      await runtime.createInstance(specOf());
      expect((await seen()).spec).toEqual(specOf());
      await runtime.removeInstance("dev");
      await runtime.removeVolume("dev");
      await runtime.removeVolume("dev");
      expect(await runtime.observe()).toEqual({ instances: new Map(), volumes: new Set(), gates: new Map() });
    });

    test("freezes an instance and lets it go on, and stops a frozen one", async () => {
      await createRole();
      await runtime.pauseInstance("none");
      await runtime.resumeInstance("none");
      await mailWhen((mail) => mail.status.phase === "idle");
      await runtime.pauseInstance("dev");
      await runtime.pauseInstance("dev");
      expect(await seen()).toMatchObject({ running: true, paused: true });
      await runtime.deliver("dev", order("b-1.1.1", agents.done));
      expect((await seen()).mail).toMatchObject({ inbox: ["b-1.1.1"], outbox: [] });
      await runtime.resumeInstance("dev");
      await runtime.resumeInstance("dev");
      expect((await seen()).paused).toBeUndefined();
      await mailWhen((mail) => mail.outbox.length > 0);
      await runtime.pauseInstance("dev");
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      expect((await seen()).running).toBe(false);
      expect((await seen()).paused).toBeUndefined();
    });

    test("kills an instance, whose order in hand goes on after the next start, and signals one that lives on", async () => {
      await runtime.killInstance("dev", "SIGKILL");
      await createRole();
      await runtime.deliver("dev", order("b-1.1.1", agents.slow));
      const isAtWork = (mail: Mail) => mail.status.phase === "working" && mail.status.order === "b-1.1.1";
      await mailWhen(isAtWork);
      await runtime.killInstance("dev", "SIGUSR1");
      expect((await seen()).running).toBe(true);
      await runtime.pauseInstance("dev");
      await runtime.killInstance("dev", "SIGKILL");
      await runtime.killInstance("dev", "SIGKILL");
      expect(await seen()).toMatchObject({ running: false, mail: { inbox: ["b-1.1.1"] } });
      expect((await seen()).paused).toBeUndefined();
      await runtime.startInstance("dev");
      await runtime.deliver("dev", { kind: "withdraw", id: "b-1.1.1" });
      const { outbox } = await mailWhen((mail) => mail.outbox.length > 0 && mail.inbox.length === 0);
      expect(outbox).toMatchObject([{ order: "b-1.1.1", state: "withdrawn", turns: 1 }]);
      await mailWhen((mail) => mail.status.phase === "idle");
      await runtime.killInstance("dev", "SIGTERM");
      await until("its end", async () => ((await seen()).running ? undefined : true));
    });

    test("does an order once, however often it is delivered, and keeps its report until it is acknowledged", async () => {
      await createRole();
      await runtime.deliver("dev", order("b-1.1.1", agents.done));
      const { outbox } = await mailWhen((mail) => mail.outbox.length > 0 && mail.inbox.length === 0);
      expect(outbox).toEqual([expect.objectContaining({ order: "b-1.1.1", state: "done", turns: 1, note: "" })]);
      expect(outbox[0]?.commit).toMatch(/^[0-9a-f]{40}$/);
      await runtime.deliver("dev", order("b-1.1.1", agents.done));
      const again = await mailWhen((mail) => mail.inbox.length === 0 && mail.status.phase === "idle");
      expect(again.outbox).toEqual(outbox);
      await runtime.deliver("dev", { kind: "ack", id: "b-1.1.1" });
      await runtime.deliver("dev", { kind: "ack", id: "b-1.1.1" });
      await runtime.deliver("dev", order("b-1.1.1", agents.done));
      const acknowledged = await mailWhen((mail) => mail.outbox.length === 0 && mail.inbox.length === 0);
      expect(acknowledged.status).toMatchObject({ phase: "idle", turn: 0 });
    });

    test("reports an order that failed", async () => {
      await createRole();
      await runtime.deliver("dev", order("b-1.1.1", agents.failing));
      const { outbox } = await mailWhen((mail) => mail.outbox.length > 0);
      expect(outbox).toMatchObject([{ order: "b-1.1.1", state: "failed", turns: 1, note: "no luck" }]);
    });

    test("takes the order of a move upward, whose subject has a slash", async () => {
      await createRole();
      const message = order("up+dev.1.1", agents.done);
      await runtime.deliver("dev", { ...message, header: { ...message.header, order: "up/dev.1.1" } });
      const { outbox } = await mailWhen((mail) => mail.outbox.length > 0);
      expect(outbox).toMatchObject([{ order: "up/dev.1.1", state: "done" }]);
    });

    test("keeps mail for an instance that is stopped", async () => {
      await createRole();
      await mailWhen((mail) => mail.status.phase === "idle");
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      await runtime.deliver("dev", order("b-1.1.1", agents.done));
      expect((await seen()).mail).toMatchObject({ inbox: ["b-1.1.1"], outbox: [] });
      await runtime.startInstance("dev");
      await mailWhen((mail) => mail.outbox.length > 0);
    });

    test("stops an order in hand, goes on with it after the next start, and gives it back when it is withdrawn", async () => {
      await createRole();
      await runtime.deliver("dev", order("b-1.1.1", agents.slow));
      const isAtWork = (mail: Mail) => mail.status.phase === "working" && mail.status.order === "b-1.1.1";
      expect((await mailWhen(isAtWork)).inbox).toEqual(["b-1.1.1"]);
      await runtime.copyIn("dev", { path: ".", archive: archiveOf("more", "more\n"), keepOwner: false });
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      expect(await seen()).toMatchObject({ running: false, mail: { inbox: ["b-1.1.1"], outbox: [] } });
      expect(await runtime.rescue("dev")).toBe(true);
      await runtime.startInstance("dev");
      expect((await mailWhen(isAtWork)).status.turn).toBe(1);
      await runtime.deliver("dev", { kind: "withdraw", id: "b-9.1.1" });
      await runtime.deliver("dev", { kind: "withdraw", id: "b-1.1.1" });
      const { outbox } = await mailWhen((mail) => mail.outbox.length > 0 && mail.inbox.length === 0);
      expect(outbox).toMatchObject([{ order: "b-1.1.1", state: "withdrawn", turns: 1 }]);
    });

    test("runs a person's command in an instance that runs, and in no other", async () => {
      const run = async (argv: ExecRequest["argv"], input = "") => {
        const said = new PassThrough();
        const streams = { stdin: Readable.from([input]), stdout: said, stderr: new PassThrough(), signal: never };
        const { exitCode } = await runtime.exec("dev", { argv, environment: {} }, streams);
        return [exitCode, await text(said.end())];
      };
      const refused = expect.objectContaining({ code: "failed", hint: expect.stringMatching(/^crew /) });
      await expect(run(commands.echo)).rejects.toEqual(refused);
      await createRole();
      await mailWhen((mail) => mail.status.phase === "idle");
      expect(await run(commands.echo, "words\n")).toEqual([7, "words\n"]);
      expect(await run(commands.missing)).toEqual([127, ""]);
      await runtime.execDetached("dev", { argv: commands.echo, environment: {} });
      await runtime.pauseInstance("dev");
      await expect(run(commands.echo)).rejects.toEqual(refused);
      await expect(runtime.execDetached("dev", { argv: commands.echo, environment: {} })).rejects.toEqual(refused);
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      await expect(run(commands.echo)).rejects.toEqual(refused);
    });

    test("copies files into an instance and out of it, running or not", async () => {
      await expect(runtime.kindAt("dev", ".")).rejects.toThrow(CrewError);
      await createRole();
      await mailWhen((mail) => mail.status.phase === "idle");
      const put = async (name: string, content: string) =>
        await runtime.copyIn("dev", { path: ".", archive: archiveOf(name, content), keepOwner: false });
      await put("made/one.txt", "one\n");
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      await put("two.txt", "two\n");
      const kinds = ["made", "made/one.txt", "none", "."].map((path) => runtime.kindAt("dev", path));
      expect(await Promise.all(kinds)).toEqual(["folder", "other", "absent", "folder"]);
      const taken = async (path: string) => {
        const reader = extract();
        (await runtime.copyOut("dev", { path, follow: false })).pipe(reader);
        const files: Record<string, string> = {};
        for await (const entry of reader) {
          const content = await text(entry as unknown as Readable);
          if (entry.header.type === "file") files[entry.header.name] = content;
        }
        return files;
      };
      expect(await taken("made")).toEqual({ "made/one.txt": "one\n" });
      expect(await taken("two.txt")).toEqual({ "two.txt": "two\n" });
    });

    test("tells what instances use that run", async () => {
      await createRole();
      await mailWhen((mail) => mail.status.phase === "idle");
      const used = await runtime.usage(["none", "dev"]);
      expect([...used.keys()]).toEqual(["dev"]);
      const { atMs, cpuMs, memoryBytes, pids } = used.get("dev") ?? {};
      expect(cpuMs).toBeGreaterThan(0);
      expect(memoryBytes).toBeGreaterThan(1_000);
      expect(pids).toBeGreaterThan(0);
      const { atMs: laterMs } = (await runtime.usage(["dev"])).get("dev") ?? {};
      expect(laterMs).toBeGreaterThanOrEqual(atMs ?? Number.POSITIVE_INFINITY);
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      expect(await runtime.usage(["dev"])).toEqual(new Map());
    });

    test("tells what runs in instances that run", async () => {
      await createRole();
      await mailWhen((mail) => mail.status.phase === "idle");
      const found = await runtime.processes(["none", "dev"]);
      expect([...found.keys()]).toEqual(["dev"]);
      const all = found.get("dev") ?? [];
      expect(all.some(({ command }) => command.includes("supervisor.sh"))).toBe(true);
      expect(all.every(({ pid, user, cpuSeconds }) => pid > 0 && user !== "" && cpuSeconds >= 0)).toBe(true);
      await runtime.stopInstance("dev", { graceMs: 10_000 });
      expect(await runtime.processes(["dev"])).toEqual(new Map());
    });

    test("runs a gate once a key and shows how it ended", async () => {
      await createRole();
      await runtime.startGate(gate("green.1", gateRuns.green));
      await runtime.startGate(gate("red.1", gateRuns.red));
      await runtime.startGate({ ...gate("setup.1", gateRuns.green), setup: gateRuns.noSetup });
      const results = [await gateWhen("green.1"), await gateWhen("red.1"), await gateWhen("setup.1")];
      expect(results.map((run) => [run.gate, run.running, run.result?.kind, run.result?.exitCode])).toEqual([
        ["test", false, "exited", 0],
        ["test", false, "exited", 4],
        ["test", false, "setup-failed", 5],
      ]);
      expect(results.map((run) => run.result?.output)).toEqual(["all green\n", "one failed\n", ""]);
      await runtime.startGate(gate("red.1", gateRuns.green));
      expect(await gateWhen("red.1")).toEqual(results[1]);
      for (const key of ["green.1", "red.1", "setup.1", "red.1"]) await runtime.removeGate(key);
      expect((await runtime.observe()).gates).toEqual(new Map());
      expect(await collect(runtime.logs("gate:test", { follow: false, signal: never }))).toBeInstanceOf(Array);
    });

    test("keeps a red run's log before that of the run which repeats it, and of no other", async () => {
      await createRole();
      const said = async () =>
        (await collect(runtime.logs("gate:test", { follow: false, signal: never }))).filter(
          (line) => line === repeatMark || !line.startsWith("---"),
        );
      await runtime.startGate(gate("a.1", gateRuns.red));
      await gateWhen("a.1");
      await runtime.removeGate("a.1");
      expect(await said()).toEqual(["one failed"]);
      await runtime.startGate({ ...gate("a.2", gateRuns.green), repeats: "a.1" });
      expect((await gateWhen("a.2")).result?.output).toBe("all green\n");
      expect(await said()).toEqual(["one failed", repeatMark, "all green"]);
      expect(await collect(runtime.logs("gate:test", { follow: false, tail: 1, signal: never }))).toEqual([
        "all green",
      ]);
      await runtime.removeGate("a.2");
      expect(await said()).toEqual(["one failed", repeatMark, "all green"]);
      await runtime.startGate({ ...gate("b.2", gateRuns.green), repeats: "b.1" });
      await gateWhen("b.2");
      expect(await said()).toEqual(["all green"]);
      await runtime.removeGate("b.2");
      expect(await said()).toEqual(["all green"]);
    });

    test("removes a gate that runs", async () => {
      await runtime.startGate(gate("slow.1", gateRuns.slow));
      expect((await runtime.observe()).gates.get("slow.1")).toEqual({ key: "slow.1", gate: "test", running: true });
      await runtime.removeGate("slow.1");
      expect((await runtime.observe()).gates).toEqual(new Map());
    });

    test("gives the lines of an agent's log, all or the last", async () => {
      await createRole();
      await runtime.deliver("dev", order("b-1.1.1", agents.failing));
      await mailWhen((mail) => mail.outbox.length > 0);
      expect(await collect(runtime.logs("dev", { follow: false, signal: never }))).toContain("no luck");
      expect(await collect(runtime.logs("dev", { follow: false, tail: 1, signal: never }))).toEqual(["no luck"]);
      const read = async (options: object) =>
        await collect(runtime.logs("dev", { follow: false, signal: never, ...options }));
      const timed = await read({ timestamps: true, tail: 1 });
      expect(timed).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z no luck$/)]);
      const atMs = Date.parse(timed[0]?.split(" ")[0] ?? "");
      const minute = 60_000;
      expect(await read({ sinceMs: atMs - minute, untilMs: atMs + minute })).toContain("no luck");
      expect(await read({ sinceMs: atMs + minute })).toEqual([]);
      expect(await read({ untilMs: atMs - minute })).toEqual([]);
      expect(await read({ tail: 0 })).toEqual([]);
      const retell = (line: string) => (line === "no luck" ? ["none", "at all"] : []);
      expect(await read({ retell })).toEqual(["none", "at all"]);
      expect(await read({ retell, tail: 1 })).toEqual(["at all"]);
    });

    test("tells when something changed, and ends its watching with the signal", async () => {
      await createRole();
      await mailWhen((mail) => mail.status.phase === "idle");
      const stop = new AbortController();
      let calls = 0;
      const watching = runtime.watch(() => {
        calls += 1;
      }, stop.signal);
      // A watcher says nothing of when it has begun: something changes until it has noticed.
      for (let n = 1; calls === 0 && n < 50; n += 1) {
        await runtime.deliver("dev", order(`b-${n}.1.1`, agents.done));
        await mailWhen((mail) => mail.outbox.length === n);
        await pause();
      }
      expect(calls).toBeGreaterThan(0);
      stop.abort();
      await watching;
      await runtime.watch(() => undefined, stop.signal);
    });

    test("whoever looks only when told sees a gate's end", async () => {
      const stop = new AbortController();
      let looks: Promise<void> = Promise.resolve();
      const ended = new Promise<string>((resolve) => {
        const look = async () => {
          const { result } = (await runtime.observe()).gates.get("green.1") ?? {};
          if (result) resolve(result.kind);
        };
        void runtime.watch(() => {
          looks = looks.then(look);
        }, stop.signal);
      });
      // Only an end that comes while somebody watches is told.
      await pause();
      await runtime.startGate(gate("green.1", gateRuns.green));
      expect(await ended).toBe("exited");
      stop.abort();
      await looks;
    });

    function specOf(environment: InstanceSpec["environment"] = {}): InstanceSpec {
      const { container } = harness;
      return { role: "dev", environment, ...(container && { container }) };
    }

    async function createRole(spec = specOf()): Promise<void> {
      await runtime.createVolume({ role: "dev", branch: "feature/dev", start: harness.start });
      await runtime.createInstance(spec);
      await runtime.startInstance("dev");
    }

    function order(id: string, agent: string): OrderMessage {
      return orderOf(id, agent, harness.start);
    }

    function gate(key: string, run: string): NewGate {
      return {
        key,
        gate: "test",

        commit: harness.start,
        run,
        timeoutSeconds: 900,
        environment: {},
        ...(harness.container && { container: harness.container }),
      };
    }

    async function seen(): Promise<Instance> {
      const instance = (await harness.again().observe()).instances.get("dev");
      if (!instance) throw new Error("no instance");
      return instance;
    }

    async function mailWhen(isReached: (mail: Mail) => boolean): Promise<Mail> {
      return await until("mail", async () => {
        const { mail } = await seen();
        return mail !== "unreadable" && isReached(mail) ? mail : undefined;
      });
    }

    async function gateWhen(key: string): Promise<GateRun> {
      return await until(`the end of gate ${key}`, async () => {
        const run = (await runtime.observe()).gates.get(key);
        return run?.result ? run : undefined;
      });
    }
  });
}

export async function until<T>(what: string, probe: () => Promise<T | undefined>, timeoutMs = 18_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await pause();
  }
}

export async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 15));
}

function archiveOf(name: string, content: string): Readable {
  const archive = pack();
  archive.entry({ name }, content);
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}
