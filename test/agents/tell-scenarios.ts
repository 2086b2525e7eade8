// What a person tells an agent at work, as the supervisor sees it: scenarios on real processes.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, eventually, type Shell } from "./bench.ts";
import { withBench } from "./with-bench.ts";

export function tellScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });

  /** Keeps each run's prompt, then does what the text says. */
  const agent = (text: string) => `cat >"$HOME/prompt.$(ls "$HOME" | grep -c "^prompt")"; ${text}`;
  const prompts = () =>
    bench
      .names("home")
      .filter((name) => name.startsWith("prompt."))
      .map((name) => bench.read(`home/${name}`));
  const heard = (words: string) => prompts().map((prompt) => prompt.split(`A person says:\n${words}\n`).length - 1);
  const waits = "while [ ! -e ../home/go ]; do sleep 0.1; done; echo x >>done.txt";
  const go = () => writeFileSync(join(bench.folder, "home/go"), "");
  const begun = (n: number) => eventually(`run ${n}`, () => prompts().length === n);

  describe("what a person tells", () => {
    test("is heard once, in a turn that follows one that ended well, and the report says so", async () => {
      await bench.boot();
      bench.deliver({ agent: agent(waits) });
      await begun(1);
      bench.tell("1-a", "Use tabs.");
      bench.tell("2-b", "And no\nspaces.");
      go();
      const report = await bench.report();
      expect([report.state, report.turns, report.told]).toEqual(["done", 2, ["1-a", "2-b"]]);
      expect([heard("Use tabs."), heard("And no\nspaces.")]).toEqual([
        [0, 1],
        [0, 1],
      ]);
      await bench.idle();
      await eventually("an empty inbox", () => bench.names("inbox/new").length === 0);
    });

    test("cuts the turn short where it is urgent: the same turn goes on with it", async () => {
      await bench.boot();
      bench.deliver({
        agent: agent("if [ ! -e ../home/prompt.1 ]; then sleep 300; fi; echo x >done.txt"),
        header: { maxTurns: 1 },
      });
      await begun(1);
      bench.tell("1-a", "Stop that.", { isUrgent: true });
      const report = await bench.report();
      expect([report.state, report.turns, report.told]).toEqual(["done", 1, ["1-a"]]);
      expect(prompts()[1]).toMatch(/interrupted before your turn had ended[\s\S]*\n\nA person says:\nStop that\.\n$/);
      expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 \d+ 0\n$/);
    });

    test("is in the prompt of one turn, also of one whose supervisor was killed", async () => {
      const first = await bench.boot();
      const text =
        "if [ ! -e ../home/prompt.1 ]; then sleep 300; fi; [ -e ../home/prompt.3 ] || exit 1; echo x >done.txt";
      bench.deliver({ agent: agent(text) });
      bench.tell("1-a", "Mind it.");
      await begun(1);
      first.kill("SIGKILL");
      await bench.boot();
      const report = await bench.report();
      expect([report.state, report.turns, report.told]).toEqual(["done", 3, ["1-a"]]);
      // The program has no session, so that each turn's prompt holds all of the order, this once.
      expect(heard("Mind it.")).toEqual([1, 1, 1, 1]);
    });

    test("that no turn is left for is not said to have been heard, nor what is for another order", async () => {
      await bench.boot();
      bench.deliver({ agent: agent(waits), header: { maxTurns: 1 } });
      await begun(1);
      bench.tell("1-a", "Too late.");
      bench.tell("2-b", "For another.", { to: "b-9.1.1", isUrgent: true });
      go();
      const report = await bench.report();
      expect([report.state, report.turns, report.told]).toEqual(["done", 1, undefined]);
      expect(heard("Too late.")).toEqual([0]);
      await bench.idle();
      await eventually("an empty inbox", () => bench.names("inbox/new").length === 0);
    });

    // busybox takes its own mv, whatever the PATH says: there is no such test for it.
    if (shell[0] !== "busybox")
      test("that cannot be noted is waited with: no run begins that it would cut short", async () => {
        const full = join(bench.root, "full");
        bench.before("mv", "state/told.new", `[ ! -e '${full}' ] || exit 1`);
        writeFileSync(full, "");
        await bench.boot();
        const order = {
          agent: agent("[ -e ../home/prompt.1 ] || sleep 300; echo x >done.txt"),
          header: { maxTurns: 1 },
        };
        bench.deliver(order);
        await begun(1);
        bench.tell("1-a", "Stop that.", { isUrgent: true });
        expect((await bench.phase("broken")).detail).toBe("what a person said cannot be written");
        expect(prompts()).toHaveLength(1);
        rmSync(full);
        bench.deliver(order);
        const report = await bench.report();
        expect([report.state, report.told]).toEqual(["done", ["1-a"]]);
        expect(heard("Stop that.")).toEqual([0, 1]);
      }, 40_000);

    test("answers nothing that the agent asked after it had come", async () => {
      await bench.boot();
      const asks = `[ -e ../home/prompt.1 ] || { while [ ! -e ../home/ask ]; do sleep 0.1; done; bd update b-1 --status blocked --notes "Which port?"; }`;
      bench.deliver({
        beads: '[\n{"id":"b-1","title":"One","status":"in_progress","priority":2,"issue_type":"task"}\n]\n',
        agent: agent(`${asks}; echo x >>done.txt`),
      });
      await begun(1);
      bench.tell("1-a", "Use tabs.");
      await eventually("its arrival", () => bench.has("state/came"));
      writeFileSync(join(bench.folder, "home/ask"), "");
      const report = await bench.report();
      expect([report.turns, report.told, report.note]).toEqual([2, ["1-a"], "needs you: Which port?"]);
    });

    test("answers what the agent has asked in the order", async () => {
      await bench.boot();
      bench.deliver({
        beads: '[\n{"id":"b-1","title":"One","status":"in_progress","priority":2,"issue_type":"task"}\n]\n',
        agent: agent(`[ -e ../home/prompt.1 ] || bd update b-1 --status blocked --notes "Which port?"; ${waits}`),
      });
      await eventually("the question", () => bench.has("state/notes"));
      bench.tell("1-a", "Port 80.");
      go();
      const report = await bench.report();
      expect([report.state, report.note, report.said]).toEqual([
        "done",
        "",
        [{ kind: "note", bead: "b-1", text: "Which port?" }],
      ]);
    });
  });
}
