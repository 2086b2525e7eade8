// The real Claude Code.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Preset } from "../../src/agents/preset.ts";
import { presetLine } from "../../src/agents/preset-line.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";
import { Bench, eventually } from "./bench.ts";
import { programScenarios, programs } from "./program-scenarios.ts";
import { call, run, say } from "./stub-model/scenario.ts";
import { StubModel } from "./stub-model/server.ts";

programScenarios({
  name: "claude",
  credential: "ANTHROPIC_API_KEY",
  environment: (address) => ({ ANTHROPIC_BASE_URL: address }),
  faults: {
    ...{ auth: "auth", "rate-limit": "limit", quota: "quota", overloaded: "overload", server: "overload" },
    context: "context",
  },
  counts: [1200, 800, 34],
  ready: "bypass permissions on",
  tellsTotal: false,
  usd: 0.00725,
});

test("a person's words are for it, not for an agent below it, and hooks of the repository and of its home go on", async () => {
  const stub = await new StubModel().listen();
  const bench = new Bench(["sh"]);
  try {
    for (const [folder, name] of [
      ["work", "repository"],
      ["home", "own"],
    ] as const) {
      const hook = { matcher: "Bash", hooks: [{ type: "command", command: `touch "$HOME/${name}"` }] };
      mkdirSync(join(bench.folder, folder, ".claude"));
      writeFileSync(
        join(bench.folder, folder, ".claude/settings.json"),
        JSON.stringify({ hooks: { PostToolUse: [hook] } }),
      );
    }
    bench.inClone("add", ".claude");
    bench.inClone("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "Hooks");
    const below = { description: "Look", prompt: "Look below.", run_in_background: false };
    stub.script(
      call("Agent", below),
      run('touch begun; until [ -e "$HOME/go" ]; do sleep 0.2; done'),
      say("Looked."),
      say("It is done."),
    );
    await bench.boot({
      PATH: `${join(programs, "claude/node_modules/.bin")}:${process.env.PATH}`,
      ANTHROPIC_API_KEY: "sk-crew-test-0123456789abcdef",
      ANTHROPIC_BASE_URL: stub.address,
    });
    const claude = presetNamed("claude") as Preset;
    bench.deliver({
      agent: presetLine(claude, { maxAttempts: 1, turnTimeoutMs: 1 }),
      reader: readerOf(claude),
      header: { program: "claude", turnTimeoutSeconds: 300, start: bench.inClone("rev-parse", "HEAD") },
    });
    await eventually("its command", () => bench.has("work/begun"), 180_000);
    bench.tell("1-a", "Mind the heron.");
    await eventually("its place", () => bench.has("state/said/1-a"));
    writeFileSync(join(bench.folder, "home/go"), "");
    expect((await bench.report("b-1.1.1", 180_000)).told).toEqual(["1-a"]);
    const asked = stub.requests.filter(({ isAside }) => !isAside);
    expect(asked.map(({ body }) => [body.includes("Look below."), body.includes("Mind the heron.")])).toEqual([
      [false, false],
      [true, false],
      [true, false],
      [true, true],
    ]);
    expect(["repository", "own"].filter((name) => !existsSync(join(bench.folder, "home", name)))).toEqual([]);
  } finally {
    await bench.close();
    await stub.close();
  }
}, 400_000);
