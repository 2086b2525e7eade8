// A crew of real agent programs, each with its own role and credential, to the landed epic.
import { afterEach, beforeEach, expect, test } from "vitest";
import { writesFiles } from "../agents/stub-model/files.ts";
import { StubModel } from "../agents/stub-model/server.ts";
import { agents, opencodeFile, roleLines, withPrograms } from "./agents.ts";
import { aBench, type Bench } from "./bench.ts";
import { beadsOf } from "./outcome.ts";

const keys = {
  CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-crew-test-0123456789",
  CODEX_API_KEY: "sk-codex-crew-test-0123456789",
  OPENAI_API_KEY: "sk-openai-crew-test-0123456789",
};

let stub: StubModel;
let bench: Bench;
beforeEach(async () => {
  stub = await new StubModel().listen();
  bench = aBench({
    "crew.yaml": `name: mixed
epic: {title: "[MIXED] Four files", branch: epic/mixed, base: main}
tasks:
  first: {title: "Write first.txt", role: ada}
  second: {title: "Write second.txt", role: bob, blocked_by: [first]}
  third: {title: "Write third.txt", role: cyd}
  fourth: {title: "Write fourth.txt", role: ada, blocked_by: [second, third]}
roles:
${roleLines("ada", "claude", stub.address)}${roleLines("bob", "codex", stub.address)}${roleLines("cyd", "opencode", stub.address)}gates: {order: "test ! -e second.txt || test -e first.txt"}
review: none
runtime: process
tracker: git
`,
    "opencode.json": opencodeFile(stub.address),
  });
});
afterEach(async () => {
  bench.remove();
  await stub.close();
});

const env = () => ({ PATH: withPrograms(bench.environment.PATH ?? ""), ...keys });

test("every bead is done by its own program, with its own credential, to the landed epic", async () => {
  stub.answer(writesFiles);
  const ended = await bench.crew(["up", "--wait"], { env: env() });
  if (ended.code !== 0) throw new Error(ended.stderr);
  expect(bench.git("ls-tree", "--name-only", "main").split("\n")).toEqual([
    "crew.yaml",
    "first.txt",
    "fourth.txt",
    "opencode.json",
    "second.txt",
    "third.txt",
  ]);
  expect(beadsOf(bench).map((bead) => bead.status)).toEqual(beadsOf(bench).map(() => "closed"));
  const sent = (path: string) => [
    ...new Set(stub.requests.filter((each) => each.path.endsWith(path)).flatMap(({ credentials }) => credentials)),
  ];
  expect([sent("/messages"), sent("/responses"), sent("/chat/completions")]).toEqual([
    [`Bearer ${keys.CLAUDE_CODE_OAUTH_TOKEN}`],
    [`Bearer ${keys.CODEX_API_KEY}`],
    [`Bearer ${keys.OPENAI_API_KEY}`],
  ]);
});

test("without its credential nothing is begun, and crew says how to come by one", async () => {
  const { [agents.claude.credential]: _, ...others } = env() as Record<string, string>;
  const ended = await bench.crew(["up", "--wait"], { env: others });
  expect([ended.code, ended.stderr]).toMatchInlineSnapshot(`
    [
      5,
      "! No credential for claude.
      Run claude setup-token, export CLAUDE_CODE_OAUTH_TOKEN, then crew up
    ",
    ]
  `);
  expect(bench.git("for-each-ref")).not.toContain("refs/crew");
  expect(stub.requests).toEqual([]);
});
