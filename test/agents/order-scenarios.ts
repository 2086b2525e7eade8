// What the supervisor promises of orders, as scenarios on real processes and real git. Run under each shell that it must run under.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, eventually, type Shell } from "./bench.ts";
import { promptOf, savePrompt } from "./saved-prompt.ts";
import { withBench } from "./with-bench.ts";

export function orderScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });

  describe("an order", () => {
    test("is done on the role's branch, told by stdin and environment, committed and reported once", async () => {
      await bench.boot({ OWN: "from the role" });
      const variables =
        "CREW_ROLE=$CREW_ROLE\nCREW_BEAD=$CREW_BEAD\nCREW_BRANCH=$CREW_BRANCH\nAGENT_ID=$AGENT_ID\nBRANCH=$BRANCH\nOWN=$OWN";
      bench.deliver({
        agent: `${savePrompt}; cmp "$CREW_PROMPT_FILE" "$HOME/prompt.0"; echo "${variables}" >"$HOME/told"; pwd >"$HOME/cwd"; command -v bd >"$HOME/bd"; echo new >new.txt; echo changed >a.txt`,
      });
      const report = await bench.report();
      expect(report).toEqual({
        order: "b-1.1.1",
        commit: bench.inClone("rev-parse", "feature/dev"),
        state: "done",
        turns: 1,
        note: "",
        detail: "",
        spent: expect.objectContaining({ runs: 1, input: 0, output: 0, usd: 0 }),
      });
      expect(promptOf(bench, 0)).toBe("Do the bead.\n");
      expect(bench.read("home/told")).toBe(
        "CREW_ROLE=dev\nCREW_BEAD=b-1\nCREW_BRANCH=feature/dev\nAGENT_ID=dev\nBRANCH=feature/dev\nOWN=from the role\n",
      );
      expect(bench.read("home/cwd").trim()).toBe(bench.work);
      expect(bench.read("home/bd").trim()).toBe(join(bench.folder, "bin/bd"));
      expect(bench.inClone("log", "-1", "--format=%an|%ae|%P|%s", report.commit)).toBe(
        `crew/dev|dev@crew.invalid|${bench.start}|Work of b-1.1.1`,
      );
      expect(bench.inClone("diff", "--name-status", bench.start, report.commit)).toBe("M\ta.txt\nA\tnew.txt");
      expect(bench.inClone("rev-parse", "refs/crew/report/b-1.1.1")).toBe(report.commit);
      await bench.idle();
      expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 \d+ 0\n$/);

      bench.deliver(); // replayed before it is acknowledged
      await bench.idle();
      bench.post("ack-b-1.1.1");
      await eventually("the acknowledged report to go", () => bench.names("outbox").length === 0);
      bench.deliver(); // and after
      await bench.idle();
      expect(bench.names("outbox")).toEqual([]);
      expect(bench.names("inbox/msg")).toEqual([]);
      expect(bench.read("turns").split("\n")).toHaveLength(2);
    });

    test("that is finished runs nothing again, whenever it is delivered", async () => {
      await bench.boot();
      bench.deliver({ agent: "echo ran >>../home/ran" });
      await bench.report();
      // Over and over, so that some come between two looks of the supervisor into its inbox. One whose parts it takes away
      // while they are written is broken off, and is tried again.
      const again = () => bench.deliver({ agent: "echo ran >>../home/ran" });
      for (const end = Date.now() + 1_500; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 2)))
        await eventually("a whole delivery", again);
      await bench.idle();
      await eventually("no message left", () => bench.names("inbox/msg").length === 0);
      expect(bench.read("home/ran")).toBe("ran\n");
    });

    test("keeps what came before and starts clean", async () => {
      await bench.boot();
      bench.deliver({
        agent:
          "git checkout -q -b side; echo s >s; git add s; git commit -qm side; git checkout -q feature/dev; echo one >one.txt",
      });
      const first = await bench.report();
      await bench.idle();
      writeFileSync(join(bench.work, "left over.txt"), "later\n");
      bench.deliver({ id: "b-2.1.1", agent: "ls >../home/files; echo two >two.txt" });
      const second = await bench.report("b-2.1.1");
      expect(bench.read("home/files")).toBe("a.txt\n");
      expect(bench.inClone("diff", "--name-status", bench.start, second.commit)).toBe("A\ttwo.txt");
      expect(
        bench.inClone("rev-parse", "refs/crew/kept/b-2.1.1/heads/feature/dev", "refs/crew/kept/b-2.1.1/HEAD"),
      ).toBe(`${first.commit}\n${first.commit}`);
      expect(bench.inClone("log", "-1", "--format=%s", "refs/crew/kept/b-2.1.1/heads/side")).toBe("side");
      expect(bench.inClone("show", "refs/crew/kept/b-2.1.1/work:left over.txt")).toBe("later");
    });

    test("goes back to the agent with the original prompt and the check's words", async () => {
      await bench.boot();
      bench.deliver({
        agent: `${savePrompt}; if [ -e one ]; then echo two >two; else echo one >one; fi`,
        check: "seq 1 100; test -e two || { echo 'two is missing'; exit 7; }",
        prompt: "Make two.",
      });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 2, note: "" });
      expect(promptOf(bench, 0)).toBe("Make two.");
      const lines = Array.from({ length: 59 }, (_, n) => n + 42).join("\n");
      expect(promptOf(bench, 1)).toBe(
        `Make two.\n\nThe check failed with exit code 7. Its last output:\n\n${lines}\ntwo is missing\n`,
      );
    });

    test("fails when its turns are used up, with the last words of the agent", async () => {
      await bench.boot();
      bench.deliver({
        agent: "echo partial >partial; echo trying; printf '\\033[31mno luck\\033[0m\\n' >&2; exit 9",
        header: { maxTurns: 2 },
      });
      const report = await bench.report();
      expect(report).toEqual({
        order: "b-1.1.1",
        commit: bench.inClone("rev-parse", "feature/dev"),
        state: "failed",
        turns: 2,
        note: "no luck",
        detail: "trying\nno luck\n",
        spent: expect.objectContaining({ runs: 2 }),
      });
      expect(bench.inClone("show", `${report.commit}:partial`)).toBe("partial");
      expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 \d+ 9\nb-1\.1\.1 2 \d+ 9\n$/);
    });

    test("takes its prompt byte for byte: a dash first, 140 KB, odd bytes, no newline at the end", async () => {
      await bench.boot();
      const bytes = Buffer.concat([
        Buffer.from("-n --help 'x' \"$HOME\" `id` \\\n"),
        randomBytes(140_000),
        Buffer.from("\u0000end"),
      ]);
      bench.deliver({ agent: savePrompt }, { prompt: bytes });
      await bench.report();
      expect(readFileSync(join(bench.folder, "home/prompt.0")).equals(bytes)).toBe(true);
    });

    test("commits file names with spaces and line breaks, but no repository inside the work tree", async () => {
      await bench.boot();
      bench.deliver({
        agent:
          "echo x >'a b'; echo y >'c\nd'; git init -q inner; cd inner; git -c user.name=i -c user.email=i@i commit -q --allow-empty -m inner",
      });
      const { commit, state } = await bench.report();
      expect(state).toBe("done");
      expect(bench.inClone("ls-tree", "-z", "--name-only", commit).split("\0").filter(Boolean)).toEqual([
        "a b",
        "a.txt",
        "c\nd",
      ]);
      expect(existsSync(join(bench.work, "inner/.git"))).toBe(true);
    });

    test("reports HEAD, or the role's branch where that contains it", async () => {
      await bench.boot();
      const commit = "git -c user.name=x -c user.email=x@x commit -q --allow-empty -m";
      bench.deliver({ agent: `${commit} first; ${commit} second; git checkout -q --detach HEAD~1` });
      const report = await bench.report();
      expect(bench.inClone("log", "--format=%s", `${bench.start}..${report.commit}`)).toBe("second\nfirst");
      await bench.idle();
      bench.deliver({ id: "b-2.1.1", agent: `git checkout -q -b elsewhere; ${commit} third` });
      const other = await bench.report("b-2.1.1");
      expect(bench.inClone("log", "--format=%s", `${bench.start}..${other.commit}`)).toBe("third");
    });

    test("gives the agent its own variables, whatever the supervisor calls its own, and signals that work", async () => {
      await bench.boot({ ID: "mine", LOG: "debug", S: "s", C: "it's c", TURN: "seven", LIMIT: "1" });
      bench.deliver({
        agent:
          'trap \'echo interrupted >"$HOME/int"\' INT; kill -s INT $$; echo "$ID $LOG $S $C $TURN $LIMIT" >"$HOME/own"',
      });
      await bench.report();
      expect(bench.read("home/own")).toBe("mine debug s it's c seven 1\n");
      expect(bench.read("home/int")).toBe("interrupted\n");
    });

    test("writes a log that cannot fill the disk or block the agent", async () => {
      await bench.boot();
      bench.deliver({ agent: "head -c 40000000 /dev/zero | tr '\\0' x; echo; echo last words" });
      expect(await bench.report()).toMatchObject({ state: "done" });
      const size = statSync(join(bench.folder, "log/agent")).size + statSync(join(bench.folder, "log/agent.1")).size;
      expect(size).toBeLessThan(16_000_000);
      expect(`${bench.read("log/agent.1")}${bench.read("log/agent")}`.endsWith("\nlast words\n")).toBe(true);
    });

    test("carries what the agent said through bd", async () => {
      await bench.boot();
      const beads = '[\n{"id":"b-1","title":"One","status":"in_progress","priority":2,"issue_type":"task"}\n]\n';
      bench.deliver({
        beads,
        agent: 'bd show b-1 && bd update b-1 --append-notes "half way" && bd close b-1 --reason "All there"',
      });
      expect(await bench.report()).toMatchObject({
        state: "done",
        note: "All there",
        detail: "note b-1: half way\nclose b-1: All there\n",
        said: [
          { kind: "note", bead: "b-1", text: "half way" },
          { kind: "close", bead: "b-1", text: "All there" },
        ],
      });
      await bench.idle();
      bench.deliver({ beads, id: "b-2.1.1", agent: 'bd update b-1 --status blocked --notes "Which port?"' });
      expect(await bench.report("b-2.1.1")).toMatchObject({ note: "needs you: Which port?" });
      await bench.idle();
      // The file is the agent's to write: what is not of the form is not carried, and no more than twenty things are.
      const junk = String.raw`for i in $(seq 30); do bd comments add b-1 "$i"; done; f=$(dirname "$(command -v bd)")/../state/notes
printf 'shout\tb-1\tx\nnote\t../b\tx\nnote b-1 x\n\033[31mnote\tb-1\n' | cat - "$f" > n && cat n > "$f"; rm n`;
      bench.deliver({ beads, id: "b-3.1.1", agent: junk });
      const { said = [] } = await bench.report("b-3.1.1");
      expect(said.map(({ kind, bead, text }) => `${kind} ${bead} ${text}`)).toEqual(
        Array.from({ length: 20 }, (_, n) => `note b-1 ${n + 1}`),
      );
    });
  });
}
