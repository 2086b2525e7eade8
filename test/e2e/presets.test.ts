// A team's own preset, by the real program on the process runtime: the agent is a small script that says what it does as the
// preset of docs/presets.md reads it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const page = readFileSync(new URL("../../docs/presets.md", import.meta.url), "utf8");
const documented = page.match(/^program: [\s\S]*?(?=^```$)/m)?.[0] ?? "";
/** The script stands for the program, which is found on PATH. */
const preset = documented
  .replace("program: my-agent ", "program: sh ")
  .replace(/^package: .*\n/m, "")
  .replaceAll("[my-agent, run,", "[sh, agent.sh,");

/** Notes in its home what it is called with; the first time it has met a limit, the second it does its work, and notes what it used. */
const agent = `cat >/dev/null
{ date +%s; echo "$*"; echo "$MY_AGENT_KEY $MY_AGENT_UPDATE $(cat "$HOME/.my-agent/trust.json")"; } >>"$HOME/calls"
echo '{"type":"start","id":"session-1"}'
echo '{"type":"step","in":100,"cached":20,"out":7}'
if [ ! -e "$HOME/limit" ]; then
  echo $(($(date +%s) + 20)) >"$HOME/limit"
  echo '{"type":"end","ok":false,"why":"limit","words":"Your plan is used up","resets":'"$(cat "$HOME/limit")"',"usd":0}'
  exit 1
fi
mkdir -p "$HOME/.my-agent/sessions"
echo '{"type":"step","in":50,"cached":30,"out":3}' >"$HOME/.my-agent/sessions/1.jsonl"
echo x >one.txt
echo '{"type":"end","ok":true,"usd":0.25}'
`;

/** Asks after a tool as it is called to: what it is told then is its work. */
const listener = `cat >/dev/null
echo '{"type":"start","id":"session-1"}'
touch "$HOME/begun"
while [ ! -e "$HOME/go" ]; do sleep 0.1; done
echo '{"hook_event_name":"AfterTool"}' | eval "$3" >>one.txt
echo '{"type":"end","ok":true,"usd":0}'
`;

let made: Bench | undefined;
afterEach(() => made?.remove());

async function limited(path: string): Promise<string> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const status = readFileSync(path, "utf8");
    if (status.startsWith("Phase: limited\n")) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("never waited for a limit");
}

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
  const driven = made.crew(["up", "--wait"], { env });
  const limit = await made.until("crew/*/roles/dev/home/limit");
  const home = dirname(limit);
  // Not the time that is waited for where nothing tells of an end.
  const status = await limited(join(home, "../status"));
  expect(status).toContain(`\nUntil: ${readFileSync(limit, "utf8")}`);
  const up = await driven;
  expect(up.code, up.stderr).toBe(0);
  const work = join(home, "..", "work");
  const [firstAt, first, given, secondAt, second] = readFileSync(join(home, "calls"), "utf8").split("\n");
  const told = '--after-tool "$CREW_TELL" --model large --url http://127.0.0.1:1/v1';
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

test("what a person tells it in its turn it hears at its next tool call, as its preset says, and the answer says so", async () => {
  made = aBench({
    "crew.yaml": `name: own\nepic: {title: Own, base: main}\nruntime: process\ntracker: git
tasks: {one: "Write one.txt"}
roles: {dev: {agent: ./presets/mine.yaml}}\n`,
    "presets/mine.yaml": preset,
    "agent.sh": listener,
  });
  const env = { MY_AGENT_KEY: "key-0123456789" };
  expect((await made.crew(["up", "-d"], { env })).code).toBe(0);
  const home = dirname(await made.until("crew/*/roles/dev/home/begun"));
  const told = await made.crew(["tell", "dev", 'Write "it"\nin blue.'], { env });
  expect([told.code, told.stderr]).toEqual([
    0,
    expect.stringMatching(/^dev is told at its next tool call on \S+, or else at its next turn\.\n$/),
  ]);
  const long = await made.crew(["tell", "dev", "x".repeat(8_000)], { env });
  expect(long.stderr).toMatch(
    /^dev is told at its next turn on \S+, or with its next order where that has no turn left\.\n$/,
  );
  await made.until("crew/*/roles/dev/state/said/*");
  made.touch(join(home, "go"));
  expect((await made.crew(["up", "--wait"], { env })).code).toBe(0);
  expect(JSON.parse(made.git("show", "refs/crew/p/own/tip/epic:one.txt"))).toEqual({
    hookSpecificOutput: { hookEventName: "AfterTool", additionalContext: 'A person says:\nWrite "it"\nin blue.' },
  });
});
