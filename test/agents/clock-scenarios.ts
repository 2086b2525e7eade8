// What a run of the agent used is counted, however it ended; the turn's clock goes on through every end but its own; and
// a program that says nothing is not waited for as long as one that does.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Preset } from "../../src/agents/preset.ts";
import { presetLine } from "../../src/agents/preset-line.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";
import { type Bench, eventually, marked, type OrderText, type Shell } from "./bench.ts";
import { withBench } from "./with-bench.ts";

const opencode = presetNamed("opencode") as Preset;
const line = presetLine(opencode, { maxAttempts: 1, turnTimeoutMs: 1 });

/** A step of a hundred tokens and a quarter dollar, as opencode says it. */
const step = (reason: string) => {
  const tokens = { input: 100, output: 10, reasoning: 0, cache: { read: 40, write: 0 } };
  const event = { type: "step_finish", sessionID: "ses_1", part: { reason, tokens, cost: 0.25 } };
  return `printf '%s\\n' '${JSON.stringify(event)}'`;
};

export function clockScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });

  const programs = () => ({ PATH: `${join(bench.folder, "programs")}:${process.env.PATH}` });

  /** A program named opencode: the first run does one thing, every other one another. */
  const boot = async (first: string, others: string) => {
    const text = `#!/bin/sh\ncat >"$HOME/prompt.$(ls "$HOME" | grep -c "^prompt")"; if mkdir "$HOME/once" 2>/dev/null; then ${first}; else ${others}; fi\n`;
    bench.writeProgram(join(bench.folder, "programs"), "opencode", text);
    await bench.boot(programs());
  };
  const deliver = (header: OrderText["header"] = {}) =>
    bench.deliver({
      agent: line,
      reader: readerOf(opencode),
      header: { program: "opencode", maxTurns: 1, ...header },
    });
  const report = async () => {
    await eventually("its report", () => bench.has("outbox/b-1.1.1"), 50_000);
    return await bench.report();
  };
  const endless = `${step("tool-calls")}; touch "$HOME/busy"; sleep 300`;
  const busyFor = async (seconds: number) => {
    await eventually("the turn", () => bench.has("home/busy"));
    await eventually("its seconds", () => bench.read("state/run").trimEnd().split("\n").length > seconds);
  };
  const killSupervisor = async () => {
    const pid = bench.claimedBy();
    process.kill(pid, "SIGKILL");
    await eventually("the supervisor to be gone", () => !marked(bench.marker).includes(pid));
  };

  describe("a run that is cut short", { timeout: 60_000 }, () => {
    test.each([
      ["by kill -9 of its supervisor", killSupervisor],
      ["by a stop", () => bench.terminate()],
    ])("%s is in the ledger, with what its program had told", async (_, cut) => {
      await boot(endless, step("stop"));
      deliver();
      await busyFor(1);
      await cut();
      await bench.boot(programs());
      const { state, turns, spent } = await report();
      expect([state, turns, spent]).toEqual([
        "done",
        1,
        { runs: 2, seconds: expect.any(Number), input: 200, cached: 80, output: 20, usd: 0.5 },
      ]);
      expect(spent?.seconds).toBeGreaterThanOrEqual(1);
    });

    test("is there once, however many supervisors were killed after it", async () => {
      await boot(endless, `touch "$HOME/again"; sleep 300`);
      deliver();
      await busyFor(1);
      await killSupervisor();
      await bench.boot(programs());
      await eventually("the second run", () => bench.has("home/again"));
      await killSupervisor();
      bench.writeProgram(join(bench.folder, "programs"), "opencode", `#!/bin/sh\n${step("stop")}\n`);
      await bench.boot(programs());
      expect((await report()).spent).toMatchObject({ runs: 3, input: 200, usd: 0.5 });
    });

    test("and is withdrawn before another begins is reported, too", async () => {
      await boot(endless, step("stop"));
      deliver();
      await busyFor(1);
      await bench.terminate();
      bench.post("withdraw-b-1.1.1");
      await bench.boot(programs());
      expect(await report()).toMatchObject({ state: "withdrawn", spent: { runs: 1, input: 100 } });
    });
  });

  describe("the clock of a turn", { timeout: 60_000 }, () => {
    test("goes on in another supervisor", async () => {
      await boot(endless, "sleep 300");
      deliver({ turnTimeoutSeconds: 8 });
      await busyFor(3);
      await killSupervisor();
      await bench.boot(programs());
      const { note, spent } = await report();
      expect(note).toBe("not finished after 8 s");
      expect(spent?.runs).toBe(2);
      expect(spent?.seconds).toBeGreaterThanOrEqual(8);
      expect(spent?.seconds).toBeLessThan(11);
    });

    test("goes on where its program was killed", async () => {
      await boot("sleep 4; kill -9 $$", "sleep 300");
      deliver({ turnTimeoutSeconds: 8 });
      const { note, spent } = await report();
      expect([note, spent?.runs]).toEqual(["not finished after 8 s", 2]);
      expect(spent?.seconds).toBeLessThan(11);
    });

    test("begins anew with the next turn, also in another supervisor", async () => {
      await boot(`sleep 7; exit 1`, `touch "$HOME/busy"; sleep 2; ${step("stop")}`);
      deliver({ maxTurns: 2, turnTimeoutSeconds: 8 });
      await eventually("the second turn", () => bench.has("home/busy"), 50_000);
      await killSupervisor();
      await bench.boot(programs());
      expect(await report()).toMatchObject({ state: "done", turns: 2 });
    });
  });

  describe("a program that says nothing", { timeout: 60_000 }, () => {
    test("for too long is stopped, and that was its turn", async () => {
      await boot(`${step("tool-calls")}; sleep 300`, step("stop"));
      deliver({ maxTurns: 2, silenceSeconds: 6 });
      const { state, turns, spent } = await report();
      expect([state, turns, spent?.input]).toEqual(["done", 2, 200]);
      expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 \d+ silent\nb-1\.1\.1 2 \d+ 0\n$/);
      expect(bench.read("home/prompt.1")).toContain("you had said nothing for 6 s");
    });

    test("in its last turn leaves that as what is reported", async () => {
      await boot("sleep 300", "true");
      deliver({ silenceSeconds: 2 });
      expect(await report()).toMatchObject({ state: "failed", turns: 1, note: "said nothing for 2 s" });
    });

    test("is found whatever time its stream bears", async () => {
      await boot(`${step("tool-calls")}; sleep 2; touch -d "2040-01-01 00:00:00" ../state/stream; sleep 300`, "true");
      deliver({ silenceSeconds: 4 });
      expect(await report()).toMatchObject({ state: "failed", turns: 1, note: "said nothing for 4 s" });
    });

    test("now and then goes on", async () => {
      await boot(`for i in 1 2 3; do ${step("tool-calls")}; sleep 4; done; ${step("stop")}`, "false");
      deliver({ silenceSeconds: 8 });
      expect(await report()).toMatchObject({ state: "done", turns: 1, spent: { runs: 1, input: 400 } });
    });

    test.each([
      ["when its time is over", { turnTimeoutSeconds: 6 }],
      ["in silence", { silenceSeconds: 6 }],
      ["with time left", {}],
    ])("%s, but had told the end of its turn before, has done it", async (_, header) => {
      await boot(`echo one >one.txt; ${step("stop")}; sleep 300`, "false");
      deliver(header);
      expect(await report()).toMatchObject({ state: "done", turns: 1, note: "", spent: { runs: 1, input: 100 } });
    });

    test("when its time is over, and says at its stop that it was stopped, and then an end, has not done it", async () => {
      const copilot = presetNamed("copilot") as Preset;
      const said = (event: object) => `printf "%s\\n" "${JSON.stringify(event).replaceAll('"', '\\"')}"`;
      const stopped = [
        said({ type: "assistant.idle", data: { aborted: true } }),
        said({ type: "result", sessionId: "s", exitCode: 0, usage: {} }),
      ];
      const text = `#!/bin/sh\ntrap '${stopped.join("; ")}; exit 0' TERM\nwhile :; do sleep 1; done\n`;
      bench.writeProgram(join(bench.folder, "programs"), "copilot", text);
      await bench.boot(programs());
      bench.deliver({
        agent: presetLine(copilot, { maxAttempts: 1, turnTimeoutMs: 1 }),
        reader: readerOf(copilot),
        header: { program: "copilot", maxTurns: 1, turnTimeoutSeconds: 3 },
      });
      expect(await report()).toMatchObject({ state: "failed", turns: 1, note: "not finished after 3 s" });
      expect(bench.read("state/stream")).toContain('"exitCode":0');
    });

    test("goes on after an end that was not its last word", async () => {
      await boot(`${step("stop")}; ${step("tool-calls")}; sleep 24; echo one >one.txt; ${step("stop")}`, "false");
      deliver();
      expect(await report()).toMatchObject({ state: "done", turns: 1, spent: { runs: 1, input: 300 } });
      expect(bench.read("work/one.txt")).toBe("one\n");
    });

    test("does not hold up its clock by what it puts in the place of what is read", async () => {
      const put = `cd ../state && rm -f stream evidence && mkfifo stream stream.1 evidence over`;
      await boot(`${put}; sleep 300`, "false");
      deliver({ turnTimeoutSeconds: 24 });
      expect(await report()).toMatchObject({ state: "failed", turns: 1, note: "not finished after 24 s" });
    });
  });

  describe("an order whose project has little left", { timeout: 60_000 }, () => {
    test.each([
      ["dollars", { usd: 0.3 }, step("tool-calls"), 2],
      ["seconds", { seconds: 1 }, "sleep 2.5", 1],
    ])("of %s begins no turn after the one that used it up", async (_, left, run, taken) => {
      await boot(`${run}; exit 1`, `${run}; exit 1`);
      deliver({ maxTurns: 4, left });
      const { state, turns, note, spent } = await report();
      expect([state, turns, spent?.runs]).toEqual(["failed", taken, taken]);
      expect(note).toBe("it ended with exit code 1, in the middle of its turn; its share of the budget is used up");
    });

    test("is done by the turn that uses it up", async () => {
      await boot(step("stop"), "false");
      deliver({ maxTurns: 4, left: { usd: 0, seconds: 0 } });
      expect(await report()).toMatchObject({ state: "done", turns: 1, note: "" });
    });
  });
}
