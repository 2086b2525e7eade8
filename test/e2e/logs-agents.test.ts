// crew logs of an agent program that crew knows: a transcript while it works and after, its stream as it is with --raw; what
// a command says stays what it is. The program here says what the real one was heard to say.
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const stream = readFileSync(new URL("../agents/samples/claude/success.jsonl", import.meta.url), "utf8");
const said = `{"type":"assistant","message":{"content":[{"type":"text","text":"${"long ".repeat(40_000)}\\u001b[2J"}]}}\n`;

let bench: Bench;
afterEach(() => bench.remove());

test("a turn is told line by line, and --raw gives the stream", async () => {
  bench = aBench({
    "crew.yaml": `name: told
epic: {title: Told, base: main}
runtime: process
tracker: git
review: none
tasks: {one: {title: Write one.txt, role: dev}, two: {title: Write two.txt, role: other}}
roles: {dev: {agent: claude}, other: {agent: {command: 'cat stream.jsonl; echo x > two.txt'}}}
gates: ["true"]
`,
    "stream.jsonl": stream,
    "said.jsonl": said,
    "bin/claude": `#!/bin/sh
cat >/dev/null
echo "a warning of its own" >&2
cat said.jsonl
echo x > one.txt
cat stream.jsonl
`,
  });
  const bin = join(bench.repository, "bin");
  chmodSync(join(bin, "claude"), 0o755);
  const env = { PATH: `${bin}:${bench.environment.PATH}`, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-crew-test-0123456789" };
  const crew = async (...args: string[]) => {
    const { code, stdout, stderr } = await bench.crew(args, { env });
    expect([code, stderr], args.join(" ")).toEqual([0, ""]);
    return stdout.split("\n").slice(0, -1);
  };
  expect((await bench.crew(["up", "-d", "--no-start"], { env })).code).toBe(0);
  const following = bench.start(["logs", "-f", "dev"], {
    env,
    under: ["sh", "-c", 'exec "$0" "$@" >&2'],
  });
  expect((await bench.crew(["up", "--wait"], { env })).code).toBe(0);
  await following.says("turn ended");
  process.kill(following.pid, "SIGINT");
  const expected = [
    expect.stringMatching(/^--- crew: agent, .* ---$/),
    "a warning of its own",
    `» ${"long ".repeat(40_000).trim()}`,
    "· session 11111111-1111-4111-8111-111111111111 claude-opus-4-8[1m]",
    "→ Bash printf 'hello\\n' > hello.txt && git add -A && git commit -m 'Add hello'",
    "← [main 1d083bb] Add hello (+2 lines)",
    "» DONE users=1 items=4 marker=no",
    "✓ turn ended: tokens 2400 in, 1600 cached, 68 out, ≈ $0.0145",
  ];
  expect((await following.ended).stderr.split("\n").slice(0, -1)).toEqual(expected);
  expect(await crew("logs", "dev")).toEqual(expected);
  expect(await crew("logs", "-n", "2", "dev")).toEqual(expected.slice(-2));
  expect((await crew("logs", "--since", "1h", "-n", "1", "-t", "dev"))[0]).toMatch(/^\S+Z ✓ turn ended/);
  const raw = stream.trimEnd().split("\n");
  expect((await crew("logs", "--raw", "dev")).slice(-raw.length)).toEqual(raw);
  expect((await crew("logs", "other")).slice(-raw.length)).toEqual(raw);
  expect((await crew("logs", "-n", "1"))[0]).toMatch(/^dev +\| ✓ turn ended/);
});
