// What a person tells an agent whose program asks after each tool, as the supervisor sees it: a script in the place of codex asks
// as a hook of it would.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, eventually, type Shell } from "./bench.ts";
import { ok, scriptedCodex, thread } from "./scripted-codex.ts";
import { withBench } from "./with-bench.ts";

const after = (event: object = {}) => JSON.stringify({ session_id: "t-1", hook_event_name: "AfterTool", ...event });
/** Tools that end at the same time, as often as told; each answer is a line of home/said. */
const tools = (event = after()) => `printf '%s\\n' '${event}' | "$CREW_TELL" >>"$HOME/said"`;
const wait = (name: string) => `while [ ! -e "$HOME/${name}" ]; do sleep 0.1; done`;

export function heardScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });
  const { boot, deliver, prompt } = scriptedCodex(() => bench);
  const go = (name = "go") => writeFileSync(join(bench.folder, "home", name), "");
  const begun = () => eventually("its prompt", () => bench.has("home/prompt.0"));
  const laid = (id: string) => eventually("its place", () => bench.has(`state/said/${id}`));
  const answers = () =>
    (bench.has("home/said") ? bench.read("home/said") : "")
      .split("\n")
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { hookSpecificOutput: object }).hookSpecificOutput);
  const runs = () => bench.names("home").filter((name) => name.startsWith("prompt.")).length;

  describe("what a person tells between two tools", () => {
    test("is heard in the turn, each word as it is, once though tools end together, and the report says so", async () => {
      const both = `{ ${tools()} & ${tools()} & wait; }`;
      await boot(`${thread("t-1")}; ${tools()}; ${wait("go")}; ${both}; ${tools()}; echo one >one.txt; ${ok}`);
      deliver();
      await begun();
      bench.tell("1-a", 'Use "tabs"\\n, <é> & $x\nand\tno `spaces` 100%s.');
      bench.tell("2-b", "And rest.");
      await laid("1-a");
      await laid("2-b");
      go();
      const report = await bench.report();
      expect([report.state, report.turns, report.told?.toSorted()]).toEqual(["done", 1, ["1-a", "2-b"]]);
      const all = answers().map((each) => each as { hookEventName: string; additionalContext: string });
      expect([...new Set(all.map(({ hookEventName }) => hookEventName))]).toEqual(["AfterTool"]);
      expect(
        all.flatMap(({ additionalContext }) => additionalContext.split("A person says:\n").slice(1)).toSorted(),
      ).toEqual([
        expect.stringMatching(/^And rest\.\n?$/),
        expect.stringMatching(/^Use "tabs"\\n, <é> & \$x\nand\tno `spaces` 100%s\.\n?$/),
      ]);
      expect(runs()).toBe(1);
      await bench.idle();
      await eventually("an empty inbox", () => bench.names("inbox/new").length === 0);
    });

    test("is promised as the order was delivered when its run began, not as it came meanwhile", async () => {
      const hears = () => bench.status()?.hearsAtTools ?? false;
      await boot(`${thread("t-1")}; ${wait("go")}; ${ok}`, `${wait("on")}; echo one >one.txt; ${ok}`);
      deliver({ check: "test -e one.txt", header: { maxTurns: 2 } });
      await begun();
      const first = hears();
      deliver({ check: "test -e one.txt", header: { maxTurns: 2, hearsAtTools: true } });
      await eventually("that it came", () => bench.read("state/parts/header").includes("Hears: tools"));
      const meanwhile = hears();
      go();
      await eventually("its second turn", () => bench.has("home/prompt.1"));
      expect([first, meanwhile, hears()]).toEqual([false, false, true]);
      go("on");
      expect(await bench.report()).toMatchObject({ state: "done", turns: 2 });
      await bench.idle();
      expect(hears()).toBe(false);
    });

    test("is kept from an agent below the agent; what comes with words that are too long for it waits with them for the next turn", async () => {
      const below = tools(after({ agent_id: "a-1" }));
      await boot(
        `${thread("t-1")}; ${wait("go")}; ${below}; ${tools()}; echo one >one.txt; ${ok}`,
        `${thread("t-1")}; ${ok}`,
      );
      deliver();
      await begun();
      bench.tell("1-a", "Short.");
      bench.tell("2-b", "x".repeat(8_000));
      bench.tell("3-c", "Later.");
      await laid("1-a");
      go();
      const report = await bench.report();
      expect([report.state, report.turns, report.told?.toSorted()]).toEqual(["done", 2, ["1-a", "2-b", "3-c"]]);
      expect(answers()).toEqual([{ hookEventName: "AfterTool", additionalContext: "A person says:\nShort." }]);
      expect(prompt(1)).toBe(`A person says:\n${"x".repeat(8_000)}\nA person says:\nLater.\n`);
    });

    test("that nobody asked for by the turn's end is in the next turn's prompt", async () => {
      await boot(`${thread("t-1")}; ${wait("go")}; echo one >one.txt; ${ok}`, `${thread("t-1")}; ${tools()}; ${ok}`);
      deliver();
      await begun();
      bench.tell("1-a", "Use tabs.");
      await laid("1-a");
      go();
      expect([(await bench.report()).told, prompt(1), answers()]).toEqual([["1-a"], "A person says:\nUse tabs.\n", []]);
    });

    test("is said again where its program is killed before its model could answer, and told once", async () => {
      await boot(
        `${thread("t-1")}; ${wait("go")}; ${tools()}; ${wait("never")}`,
        `${thread("t-1")}; ${tools()}; echo one >one.txt; ${ok}`,
      );
      deliver();
      await begun();
      bench.tell("1-a", "Use tabs.");
      await laid("1-a");
      go();
      await eventually("its answer", () => answers().length === 1);
      process.kill(Number(bench.read("state/session")), "SIGKILL");
      const report = await bench.report();
      expect([report.state, report.turns, report.told]).toEqual(["done", 1, ["1-a"]]);
      expect(prompt(1).split("A person says:\nUse tabs.\n").length - 1).toBe(1);
      expect(answers()).toHaveLength(1);
    });

    test.each(["heard", "not heard"])(
      "is told once over a kill of the supervisor where it was %s by then",
      async (how) => {
        const supervisor = () => bench.claimedBy();
        const turn = how === "heard" ? `${wait("go")}; ${tools()}; ${wait("never")}` : wait("never");
        await boot(`${thread("t-1")}; ${turn}`, `${thread("t-1")}; ${tools()}; echo one >one.txt; ${ok}`);
        deliver();
        await begun();
        bench.tell("1-a", "Use tabs.");
        await laid("1-a");
        process.kill(supervisor(), "SIGSTOP");
        go();
        if (how === "heard") await eventually("its answer", () => answers().length === 1);
        process.kill(supervisor(), "SIGKILL");
        await bench.boot({ PATH: `${join(bench.folder, "programs")}:${process.env.PATH}` });
        const report = await bench.report();
        expect([report.state, report.turns, report.told]).toEqual(["done", 1, ["1-a"]]);
        expect(prompt(1).split("A person says:\nUse tabs.\n").length - 1).toBe(1);
        expect(answers()).toHaveLength(how === "heard" ? 1 : 0);
      },
    );

    test("is not told where the last turn of the order ends before its model could have it", async () => {
      await boot(`${thread("t-1")}; ${wait("go")}; ${tools()}; ${wait("never")}`);
      deliver({ header: { maxTurns: 1 } });
      await begun();
      bench.tell("1-a", "Use tabs.");
      await laid("1-a");
      go();
      await eventually("its answer", () => answers().length === 1);
      bench.post("withdraw-b-1.1.1");
      expect((await bench.report()).told).toBeUndefined();
    });

    test("no place that an agent has spoiled holds the supervisor up", async () => {
      const spoil = "rm -rf ../state/said.new ../state/told.new; mkfifo ../state/said.new ../state/told.new";
      await boot(`${thread("t-1")}; ${spoil}; ${wait("go")}; ${tools()}; echo one >one.txt; ${ok}`);
      deliver();
      await eventually("its places", () => bench.has("state/told.new"));
      bench.tell("1-a", "Use tabs.");
      await laid("1-a");
      go();
      expect(await bench.report()).toMatchObject({ state: "done", told: ["1-a"] });
    });

    test("what the agent says while it hears is kept", async () => {
      const note = `bd update b-1 --status blocked --notes "Which port?"`;
      const many = `for n in 1 2 3 4 5 6 7 8 9; do bd comment b-1 "Note $n."; sleep 0.2; done; ${note}`;
      await boot(
        `${thread("t-1")}; bd comment b-1 First.; ${wait("go")}; ${tools()}; ${many}; echo one >one.txt; ${ok}`,
      );
      deliver({ beads: '[\n{"id":"b-1","title":"One","status":"in_progress","priority":2,"issue_type":"task"}\n]\n' });
      await begun();
      bench.tell("1-a", "Use tabs.");
      await laid("1-a");
      go();
      const { said = [] } = await bench.report();
      expect(said.map(({ kind }) => kind)).toEqual([...Array.from({ length: 10 }, () => "note"), "blocked"]);
    });

    test("answers what the agent asked before it came", async () => {
      const ask = `bd update b-1 --status blocked --notes "Which port?"`;
      await boot(`${thread("t-1")}; ${ask}; ${wait("go")}; ${tools()}; echo one >one.txt; ${ok}`);
      deliver({ beads: '[\n{"id":"b-1","title":"One","status":"in_progress","priority":2,"issue_type":"task"}\n]\n' });
      await eventually("the question", () => bench.has("state/notes"));
      bench.tell("1-a", "Port 80.");
      await laid("1-a");
      go();
      const report = await bench.report();
      expect([report.turns, report.note, report.said]).toEqual([
        1,
        "",
        [{ kind: "note", bead: "b-1", text: "Which port?" }],
      ]);
    });
  });
}
