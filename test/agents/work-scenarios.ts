// What every preset's program comes to under crew's own supervisor, asking a model server of the test's own: it is ended in
// time where nobody answers, leaves no process, goes on after a stop, costs what was served, and says its key nowhere.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Preset } from "../../src/agents/preset.ts";
import { presetLine, recordLine } from "../../src/agents/preset-line.ts";
import { readerOf } from "../../src/agents/reading/index.ts";
import { Bench, eventually, type OrderText } from "./bench.ts";
import { type Answer, fail, makes, run, say } from "./stub-model/scenario.ts";
import { StubModel } from "./stub-model/server.ts";
import { filesWith, runsOf, tracesOf } from "./traces.ts";

interface ProgramAtWork {
  /** Where it is the preset's in another way than the usual. */
  readonly title?: string;
  /** By which each of its requests shows that. */
  readonly shows?: string;
  readonly preset: Preset;
  readonly model?: string;
  /** Where it is installed. */
  readonly bin: string;
  readonly key: { readonly variable: string; readonly value: string };
  readonly environment: (address: string) => Readonly<Record<string, string>>;
  /** It tells the tokens of the whole session, not of the turn. */
  readonly hasTools: boolean;
  /** Of a request, as it tells them: new, cached and out. */
  readonly counts: readonly [number, number, number];
  /** What it says that a request of the model costs, where it says so. */
  readonly usd?: number;
  /** Of an answer whose tool is under way, what it has told nobody yet. */
  readonly untold?: readonly [number, number, number];
}

export function workScenarios(program: ProgramAtWork): void {
  const {
    preset,
    title = preset.name,
    shows = "",
    model,
    bin,
    key,
    environment,
    hasTools,
    counts,
    usd = 0,
    untold = [0, 0, 0],
  } = program;
  let stub: StubModel;
  let bench: Bench;
  let logged: string;
  beforeEach(async () => {
    stub = await new StubModel({ hasTools }).listen();
    bench = new Bench(["sh"]);
    logged = "";
    writeFileSync(join(bench.root, "key"), key.value, { mode: 0o600 });
  });
  afterEach(async () => {
    await bench.close();
    await stub.close();
  });

  const boot = async () => {
    const child = await bench.boot({
      PATH: `${bin}:${process.env.PATH}`,
      CREW_AGENT_SECRETS: `${key.variable}:../../../../key`,
      CREW_STREAM: "1",
      ...environment(stub.address),
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => (logged += data));
  };
  const text: OrderText = {
    agent: presetLine(preset, { maxAttempts: 1, turnTimeoutMs: 1, ...(model !== undefined && { model }) }),
    reader: readerOf(preset),
  };
  const record = recordLine(preset);
  const deliver = (id: string, { header, ...order }: OrderText = {}) =>
    bench.deliver({
      ...text,
      id,
      ...order,
      header: { program: preset.program, ...(record && { record }), maxTurns: 1, turnTimeoutSeconds: 900, ...header },
    });
  const report = (id: string) =>
    eventually(`the report of ${id}`, () => bench.has(`outbox/${id}`), 180_000).then(() => bench.report(id));
  const asked = () => stub.requests.filter(({ isAside }) => !isAside);
  const usedBy = (answers: number, { cuts } = { cuts: 0 }) => {
    const [input, cached, output] = counts.map((each, n) => each * answers - (untold[n] ?? 0) * cuts);
    return { input, cached, output };
  };
  const seconds = () => Number(bench.read("state/run").trimEnd().split(" ").at(-1));
  const sessions = () => {
    const { stdout } = spawnSync("awk", [readerOf(preset), join(bench.folder, "log/agent")], { encoding: "utf8" });
    return new Set(stdout.match(/^session .*$/gm)).size;
  };

  /** Until the order's program has asked and has no answer; then the time of one of its clocks is named. */
  const cutShort = async (id: string, answer: Answer, clock: (passed: number) => OrderText["header"]) => {
    stub.script(answer);
    stub.requests.length = 0;
    deliver(id);
    await eventually("its request", () => asked().length > 0, 180_000);
    const header = clock(seconds()) ?? {};
    deliver(id, { header });
    const { state, note, spent } = await report(id);
    await bench.idle();
    await eventually("nothing of its program left", () => runsOf(bench).length === 0);
    return { state, note, lateness: (spent?.seconds ?? 0) - (header.turnTimeoutSeconds ?? 0) };
  };

  describe(`${title} at work`, { timeout: 300_000 }, () => {
    test("that is not answered, and whose answer stops in the middle, is ended by the clocks, and nothing is left of it", async () => {
      await boot();
      const hung = await cutShort("b-1.1.1", { kind: "hang" }, (passed) => ({ turnTimeoutSeconds: passed + 2 }));
      expect([hung.state, hung.note]).toEqual(["failed", expect.stringMatching(/^not finished after \d+ s$/)]);
      expect(hung.lateness).toBeLessThan(3);
      const stalled = await cutShort("b-1.1.2", { kind: "stall" }, () => ({ silenceSeconds: 3 }));
      expect([stalled.state, stalled.note]).toEqual(["failed", "said nothing for 3 s"]);
    });

    test("is stopped in the middle of a command, leaves nothing, goes on in its session, and says its key nowhere", async () => {
      stub.script(hasTools ? run("touch begun; setsid sleep 601 & sleep 600") : { kind: "hang" });
      await boot();
      deliver("b-1.1.1");
      const isAtWork = () => (hasTools ? bench.has("work/begun") : asked().length > 0);
      await eventually("its command, or its request", isAtWork, 180_000);
      expect(runsOf(bench).filter((command) => command.includes(key.value))).toEqual([]);
      const sleeps = () => runsOf(bench).filter((command) => /^sleep 60[01]$/.test(command));
      if (hasTools) await eventually("both of its processes", () => sleeps().length === 2);
      await bench.terminate();
      expect(tracesOf(bench)).toEqual([]);

      stub.script(...makes("one.txt", "It is done.", hasTools));
      await boot();
      expect(await report("b-1.1.1")).toMatchObject({ state: "done", turns: 1, note: "" });
      expect(bench.inClone("log", "-n", "1", "--format=", "--name-only", "--diff-filter=A")).toContain("one.txt");
      expect(sessions()).toBe(1);
      await bench.terminate();
      expect(tracesOf(bench)).toEqual([]);
      expect(filesWith(bench.root, key.value)).toEqual([join(bench.root, "key")]);
      expect(logged).not.toContain(key.value);
    });

    if (preset.tell) {
      const begins = run('touch begun; until [ -e "$HOME/go" ]; do sleep 0.2; done');
      const words = "Mind the heron.";
      const times = (text: string) => text.split(words).length - 1;
      const tell = async () => {
        await eventually("its command", () => bench.has("work/begun"), 180_000);
        bench.tell("1-a", words);
        await eventually("its place", () => bench.has("state/said/1-a"));
        writeFileSync(join(bench.folder, "home/go"), "");
      };

      test("hears between two tools of its turn what a person says, once", async () => {
        stub.script(begins, run("echo one >one.txt"), run("false"), say("It is done."));
        await boot();
        deliver("b-1.1.1");
        await tell();
        expect(await report("b-1.1.1")).toMatchObject({ state: "done", turns: 1, told: ["1-a"] });
        expect(asked().map(({ body }) => times(body))).toEqual([0, 1, 1, 1]);
        expect(sessions()).toBe(1);
      });

      test("hears it with a tool that failed, and after a kill once more", async () => {
        const fails = run('touch begun; until [ -e "$HOME/go" ]; do sleep 0.2; done; exit 3');
        stub.script(fails, run("touch killed; sleep 600"));
        await boot();
        deliver("b-1.1.1");
        await tell();
        await eventually("its next command", () => bench.has("work/killed"), 180_000);
        stub.script(...makes("one.txt", "It is done.", hasTools));
        process.kill(Number(bench.read("state/session")), "SIGKILL");
        expect(await report("b-1.1.1")).toMatchObject({ state: "done", turns: 1, told: ["1-a"] });
        expect(bench.read("state/prompt").split(words)).toHaveLength(2);
        expect(times(asked().at(-1)?.body ?? "")).toBeGreaterThanOrEqual(1);
      });
    }

    test("costs what the model had answered by then where it is cut short, and from then on no more", async () => {
      // Without tools it asks once more where its answer names a file, and is not answered.
      const begins = (file: string): readonly [Answer, ...Answer[]] =>
        hasTools ? [run("echo one"), run(`touch ${file}; sleep 600`)] : [say("I need a.txt."), { kind: "hang" }];
      const isCut = (file: string, requests: number) =>
        eventually(
          "its last request",
          () => (hasTools ? bench.has(`work/${file}`) : asked().length === requests),
          180_000,
        );
      stub.script(...begins("begun"));
      await boot();
      deliver("b-1.1.1");
      await isCut("begun", 2);
      // Some write what they note a little later.
      const began = seconds();
      await eventually("two seconds of it", () => seconds() >= began + 2);
      const supervisor = bench.claimedBy();
      process.kill(supervisor, "SIGKILL");
      await eventually("its end", () => !existsSync(`/proc/${supervisor}`));
      stub.script(...begins("again"));
      await boot();
      await isCut("again", 4);
      deliver("b-1.1.1", { header: { turnTimeoutSeconds: seconds() + 2 } });
      const cut = await report("b-1.1.1");
      const used = usedBy(hasTools ? 4 : 2, { cuts: 2 });
      expect([asked().length, cut.state, cut.spent]).toMatchObject([4, "failed", { runs: 2, ...used }]);

      await bench.idle();
      stub.requests.length = 0;
      const last = makes("one.txt", "It is done.", hasTools);
      stub.script(...last);
      deliver("b-1.1.2");
      const { state, spent } = await report("b-1.1.2");
      expect([asked().length, state, sessions()]).toEqual([last.length, "done", 1]);
      expect(spent).toMatchObject({ runs: 1, ...usedBy(last.length) });
    });

    test("costs what the model had answered before its key was refused", async () => {
      stub.script(hasTools ? run("echo one") : say("I need a.txt."), fail("auth", 1));
      await boot();
      deliver("b-1.1.1");
      await eventually("its refusal", () => bench.status()?.phase === "refused", 180_000);
      bench.post("withdraw-b-1.1.1");
      expect(await report("b-1.1.1")).toMatchObject({ state: "withdrawn", spent: { runs: 1, ...usedBy(1) } });
    });

    test("costs what the model was asked for, turn by turn", async () => {
      const answers = [...makes("one.txt", "Half.", hasTools), ...makes("two.txt", "It is done.", hasTools)] as const;
      stub.script(...answers);
      await boot();
      deliver("b-1.1.1", { check: "test -e two.txt", header: { maxTurns: 2 } });
      const { state, turns, spent } = await report("b-1.1.1");
      const requests = stub.requests.length;
      expect([state, turns, requests]).toEqual(["done", 2, answers.length]);
      expect(stub.requests.filter(({ body }) => !body.includes(shows))).toEqual([]);
      expect({ ...spent, seconds: 0 }).toEqual({
        runs: 2,
        seconds: 0,
        ...usedBy(requests),
        usd: expect.closeTo(requests * usd, 6),
      });
    });
  });
}
