// What a kill -9 in the middle of a turn costs a preset's program: nothing. Its session goes on, in the same attempt and turn.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writesFiles } from "../agents/stub-model/files.ts";
import { run } from "../agents/stub-model/scenario.ts";
import { type ModelRequest, StubModel } from "../agents/stub-model/server.ts";
import { type AgentName, agents, opencodeFile, roleLines, withPrograms } from "./agents.ts";
import { aBench, type Bench } from "./bench.ts";
import { beadsOf } from "./outcome.ts";

/** What each program signs in with. */
export const keys: Readonly<Record<string, string>> = {
  CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-crew-test-0123456789",
  CODEX_API_KEY: "sk-codex-crew-test-0123456789",
  OPENAI_API_KEY: "sk-openai-crew-test-0123456789",
};

export interface Whole {
  readonly bench: Pick<Bench, "git">;
  readonly project: string;
  readonly requests: readonly ModelRequest[];
  /** Its turn did not end by itself, the first time. */
  readonly isInterrupted: boolean;
  /** It had said which session it was in. */
  readonly hasSession: boolean;
}

/** One order, one report after one turn, and the session knows what it was asked before. */
export function expectWhole({ bench, project, requests, isInterrupted, hasSession }: Whole): void {
  expect(beadsOf(bench).map((bead) => bead.status)).toEqual(["closed", "closed"]);
  const records = (kind: string) =>
    bench.git("for-each-ref", "--format=%(refname:lstrip=5) %(contents)", `refs/crew/p/${project}/${kind}`);
  expect(records("order").match(/^\S+ Order:/gm)).toHaveLength(1);
  expect(records("done").match(/^Turns: .*/gm)).toEqual(["Turns: 1"]);
  const last = requests.filter(({ isAside }) => !isAside).at(-1)?.body ?? "";
  const words = "This order was interrupted before your turn had ended.";
  expect(last.split(words).length - 1).toBe(isInterrupted ? 1 : 0);
  if (isInterrupted && hasSession) expect(last.match(/Bead: /g)?.length).toBeGreaterThanOrEqual(2);
}

export function agentKills(name: AgentName): void {
  let stub: StubModel;
  let bench: Bench;
  beforeEach(async () => {
    stub = await new StubModel().listen();
    bench = aBench({
      "crew.yaml": `name: alone
epic: {title: "[ALONE] A file", branch: epic/alone, base: main}
tasks: {first: {title: "Write first.txt"}}
roles:
${roleLines("ada", name, stub.address)}gates: {there: test -e first.txt || test ! -e done}
review: none
runtime: process
tracker: git
`,
      "opencode.json": opencodeFile(stub.address),
      ".gitignore": "begun\n",
    });
    // Until somebody says so, its work never ends.
    stub.answer(() => run("touch begun; sleep 600"));
  });
  afterEach(async () => {
    bench.remove();
    await stub.close();
  });

  const env = () => ({
    PATH: withPrograms(bench.environment.PATH ?? ""),
    [agents[name].credential]: "sk-crew-test-0123456789",
  });
  const pidIn = async (file: string) =>
    Number.parseInt(readFileSync(await bench.until(`crew/*/roles/ada/${file}`), "utf8"), 10);
  const inTurn = () => bench.until("crew/*/roles/ada/work/begun");
  const goesOn = () => stub.answer(writesFiles);

  const isWhole = () =>
    expectWhole({ bench, project: "alone", requests: stub.requests, isInterrupted: true, hasSession: true });

  describe(`kill -9 in the middle of a turn of ${name}`, () => {
    test("of the program: it goes on by itself", async () => {
      const crew = bench.start(["up", "--wait"], { env: env() });
      await inTurn();
      const pid = await pidIn("state/session");
      goesOn();
      process.kill(pid, "SIGKILL");
      expect(await crew.ended).toMatchObject({ code: 0 });
      isWhole();
    });

    test("of the supervisor: crew begins another, and that goes on", async () => {
      const crew = bench.start(["up", "--wait"], { env: env() });
      await inTurn();
      const pid = await pidIn("pid");
      goesOn();
      process.kill(pid, "SIGKILL");
      expect(await crew.ended).toMatchObject({ code: 0 });
      isWhole();
    });

    test("of crew and the supervisor at once: the same command goes on", async () => {
      const crew = bench.start(["up", "--wait"], { env: env() });
      await inTurn();
      const pid = await pidIn("pid");
      goesOn();
      process.kill(-crew.pid, "SIGKILL");
      process.kill(pid, "SIGKILL");
      await crew.ended;
      expect(await bench.crew(["up", "--wait"], { env: env() })).toMatchObject({ code: 0 });
      isWhole();
    });
  });
}
