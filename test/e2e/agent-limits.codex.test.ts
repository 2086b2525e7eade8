// A usage limit: whoever signs in with the same credential waits for its end and asks nothing; the others go on.
import { afterEach, expect, test } from "vitest";
import { writesFiles } from "../agents/stub-model/files.ts";
import { fail } from "../agents/stub-model/scenario.ts";
import { StubModel } from "../agents/stub-model/server.ts";
import { roleLines, withPrograms } from "./agents.ts";
import { aBench, type Bench } from "./bench.ts";

let stub: StubModel | undefined;
let bench: Bench | undefined;
afterEach(async () => {
  bench?.remove();
  await stub?.close();
});

test("every role on the credential waits, the others go on, all resume, and nothing is asked in between", async () => {
  const model = await new StubModel().listen();
  stub = model;
  bench = aBench({
    "crew.yaml": `name: limits
epic: {title: "[LIMITS] Three files", branch: epic/limits, base: main}
tasks:
  first: {title: "Write first.txt", role: ada}
  second: {title: "Write second.txt", role: ann, blocked_by: [third]}
  third: {title: "Write third.txt", role: bob}
roles:
${roleLines("ada", "claude", model.address)}${roleLines("ann", "claude", model.address)}${roleLines("bob", "codex", model.address)}gates: ["true"]
review: none
runtime: process
tracker: git
`,
  });
  let resetMs = 0;
  const isLimited = (path: string) => path.endsWith("/messages") && (resetMs === 0 || Date.now() < resetMs);
  model.answer((body, path) => {
    if (!isLimited(path)) return writesFiles(body);
    if (resetMs === 0) resetMs = Math.floor(Date.now() / 1000) * 1000 + 20_000;
    return fail("usage-limit", Math.ceil((resetMs - Date.now()) / 1000));
  });
  const env = {
    PATH: withPrograms(bench.environment.PATH ?? ""),
    CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-0123456789",
    CODEX_API_KEY: "sk-codex-0123456789",
  };
  const crew = bench.start(["up", "--wait"], { env });
  await crew.says("merged limits-");
  const { stdout } = await bench.crew(["status", "--format", "json"], { env });
  const { roles } = JSON.parse(stdout) as { roles: { role: string; phase: string; detail: string }[] };
  expect(Date.now()).toBeLessThan(resetMs);
  expect(roles.find(({ role }) => role === "ada")).toMatchObject({
    phase: "limited",
    detail: expect.stringMatching(/^goes on in \d+s \(You've hit your limit/),
  });
  expect(roles.find(({ role }) => role === "ann")?.phase).toBe("idle");
  const ended = await crew.ended;
  if (ended.code !== 0) throw new Error(ended.stderr);
  const asked = model.requests.filter(({ path }) => path.endsWith("/messages")).map(({ atMs }) => atMs);
  const [first = 0] = asked;
  expect(asked.filter((atMs) => atMs > first + 1_000 && atMs < resetMs)).toEqual([]);
  expect(model.requests.some(({ path, atMs }) => path.endsWith("/responses") && atMs < resetMs)).toBe(true);
  expect(bench.git("for-each-ref", "--format=%(contents)", "refs/crew/p/limits/done").match(/^Turns: .*/gm)).toEqual([
    "Turns: 1",
    "Turns: 1",
    "Turns: 1",
  ]);
});
