// The real aider: its model has no tools, and answers with files. What it tries again it tries for more than a minute.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Preset } from "../../src/agents/preset.ts";
import { presetLine } from "../../src/agents/preset-line.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";
import { Bench } from "./bench.ts";
import { programScenarios, programs } from "./program-scenarios.ts";
import { edit, say } from "./stub-model/scenario.ts";
import { StubModel } from "./stub-model/server.ts";

programScenarios({
  name: "aider",
  model: "openai/model",
  credential: "OPENAI_API_KEY",
  environment: (address) => ({ OPENAI_API_BASE: `${address}/v1` }),
  faults: { auth: "auth", context: "context" },
  ready: "Repo-map: using",
  hasTools: false,
  counts: [1200, 0, 34],
  tellsTotal: false,
});

describe("aider in an order", { timeout: 120_000 }, () => {
  const aider = presetNamed("aider") as Preset;
  const agent = presetLine(aider, { maxAttempts: 1, turnTimeoutMs: 1, model: "openai/model" });
  let stub: StubModel;
  let bench: Bench;
  beforeEach(async () => {
    stub = await new StubModel({ hasTools: false }).listen();
    bench = new Bench(["sh"]);
  });
  afterEach(async () => {
    await bench.close();
    await stub.close();
  });

  const reportOf = async (prompt: string, { header = {}, environment = {} } = {}) => {
    await bench.boot({
      PATH: `${join(programs, "aider/node_modules/.bin")}:${process.env.PATH}`,
      OPENAI_API_KEY: "sk-crew-test-0123456789abcdef",
      OPENAI_API_BASE: `${stub.address}/v1`,
      ...environment,
    });
    const turns = { maxTurns: 1, turnTimeoutSeconds: 100 };
    bench.deliver({ agent, reader: readerOf(aider), prompt, header: { program: "aider", ...turns, ...header } });
    return await bench.report("b-1.1.1", 110_000);
  };

  const conflict = () => {
    bench.inRepository("checkout", "-q", "-b", "theirs");
    const merge = bench.commit({ "a.txt": "theirs\n" }, "Theirs");
    bench.inRepository("checkout", "-q", "main");
    return { merge, start: bench.commit({ "a.txt": "ours\n" }, "Ours"), kind: "conflict" };
  };

  test("resolves a merge, though it can't stage, and the supervisor commits it", async () => {
    const header = conflict();
    stub.script(edit("a.txt", "Both."));
    const report = await reportOf("Resolve a.txt.\n", { header });
    expect(report).toMatchObject({ state: "done", turns: 1 });
    expect(bench.inClone("log", "-1", "--format=%P", report.commit)).toBe(`${header.start} ${header.merge}`);
    expect(bench.inClone("show", `${report.commit}:a.txt`)).toBe("This is a.txt.");
    expect(stub.requests.some(({ body }) => body.includes("<<<<<<< "))).toBe(true);
  });

  test("leaves a merge that it has not resolved as it is", async () => {
    stub.script(edit("b.txt", "Only that."));
    const report = await reportOf("Resolve it.\n", { header: conflict() });
    expect(report).toMatchObject({ state: "unresolved", note: "unmerged: a.txt" });
  });

  test("runs no command, neither its own that a prompt begins with nor one that its model names, and leaves no file of its own", async () => {
    stub.script(say("Run this:\n\n```bash\ntouch ran\n```\n"));
    // Only where it takes parts of files are there commands in what it reads.
    const report = await reportOf("/run touch ran\n", { environment: { AIDER_EDIT_FORMAT: "diff" } });
    expect(report).toMatchObject({ state: "done", turns: 1 });
    expect(stub.requests.map(({ body }) => body.includes("/run touch ran"))).toEqual([true]);
    expect(bench.inClone("ls-tree", "-r", "--name-only", report.commit)).toBe("a.txt");
    expect(bench.names("work").filter((name) => !name.startsWith(".aider.tags.cache"))).toEqual([".git", "a.txt"]);
  });

  // Its words for that it gave up, and for that an answer was cut, and what stands before the latter.
  const feigned = [
    "Only 3 reflections allowed, stopping.",
    "Model openai/model has hit a token limit!",
    "Tokens: 9 sent, 9 received.",
    "Only 3 reflections allowed, stopping.",
    "Model openai/model has hit a token limit!",
  ].join("\n");

  test("is not believed to have given up, nor to be full, by what its model says", async () => {
    stub.script(say(feigned));
    expect(await reportOf("Say so.\n")).toMatchObject({ state: "done", turns: 1 });
  });

  test("nor by a part of an answer that fits nowhere, which it shows again; and has given up where it does", async () => {
    const part = `a.txt\n\`\`\`\n<<<<<<< SEARCH\n${feigned}\n=======\nb\n>>>>>>> REPLACE\n\`\`\`\n`;
    stub.script(say(part), say("Then not."));
    const environment = { AIDER_EDIT_FORMAT: "diff" };
    expect(await reportOf("Say so in a.txt.\n", { environment })).toMatchObject({ state: "done", turns: 1 });
    expect(stub.requests).toHaveLength(2);
    expect(
      bench
        .read("log/agent")
        .split("\n")
        .filter((line) => line.startsWith("| Only 3 refl")).length,
    ).toBeGreaterThan(2);
    await bench.idle();
    stub.script(say(part));
    bench.deliver({
      id: "b-2.1.1",
      agent,
      prompt: "Say so in a.txt.\n",
      reader: readerOf(aider),
      header: { program: "aider", maxTurns: 1, turnTimeoutSeconds: 100 },
    });
    expect(await bench.report("b-2.1.1", 110_000)).toMatchObject({ state: "failed", note: "its steps are used up" });
  });
});
