// What a turn of a preset's program comes to, in the program's own words: a script says them here as codex does.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readerOf } from "../../src/agents/reading/index.ts";
import { type Bench, eventually, marked, type Shell } from "./bench.ts";
import { codex, failed, first, ok, resume, said, scriptedCodex, thread } from "./scripted-codex.ts";
import { withBench } from "./with-bench.ts";

export function turnScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });
  const { boot, deliver, calls, prompt } = scriptedCodex(() => bench);

  describe("a turn of a preset", () => {
    test("is over when the program says so, whatever its exit code, and its session goes on with the feedback alone", async () => {
      await boot(`${thread("t-1")}; ${ok}; exit 3`, `echo two >two; ${thread("t-1")}; ${ok}`);
      deliver({ check: "test -e two || { echo two is missing; exit 7; }", prompt: "Make two.\n" });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 2, note: "" });
      expect(calls()).toEqual([first, resume("t-1")]);
      expect([prompt(0), prompt(1)]).toEqual([
        "Make two.\n",
        "The check failed with exit code 7. Its last output:\n\ntwo is missing\n",
      ]);
    });

    test("tells what it used: of a session that is told as a whole, each turn's own", async () => {
      const used = (input: number, cached: number, output: number) =>
        said({
          type: "turn.completed",
          usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output },
        });
      await boot(`${thread("t-1")}; ${used(100, 40, 7)}`, `echo two >two; ${thread("t-1")}; ${used(300, 90, 10)}`);
      deliver({ check: "test -e two" });
      const { spent } = await bench.report();
      expect({ ...spent, seconds: 0 }).toEqual({ runs: 2, seconds: 0, input: 210, cached: 90, output: 10, usd: 0 });
    });

    test("that only ends, with exit code 0 and no word of an end, has failed", async () => {
      await boot(`${thread("t-1")}; echo Error: nothing done >&2`);
      deliver({ header: { maxTurns: 2 } });
      const report = await bench.report();
      expect([report.state, report.turns, report.note]).toEqual([
        "failed",
        2,
        "it ended with exit code 0, in the middle of its turn",
      ]);
    });

    test("whose reader is no awk has failed, and says why in awk's own words", async () => {
      await boot(`${thread("t-1")}; ${ok}`);
      deliver({ reader: `${readerOf(codex)}/x/ { ended("ok" }\n`, header: { maxTurns: 1 } });
      expect(await bench.report()).toMatchObject({
        state: "failed",
        note: expect.stringMatching(/^its preset's reader failed: .*awk/),
      });
    });

    test("of the bead's next order is told all of it, in the same session; of another bead in one of its own", async () => {
      await boot(
        `${thread("t-$CREW_BEAD")}; ${ok}`
          .replace("'{", `"$(printf %s '{`)
          .replace("}'", `}' | sed s/.CREW_BEAD/$CREW_BEAD/)"`),
      );
      deliver({ prompt: "First.\n" });
      await bench.report();
      await bench.idle();
      deliver({ id: "b-1.1.2", prompt: "Mend it.\n" });
      await bench.report("b-1.1.2");
      await bench.idle();
      deliver({ id: "b-2.1.1", prompt: "Another.\n" });
      await bench.report("b-2.1.1");
      expect(calls()).toEqual([first, resume("t-b-1"), first]);
      expect([prompt(0), prompt(1), prompt(2)]).toEqual(["First.\n", "Mend it.\n", "Another.\n"]);
    });

    test("that fails before its end has its words said again, and not the order's text, which the session has", async () => {
      await boot(
        `${thread("t-1")}; touch "$HOME/busy"; while [ ! -e "$HOME/go" ]; do sleep 0.1; done; ${ok}`,
        `${thread("t-1")}; exit 2`,
        `${thread("t-1")}; ${ok}`,
      );
      deliver();
      await eventually("the first turn", () => bench.has("home/busy"));
      bench.tell("1-a", "Use tabs.");
      writeFileSync(join(bench.folder, "home/go"), "");
      expect(await bench.report()).toMatchObject({ state: "done", turns: 3, told: ["1-a"] });
      expect(prompt(1)).toBe("A person says:\nUse tabs.\n");
      expect(prompt(2)).toMatch(
        /^The last turn failed: it ended with exit code 2[\s\S]*\n\nA person says:\nUse tabs\.\n$/,
      );
      expect(calls()).toEqual([first, resume("t-1"), resume("t-1")]);
    });

    test("that fails before its end has its order's text said again, also in the session of an earlier order", async () => {
      await boot(`${thread("t-1")}; ${ok}`, `${thread("t-1")}; exit 2`, `${thread("t-1")}; ${ok}`);
      deliver({ prompt: "First.\n" });
      await bench.report();
      await bench.idle();
      deliver({ id: "b-1.1.2", prompt: "Mend it.\n" });
      expect(await bench.report("b-1.1.2")).toMatchObject({ state: "done", turns: 2 });
      expect(prompt(2)).toMatch(/^Mend it\.\n\n\nThe last turn failed: it ended with exit code 2/);
      expect(calls()).toEqual([first, resume("t-1"), resume("t-1")]);
    });

    test("that is cut short after the model had answered has its words said once", async () => {
      const answers = said({ type: "answered" });
      const reader = readerOf({ ...codex, reader: `${codex.reader}/"answered"/ { tokens(1, 0, 1) }\n` });
      await boot(`${thread("t-1")}; sleep 300`, `${thread("t-1")}; ${answers}; sleep 300`, `${thread("t-1")}; ${ok}`);
      deliver({ reader, header: { maxTurns: 1 } });
      const begun = (n: number) => eventually(`run ${n}`, () => bench.has(`home/prompt.${n}`) && prompt(n) !== "");
      await begun(0);
      bench.tell("1-a", "Use tabs.", { isUrgent: true });
      await begun(1);
      await eventually("the answer", () => bench.read("log/agent").includes("answered"));
      bench.tell("2-b", "And no spaces.", { isUrgent: true });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1, told: ["1-a", "2-b"] });
      expect([prompt(1).includes("Use tabs."), prompt(2).includes("Use tabs.")]).toEqual([true, false]);
      expect(prompt(2)).toContain("A person says:\nAnd no spaces.\n");
    });

    test("whose program is killed goes on in its session, at no cost", async () => {
      await boot(`${thread("t-1")}; sleep 0.2; kill -9 $$`, ok);
      deliver({ prompt: "Do it.\n", header: { maxTurns: 1 } });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      expect(calls()).toEqual([first, resume("t-1")]);
      expect(prompt(1)).toMatch(/^Do it\.\n\n\nThis order was interrupted before your turn had ended\./);
    });

    test("whose program is killed each time fails, as one that ends in the middle does", async () => {
      await boot(`${thread("t-1")}; kill -9 $$`);
      deliver({ header: { maxTurns: 1 } });
      const report = await eventually("its report", () => bench.has("outbox/b-1.1.1"), 40_000).then(() =>
        bench.report(),
      );
      expect([report.state, report.turns, report.note]).toEqual([
        "failed",
        1,
        "it ended with exit code 137, in the middle of its turn",
      ]);
      expect(calls()).toHaveLength(3);
      await bench.idle();
      expect(bench.status()?.fruitless).toBe(0);
    }, 50_000);

    test("whose program is killed is not held against one whose supervisor was", async () => {
      await boot(`${thread("t-1")}; touch "$HOME/busy"; sleep 300`, "kill -9 $$", "kill -9 $$", ok);
      deliver({ header: { maxTurns: 1 } });
      await eventually("the session", () => bench.has("home/busy"));
      process.kill(bench.claimedBy(), "SIGKILL");
      await eventually("the supervisor to be gone", () => !marked(bench.marker).includes(bench.claimedBy()));
      await bench.boot({ PATH: `${join(bench.folder, "programs")}:${process.env.PATH}` });
      await eventually("the count of supervisors", () => bench.status()?.fruitless === 1);
      await eventually("two more kills", () => calls().length === 4, 40_000);
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
    }, 50_000);

    test("begins in the log on a line of its own, whatever was said before", async () => {
      await bench.boot();
      bench.deliver({ agent: "printf half; exit 1", header: { maxTurns: 2 } });
      expect(await bench.report()).toMatchObject({ state: "failed", detail: "half\n", note: "half" });
      expect(bench.read("log/agent")).toMatch(/^--- crew: [^\n]+ ---\nhalf\n--- crew: [^\n]+ ---\nhalf$/);
    });

    test("whose supervisor is killed goes on in the session that it had begun", async () => {
      await boot(`${thread("t-1")}; touch "$HOME/busy"; sleep 300`, ok);
      deliver({ header: { maxTurns: 1 } });
      await eventually("the session", () => bench.has("home/busy"));
      process.kill(bench.claimedBy(), "SIGKILL");
      await eventually("the supervisor to be gone", () => !marked(bench.marker).includes(bench.claimedBy()));
      await bench.boot({ PATH: `${join(bench.folder, "programs")}:${process.env.PATH}` });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      expect(calls()).toEqual([first, resume("t-1")]);
    });

    test("finds its session gone, and begins another with the whole prompt", async () => {
      await boot(
        `${thread("t-1")}; exit 2`,
        "echo 'Error: thread/resume failed: no rollout found for thread id t-1' >&2; exit 1",
        `${thread("t-2")}; ${ok}`,
      );
      deliver({ prompt: "Do it.\n", header: { maxTurns: 2 } });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 2 });
      expect(calls()).toEqual([first, resume("t-1"), first]);
      expect(prompt(2)).toMatch(/^Do it\.\n\n\nThe last turn failed: it ended with exit code 2/);
    });

    test("finds its session full, and goes on in a new one that knows what was done", async () => {
      await boot(
        `${thread("t-1")}; echo one >one.txt; git add one.txt; git commit -qm "Write one"; echo half >two.txt; ${failed("Codex ran out of room in the model's context window.")}`.replace(
          "model's",
          "models",
        ),
        `${thread("t-2")}; ${ok}`,
      );
      deliver({ prompt: "Write two.\n", header: { maxTurns: 1 } });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      expect(calls()).toEqual([first, first]);
      for (const words of ["Write two.", "until your session was full", "one.txt | 1 +", "Write one", "?? two.txt"])
        expect(prompt(1)).toContain(words);
    });

    test("that is full again and again costs turns in the end", async () => {
      await boot(`${thread("t-1")}; ${failed("Codex ran out of room in the context window.")}`);
      deliver({ header: { maxTurns: 1 } });
      expect(await bench.report()).toMatchObject({ state: "failed", turns: 1 });
      expect(calls()).toEqual([first, first, first, first]);
    });
  });
}
