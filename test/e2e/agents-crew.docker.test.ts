// The same crew, each program in a container of its own: the programs are mounted, and the model is a service of the crew's.
import { afterEach, expect, test } from "vitest";
import { containerRoleLines, isInstalled, modelAddress, modelService, opencodeFile, programMounts } from "./agents.ts";
import { aBench } from "./bench.ts";
import { type DockerBench, onEngine } from "./docker.ts";
import { beadsOf } from "./outcome.ts";

let bench: DockerBench | undefined;
afterEach(() => bench?.remove());

test.skipIf(!isInstalled)("claude, codex and opencode in containers, to the landed epic", async () => {
  bench = onEngine(aBench({ "opencode.json": opencodeFile(modelAddress) }));
  bench.write(
    "crew.yaml",
    `name: mixed
epic: {title: "[MIXED] Three files", branch: epic/mixed, base: main}
tasks:
  first: {title: "Write first.txt", role: ada}
  second: {title: "Write second.txt", role: bob, blocked_by: [first]}
  third: {title: "Write third.txt", role: cyd}
defaults:
  image: crew-test-base:bookworm
  services: [model]
  volumes: ${JSON.stringify(programMounts)}
roles:
${containerRoleLines("ada", "claude")}${containerRoleLines("bob", "codex")}${containerRoleLines("cyd", "opencode")}gates: {order: {run: "test ! -e second.txt || test -e first.txt"}}
services:
${modelService(bench)}review: none
tracker: git
`,
  );
  bench.commit("Say who works");
  const keys = {
    CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-0123456789",
    CODEX_API_KEY: "sk-codex-0123456789",
    OPENAI_API_KEY: "sk-openai-0123456789",
  };
  const ended = await bench.crew(["up", "--wait"], { env: keys });
  if (ended.code !== 0) throw new Error(ended.stderr);
  expect(bench.git("ls-tree", "--name-only", "main").split("\n")).toEqual([
    "crew.yaml",
    "first.txt",
    "opencode.json",
    "second.txt",
    "third.txt",
  ]);
  expect(beadsOf(bench).map((bead) => bead.status)).toEqual(beadsOf(bench).map(() => "closed"));
});
