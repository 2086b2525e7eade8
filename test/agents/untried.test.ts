// Presets that nobody has run: what their readers make of streams as the programs' documentation has them, and of the words that Amp
// was seen to say without a network or a key. The lines are written from the documentation that each preset names.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { presetLine } from "../../src/agents/preset-line.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "crew untried "));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const awks = [["awk"], ["mawk"], ["gawk"], ["busybox", "awk"]].filter(
  ([program = "", ...rest]) => spawnSync(program, [...rest, "BEGIN { }"]).status === 0,
);

function presetOf(name: string) {
  const preset = presetNamed(name);
  if (!preset) throw new Error(`no preset ${name}`);
  return preset;
}

/** What every awk makes of it, which is the same. */
function read(name: string, lines: readonly string[], exitCode: number): string {
  const file = join(folder, `${name}.awk`);
  writeFileSync(file, readerOf(presetOf(name)));
  const found = awks.map(([program = "", ...rest]) => {
    const { stdout, stderr } = spawnSync(program, [...rest, "-v", `rc=${exitCode}`, "-f", file], {
      input: `${lines.join("\n")}\n`,
      encoding: "utf8",
      env: { PATH: process.env.PATH, LC_ALL: "C" },
    });
    expect(stderr).toBe("");
    return stdout.trimEnd().split("\n").join(" | ");
  });
  expect(new Set(found).size).toBe(1);
  return found[0] ?? "";
}

const thread = "T-2775dc92-90ed-4f85-8b73-8f9766029e83";
const ampInit = `{"type":"system","subtype":"init","cwd":"/crew/work","session_id":"${thread}","tools":["oracle"],"mcp_servers":[]}`;
const ampSaid = `{"type":"assistant","message":{"type":"message","role":"assistant","content":[{"type":"text","text":"4."}],"stop_reason":"end_turn","usage":{"input_tokens":12783,"cache_creation_input_tokens":367,"cache_read_input_tokens":12416,"output_tokens":8,"max_tokens":224000,"service_tier":"standard"}},"parent_tool_use_id":null,"session_id":"${thread}"}`;
const ampEnd = (more: string) => `{"type":"result",${more},"duration_ms":2906,"num_turns":1,"session_id":"${thread}"}`;

test.each<readonly [string, number, readonly string[], string]>([
  [
    "a good turn",
    0,
    [ampInit, ampSaid, ampSaid, ampEnd('"subtype":"success","is_error":false,"result":"4."')],
    `session ${thread} | end ok | tokens 734 24832 16`,
  ],
  [
    "steps used up",
    1,
    [ampInit, ampEnd('"subtype":"error_max_turns","is_error":true,"error":"too many turns"')],
    `session ${thread} | end failed | class steps | words its steps are used up`,
  ],
  [
    "credits used up",
    1,
    [ampInit, ampEnd('"subtype":"error_during_execution","is_error":true,"error":"Out of credits"')],
    `session ${thread} | end failed | class quota | words Out of credits`,
  ],
  [
    "a limit",
    1,
    [ampInit, ampEnd('"subtype":"error_during_execution","is_error":true,"error":"429 rate limit exceeded"')],
    `session ${thread} | end failed | class limit | words 429 rate limit exceeded`,
  ],
  [
    "no key, as seen",
    1,
    ["No API key found. Starting login flow...", "Login failed: That code looks incomplete."],
    "end failed | class auth | words Login failed: That code looks incomplete.",
  ],
  [
    "no network, as seen",
    1,
    ["Error: Cannot reach Amp servers. Are you offline?"],
    "end failed | class overload | words Cannot reach Amp servers. Are you offline?",
  ],
  ["cut short", 143, [ampInit, ampSaid], `session ${thread} | tokens 367 12416 8`],
])("amp: %s", (_name, exitCode, lines, expected) => {
  expect(read("amp", lines, exitCode)).toBe(expected);
});

const chat = "c6b62c6f-7ead-4fd6-9922-e952131177ff";
const cursorInit = `{"type":"system","subtype":"init","apiKeySource":"env","cwd":"/crew/work","session_id":"${chat}","model":"Claude 4 Sonnet","permissionMode":"default"}`;

test.each<readonly [string, number, readonly string[], string]>([
  [
    "a good turn",
    0,
    [
      cursorInit,
      `{"type":"result","subtype":"success","duration_ms":5234,"duration_api_ms":5234,"is_error":false,"result":"Done.","session_id":"${chat}","request_id":"r-1","usage":{"inputTokens":100,"outputTokens":7,"cacheReadTokens":20,"cacheWriteTokens":3}}`,
    ],
    `session ${chat} | end ok | tokens 100 20 7`,
  ],
  [
    "no key",
    1,
    ["Error: Authentication required. Please run 'agent login' first, or set CURSOR_API_KEY."],
    "end failed | class auth | words Authentication required. Please run 'agent login' first, or set CURSOR_API_KEY.",
  ],
  [
    "a limit",
    1,
    [cursorInit, "You've hit your usage limit"],
    `session ${chat} | end failed | class limit | words You've hit your usage limit`,
  ],
  ["cut short", 137, [cursorInit], `session ${chat}`],
])("cursor: %s", (_name, exitCode, lines, expected) => {
  expect(read("cursor", lines, exitCode)).toBe(expected);
});

const gooseInit = '{"type":"crew","session":"crew-1790000000-42"}';
const gooseEnd =
  '{"type":"complete","total_tokens":1290,"input_tokens":1234,"output_tokens":56,"cache_read_input_tokens":1000,"cache_write_input_tokens":0}';
const gooseSaid =
  '{"type":"message","message":{"id":null,"role":"assistant","created":1743999999,"content":[{"type":"text","text":"Hello"}]}}';

test.each<readonly [string, number, readonly string[], string]>([
  [
    "a good turn",
    0,
    [gooseInit, gooseSaid, gooseEnd],
    "session crew-1790000000-42 | total | end ok | tokens 234 1000 56",
  ],
  [
    "an error before the same last event",
    0,
    [gooseInit, '{"type":"error","error":"Rate limit exceeded: 429"}', '{"type":"complete","total_tokens":null}'],
    "session crew-1790000000-42 | total | end failed | class limit | words Rate limit exceeded: 429 | tokens 0 0 0",
  ],
  [
    "a session that is not there",
    1,
    ["Error: Session 'crew-1' not found"],
    "end failed | class session | words Session 'crew-1' not found",
  ],
  ["cut short", 143, [gooseInit, gooseSaid], "session crew-1790000000-42"],
])("goose: %s", (_name, exitCode, lines, expected) => {
  expect(read("goose", lines, exitCode)).toBe(expected);
});

test("a session of goose has a name that is said first, and goes on by it", () => {
  const program = join(folder, "goose");
  writeFileSync(program, '#!/bin/sh\necho "$*"\n');
  chmodSync(program, 0o755);
  const text = presetLine(presetOf("goose"), { model: "m 1", turnTimeoutMs: 1, maxAttempts: 1 });
  const run = (environment: object) =>
    spawnSync("sh", ["-c", text], {
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env.PATH}`, ...environment },
    });
  const told = "--instructions - --output-format stream-json --quiet --with-builtin developer --model m 1";
  const first = run({});
  const id = /^\{"type":"crew","session":"(crew-\d+-\d+)"\}$/m.exec(first.stdout)?.[1];
  expect(first.stdout.split("\n")[1]).toBe(`run --name ${id} ${told}`);
  expect(run({ CREW_SESSION: id }).stdout).toBe(`run --resume --name ${id} ${told}\n`);
});
