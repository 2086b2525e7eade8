// crew attach to a role whose agent is a real program, in a real terminal: it comes up in the running session at the
// terminal's size, takes a line, and is handed back; the next turn knows what the person said.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import type { ModelRequest } from "../agents/stub-model/server.ts";
import { keys } from "./agent-kills.ts";
import type { AgentName } from "./agents.ts";
import type { Bench } from "./bench.ts";
import { beadsOf } from "./outcome.ts";
import { terminals } from "./tmux.ts";

const said = "hello from a person at the wheel";

/** What is on the screen once it can be typed into. */
const ready: Readonly<Partial<Record<AgentName, string>>> = {
  claude: "bypass permissions",
  codex: "OpenAI Codex",
};

/** The folder where the model server is told what to answer. */
export function toldFolder({ repository }: Pick<Bench, "repository">): string {
  const told = join(dirname(repository), "told");
  mkdirSync(told);
  return told;
}

export interface Attached {
  readonly bench: Bench;
  readonly agent: AgentName;
  readonly told: string;
  /** PATH with the program, where it runs beside crew. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function takesALineAndHandsBack({ bench, agent, told, env = {} }: Attached): Promise<void> {
  const crew = (...args: string[]) => bench.crew(args, { env: { ...keys, ...env }, limitMs: 240_000 });
  const requests = () =>
    readFileSync(join(told, "requests"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as ModelRequest)
      .filter(({ isAside }) => !isAside);
  const begun = await crew("up", "-d");
  expect(begun.code, begun.stderr).toBe(0);
  await bench.until("requests", told);
  const status = async () => JSON.parse((await crew("status", "--format", "json")).stdout).roles[0];
  writeFileSync(join(told, "talk"), "");
  const { open, close } = terminals({ ...bench, environment: { ...bench.environment, ...keys, ...env } });
  try {
    const wheel = open(["attach", "ada"], { columns: 160, rows: 50 });
    await wheel.shows(ready[agent] ?? "");
    expect((await status()).phase).toBe("attached");
    const longest = () =>
      Math.max(
        ...wheel
          .screen()
          .split("\n")
          .map((line) => [...line].length),
      );
    // Codex draws no line over the whole width.
    if (agent === "claude") await expect.poll(longest, { timeout: 30_000 }).toBe(160);
    await typed(wheel, said);
    wheel.press("Enter");
    await wheel.shows("I heard the person.");
    const last = requests().at(-1)?.body ?? "";
    expect([said, "Write first.txt"].filter((words) => !last.includes(words))).toEqual([]);
    writeFileSync(join(told, "go"), "");
    wheel.press("C-p", "C-q");
    await wheel.shows("ada goes on by itself.");
  } finally {
    close();
  }
  const landed = await crew("up", "--wait");
  expect(landed.code, landed.stderr).toBe(0);
  const body = requests().at(-1)?.body ?? "";
  const known = [said, "I heard the person.", "A person was at your session in the meantime"];
  expect(known.filter((words) => !body.includes(words))).toEqual([]);
  expect(beadsOf(bench).map((bead) => bead.status)).toEqual(["closed", "closed"]);
  const records = (kind: string) =>
    bench.git("for-each-ref", "--format=%(contents)", "refs/crew/p").match(new RegExp(kind, "gm"));
  expect(records("^Turns: .*")).toEqual(["Turns: 1"]);
}

/** What is typed while a program starts may be lost; what comes at once with the key, it takes for something pasted. */
async function typed(wheel: ReturnType<ReturnType<typeof terminals>["open"]>, words: string): Promise<void> {
  const shown = async () => {
    if (wheel.screen().includes(words)) return true;
    wheel.press("C-u");
    wheel.press("-l", words);
    await delay(2_000);
    return wheel.screen().includes(words);
  };
  await expect.poll(shown, { timeout: 60_000, interval: 500 }).toBe(true);
  await delay(500);
}
