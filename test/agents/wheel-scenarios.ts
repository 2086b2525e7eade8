// A person at the wheel, as the supervisor sees it: scenarios on real processes. Run under each shell that it must run under.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Preset } from "../../src/agents/preset.ts";
import { presetLine } from "../../src/agents/preset-line.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";
import { type Bench, eventually, marked, type Shell } from "./bench.ts";
import { withBench } from "./with-bench.ts";

export function wheelScenarios(shell: Shell): void {
  let bench: Bench;
  let holders: ChildProcess[] = [];
  withBench(shell, (made) => {
    bench = made;
  });
  afterEach(() => {
    for (const holder of holders) holder.kill("SIGKILL");
    holders = [];
  });

  /** Asks for the wheel as `crew attach` does: a process without the instance's marker, whose stdin is the lease. */
  function want(person = "ann") {
    return beside("wheel", person);
  }

  function beside(word: string, ...args: readonly string[]) {
    const [program, ...rest] = shell;
    const { CREW_INSTANCE, ...env } = bench.environment();
    const script = join(bench.folder, "bin/supervisor.sh");
    const child = spawn(program, [...rest, script, word, bench.folder, ...args], { env, stdio: "pipe" });
    holders.push(child);
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    return { child, ended, said: () => said, free: () => eventually("the wheel", () => said === "free\n") };
  }

  const phase = (wanted: string) => eventually(wanted, () => bench.status()?.phase === wanted && bench.status());
  const twice = 'cat >"$HOME/prompt.$(ls "$HOME" | grep -c "^prompt")"; echo begun >>../home/begun';
  const endless = `${twice}; if [ ! -e person.txt ]; then while :; do sleep 1; done; fi; echo done >done.txt`;

  describe("the wheel", () => {
    test("stops the turn, and is followed by the same turn in the tree as the person left it, with one report", async () => {
      await bench.boot();
      bench.deliver({ agent: endless, header: { maxTurns: 1 } });
      await eventually("the turn", () => bench.read("home/begun"));
      const wheel = want();
      await wheel.free();
      const { phase: at, order, turn, detail } = await phase("attached");
      expect({ at, order, turn, detail }).toEqual({ at: "attached", order: "b-1.1.1", turn: 1, detail: "by ann" });
      expect(bench.strangers()).toEqual([]);
      bench.inClone("commit", "-q", "--allow-empty", "-m", "By ann");
      writeFileSync(join(bench.work, "person.txt"), "ann\n");
      wheel.child.stdin.end();
      expect(await wheel.ended).toBe(0);
      const report = await bench.report();
      expect({ state: report.state, turns: report.turns }).toEqual({ state: "done", turns: 1 });
      expect(report.spent?.runs).toBe(2);
      expect(bench.inClone("diff", "--name-only", bench.start, report.commit).split("\n")).toEqual([
        "done.txt",
        "person.txt",
      ]);
      expect(bench.read("home/prompt.0")).toBe("Do the bead.\n");
      expect(bench.read("home/prompt.1")).toMatch(/interrupted before your turn had ended[\s\S]*A person was at your/);
      expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 \d+ 0\n$/);
      await bench.idle();
      expect(bench.names("outbox")).toEqual(["b-1.1.1"]);
    });

    test("is let go when its holder is killed, and what was started in the session ends with it", async () => {
      await bench.boot();
      const wheel = want();
      await wheel.free();
      const session = beside("session", "true; while :; do sleep 1; done", "80", "24");
      await eventually("the session", () => marked(bench.marker).length > 2);
      wheel.child.kill("SIGKILL");
      await bench.idle();
      await session.ended;
      expect(marked(bench.marker).length).toBeLessThanOrEqual(2);
    });

    test("has one holder at a time, and an order waits for it", async () => {
      await bench.boot();
      const wheel = want();
      await wheel.free();
      const second = want("bob");
      expect([await second.ended, second.said()]).toEqual([3, "taken ann\n"]);
      bench.deliver({ agent: "echo done >done.txt" });
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect([bench.status()?.phase, bench.names("inbox/new")]).toEqual(["attached", ["b-1.1.1"]]);
      wheel.child.stdin.end();
      expect((await bench.report()).state).toBe("done");
    });

    test("is not for the agent: a process of its own that claims it changes nothing", async () => {
      await bench.boot();
      const claim =
        'printf "%s %s\\nme\\n" "$$" "$(sed "s/.*) //" /proc/$$/stat | cut -d " " -f 20)@$(cat /proc/sys/kernel/random/boot_id)" >../state/wheel';
      bench.deliver({
        agent: `${claim}; cp ../state/wheel ../home/claim; sleep 3; ls ../state/wheel; echo done >done.txt`,
      });
      expect((await bench.report()).state).toBe("done");
      expect(bench.read("home/claim")).toMatch(/^\d+ \d+@[0-9a-f-]+\nme\n$/);
      expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 \d+ 0\n$/);
    });

    test("outlives a killed supervisor; the order goes on after it without a turn spent", async () => {
      const first = await bench.boot();
      bench.deliver({ agent: endless, header: { maxTurns: 1 } });
      await eventually("the turn", () => bench.read("home/begun"));
      const wheel = want();
      await wheel.free();
      first.kill("SIGKILL");
      await bench.boot();
      await eventually("the phase", () => bench.status()?.phase === "attached");
      writeFileSync(join(bench.work, "person.txt"), "ann\n");
      wheel.child.stdin.end();
      const { state, turns } = await bench.report();
      expect({ state, turns }).toEqual({ state: "done", turns: 1 });
    });

    test("outlives it with the sessions of all beads, and the person gets that of the order in hand", async () => {
      const codex = presetNamed("codex") as Preset;
      const programs = join(bench.folder, "programs");
      const said = (event: object) => `printf '%s\\n' '${JSON.stringify(event)}'`;
      bench.writeProgram(
        programs,
        "codex",
        `#!/bin/sh
echo "$*" >>"$HOME/calls"
${said({ type: "thread.started", thread_id: "t-1" })}
if [ ! -e person.txt ]; then sleep 300; fi
${said({ type: "turn.completed", usage: { input_tokens: 1, cached_input_tokens: 0, output_tokens: 1 } })}
`,
      );
      const own = { PATH: `${programs}:${process.env.PATH}` };
      mkdirSync(join(bench.folder, "state/sessions"));
      writeFileSync(join(bench.folder, "state/sessions/b-0"), "codex t-0 b-0.1.1\n");
      const first = await bench.boot(own);
      const agent = presetLine(codex, { maxAttempts: 1, turnTimeoutMs: 1 });
      bench.deliver({ agent, reader: readerOf(codex), header: { maxTurns: 1, program: "codex" } });
      await eventually("the session", () => bench.has("state/sessions/b-1"));
      first.kill("SIGKILL");
      await eventually("its end", () => !marked(bench.marker).includes(bench.claimedBy()));
      const wheel = want();
      await bench.boot(own);
      await wheel.free();
      expect(bench.status()?.order).toBe("b-1.1.1");
      expect(bench.read("state/environment")).toMatch(/^CREW_BEAD='b-1'$[\s\S]*^CREW_SESSION='t-1'$/m);
      expect(bench.names("state/sessions").filter((name) => !name.includes("."))).toEqual(["b-0", "b-1"]);
      writeFileSync(join(bench.work, "person.txt"), "ann\n");
      wheel.child.stdin.end();
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      expect(bench.read("home/calls")).toMatch(/ resume .*t-1 -\n$/);
    });

    test("ends with the instance", async () => {
      const supervisor = await bench.boot();
      const wheel = want();
      await wheel.free();
      const ended = new Promise((resolve) => supervisor.once("exit", resolve));
      supervisor.kill("SIGTERM");
      expect(await ended).toBe(0);
      expect(bench.status()?.phase).toBe("stopped");
    });
  });
}
