// The real Codex.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Preset } from "../../src/agents/preset.ts";
import { presetLine } from "../../src/agents/preset-line.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";
import { type PresetParts, withParts } from "../../src/model/preset.ts";
import { Bench } from "./bench.ts";
import { programScenarios, programs, usualCounts } from "./program-scenarios.ts";
import { StubModel } from "./stub-model/server.ts";
import { workScenarios } from "./work-scenarios.ts";

programScenarios({
  name: "codex",
  model: "gpt-5.4",
  credential: "CODEX_API_KEY",
  environment: (address) => ({ OPENAI_BASE_URL: `${address}/v1` }),
  faults: {
    ...{ auth: "auth", "rate-limit": "limit", "usage-limit": "limit", quota: "quota", overloaded: "overload" },
    context: "context",
  },
  ready: "Ask Codex to do anything",
  tellsTotal: true,
});

// What it knows of its own model has it write scripts, in which its tools are called.
workScenarios({
  title: "codex in its code mode",
  shows: "additional_tools",
  preset: presetNamed("codex") as Preset,
  bin: join(programs, "codex/node_modules/.bin"),
  key: { variable: "CODEX_API_KEY", value: "sk-crew-test-0123456789abcdef" },
  environment: (address) => ({ OPENAI_BASE_URL: `${address}/v1` }),
  hasTools: true,
  counts: usualCounts,
});

const always = ["--json", "--dangerously-bypass-approvals-and-sandbox", "--skip-git-repo-check"];

test.each<readonly [string, PresetParts]>([
  ["and crew's is none beside it", {}],
  [
    "also with a command that is told nothing, as crew config says it is to be written",
    {
      first: ["codex", "exec", ...always, "-"],
      resume: ["codex", "exec", "resume", ...always, "{session}", "-"],
      variables: { OPENAI_BASE_URL: [], CODEX_API_KEY: [] },
    },
  ],
])("the provider of a role's own configuration stands, %s", async (_, parts) => {
  const stub = await new StubModel().listen();
  const bench = new Bench(["sh"]);
  try {
    const own = join(bench.root, "own");
    mkdirSync(own);
    writeFileSync(
      join(own, "config.toml"),
      `model_provider = "ours"\nmodel = "gpt-5.4"\n[model_providers.ours]\nname = "Ours"\nbase_url = "${stub.address}/ours/v1"\nwire_api = "responses"\nenv_key = "CODEX_API_KEY"\n`,
    );
    await bench.boot({
      PATH: `${join(programs, "codex/node_modules/.bin")}:${process.env.PATH}`,
      CODEX_API_KEY: "sk-crew-test-0123456789abcdef",
      CODEX_HOME: own,
      OPENAI_BASE_URL: `${stub.address}/others/v1`,
    });
    const codex = withParts(presetNamed("codex") as Preset, parts);
    const agent = presetLine(codex, { maxAttempts: 1, turnTimeoutMs: 1, ...(parts.first ? {} : { model: "gpt-5.4" }) });
    bench.deliver({ agent, reader: readerOf(codex), header: { program: "codex" } });
    expect((await bench.report()).state).toBe("done");
    expect([...new Set(stub.requests.map(({ path }) => path))]).toEqual(["/ours/v1/responses"]);
  } finally {
    await bench.close();
    await stub.close();
  }
});
