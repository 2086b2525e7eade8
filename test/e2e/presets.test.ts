// A team's own preset, by the real program on the process runtime: the agent is a small script that says what it does as the
// preset of docs/presets.md reads it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const page = readFileSync(new URL("../../docs/presets.md", import.meta.url), "utf8");
const documented = page.match(/^program: [\s\S]*?(?=^```$)/m)?.[0] ?? "";
/** The script stands for the program, which is found on PATH. */
const preset = documented
  .replace("program: my-agent ", "program: sh ")
  .replace(/^package: .*\n/m, "")
  .replaceAll("[my-agent, run,", "[sh, agent.sh,");

/** Notes in its home what it is called with; the first time it has met a limit, the second it does its work. */
const agent = `cat >/dev/null
{ date +%s; echo "$*"; echo "$MY_AGENT_KEY $MY_AGENT_UPDATE $(cat "$HOME/.my-agent/trust.json")"; } >>"$HOME/calls"
echo '{"type":"start","id":"session-1"}'
echo '{"type":"step","in":100,"cached":20,"out":7}'
if [ ! -e "$HOME/limit" ]; then
  echo $(($(date +%s) + 4)) >"$HOME/limit"
  echo '{"type":"end","ok":false,"why":"limit","words":"Your plan is used up","resets":'"$(cat "$HOME/limit")"',"usd":0}'
  exit 1
fi
echo '{"type":"step","in":50,"cached":30,"out":3}'
echo x >one.txt
echo '{"type":"end","ok":true,"usd":0.25}'
`;

let made: Bench | undefined;
afterEach(() => made?.remove());

test("session, tokens, cost and a limit are what its reader says, and the session goes on when the limit is over", async () => {
  made = aBench({
    "crew.yaml": `name: own\nepic: {title: Own, base: main}\nruntime: process\ntracker: git
tasks: {one: "Write one.txt"}
roles: {dev: {agent: {preset: ./presets/mine.yaml, model: large}, environment: {MY_AGENT_URL: "http://127.0.0.1:1/v1"}}}\n`,
    "presets/mine.yaml": preset,
    "agent.sh": agent,
  });
  const unsigned = await made.crew(["up", "--wait"]);
  expect([unsigned.code, unsigned.stderr]).toEqual([
    5,
    expect.stringContaining("No credential for ./presets/mine.yaml"),
  ]);
  expect(unsigned.stderr).toContain("Export MY_AGENT_KEY, then crew up");
  const env = { MY_AGENT_KEY: "key-0123456789" };
  const plan = await made.crew(["plan"], { env });
  expect(plan.stdout).toContain("./presets/mine.yaml signs in with MY_AGENT_KEY (per token)");
  const up = await made.crew(["up", "--wait"], { env });
  expect(up.code, up.stderr).toBe(0);
  const home = made.find("crew/*/roles/dev/home")[0] ?? "";
  const work = join(home, "..", "work");
  const [firstAt, first, given, secondAt, second] = readFileSync(join(home, "calls"), "utf8").split("\n");
  const told = "--model large --url http://127.0.0.1:1/v1";
  expect([first, second]).toEqual([`--json ${told}`, `--json ${told} --resume session-1`]);
  expect(given).toBe(`key-0123456789 off {"trusted": ["${work}"]}`);
  const until = Number(readFileSync(join(home, "limit"), "utf8"));
  expect(Number(firstAt)).toBeLessThan(until);
  expect(Number(secondAt)).toBeGreaterThanOrEqual(until);
  const { stdout } = await made.crew(["stats", "--no-stream", "--format", "json"], { env });
  const { spent } = JSON.parse(stdout) as { spent: { roles: unknown } };
  // The first run counts with what it had used when it met the limit.
  expect(spent.roles).toMatchObject({ dev: { input: 250, cached: 70, output: 17, usd: 0.25 } });
  expect(made.git("for-each-ref", "--format=%(contents)", "refs/crew/p/own/done")).toMatch(/^Turns: 1$/m);
});
