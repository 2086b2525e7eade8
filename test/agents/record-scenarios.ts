// What a program notes of a run in files of its own is counted where the run is cut short or fails, and nothing else that lies there.
import { describe, expect, test } from "vitest";
import { recordLine } from "../../src/agents/preset-line.ts";
import { type Bench, eventually, marked, type Shell } from "./bench.ts";
import { codex, failed, ok, said, scriptedCodex, thread } from "./scripted-codex.ts";
import { withBench } from "./with-bench.ts";

/** As Codex does once the model has answered: the tokens of the whole session. */
const notes = (id: string, answers: number, threadId = id) => {
  const used = { input_tokens: answers * 100, cached_input_tokens: answers * 40, output_tokens: answers * 10 };
  const payload = { thread_id: threadId, session_id: id, turn_token_usage: {}, thread_token_usage: used };
  const event = said({ timestamp: "2026-01-01T00:00:00.000Z", ordinal: 1, type: "token_usage_record", payload });
  const folder = '"${CODEX_HOME:-$HOME/.codex}/sessions/2026/01/01"';
  return `mkdir -p ${folder}; ${event} >>${folder}/"rollout-${threadId}.jsonl"`;
};
const asks = `touch "$HOME/busy"; sleep 300`;

export function recordScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });
  const { boot, deliver: delivers, programs } = scriptedCodex(() => bench);
  const deliver = (header = {}) => delivers({ header: { record: recordLine(codex) ?? "", maxTurns: 1, ...header } });
  const answers = (n: number) => ({ input: n * 60, cached: n * 40, output: n * 10 });
  const isBusy = () => eventually("its run", () => bench.has("home/busy"));

  describe("what a program notes as it goes", { timeout: 60_000 }, () => {
    test("is counted where the turn's clock ends it, each answer once", async () => {
      await boot(
        `${thread("t-1")}; ${notes("t-1", 2)}; sleep 1; ${notes("t-1", 3)}; ${asks}`,
        `${thread("t-1")}; ${asks}`,
      );
      deliver({ turnTimeoutSeconds: 4, maxTurns: 2 });
      expect(await bench.report("b-1.1.1", 50_000)).toMatchObject({
        state: "failed",
        spent: { runs: 2, ...answers(3) },
      });
    });

    test("is counted where it fails, and no file but those of the run's own session", async () => {
      const others = `mkdir -p "$HOME/.codex/sessions/2026/01/01"; cd "$HOME/.codex/sessions/2026/01/01"; mkfifo rollout-2.jsonl; ln -s rollout-t-1.jsonl rollout-3.jsonl`;
      await boot(
        `${thread("t-1")}; sleep 2; ${notes("t-1", 2)}; ${notes("t-1", 9, "t-2")}; ${notes("t-3", 9)}; ${others}; ${failed("out of room in the context window")}`,
        `${thread("t-9")}; ${ok}`,
      );
      deliver();
      // It goes on in a session of its own, whose program tells what it used.
      expect(await bench.report()).toMatchObject({
        state: "done",
        spent: { runs: 2, input: 128, cached: 82, output: 23 },
      });
    });

    test.each([
      ["by kill -9 of its supervisor", "SIGKILL"],
      ["by a stop", "SIGTERM"],
    ] as const)("is counted where it is cut short %s, and from then on no more", async (_, signal) => {
      const home = { CODEX_HOME: `${bench.folder}/home/of its own` };
      const total = said({
        type: "turn.completed",
        usage: { input_tokens: 100, cached_input_tokens: 40, output_tokens: 10 },
      });
      await boot(
        `${thread("t-1")}; sleep 2; ${notes("t-1", 2)}; ${asks}`,
        `${thread("t-1")}; sleep 2; ${notes("t-1", 3)}; ${total}`,
      );
      await bench.phase("idle");
      await bench.terminate();
      await bench.boot({ ...programs(), ...home });
      deliver();
      await isBusy();
      await eventually("its seconds", () => bench.read("state/run").trimEnd().split("\n").length > 3);
      const pid = bench.claimedBy();
      process.kill(pid, signal);
      await eventually("the supervisor to be gone", () => !marked(bench.marker).includes(pid));
      await bench.boot({ ...programs(), ...home });
      expect(await bench.report("b-1.1.1", 50_000)).toMatchObject({
        state: "done",
        turns: 1,
        spent: { runs: 2, ...answers(3) },
      });
    });
  });
}
