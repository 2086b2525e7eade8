// What crew logs makes of what each agent program really streamed, and what it leaves as it is.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { transcript } from "../../src/agents/transcript/index.ts";

const samples = new URL("samples/", import.meta.url).pathname;
const mark = "--- crew: agent, shop-12, 2026-11-29 03:00:00 ---";
const told = (lines: readonly unknown[], options = {}) =>
  lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).flatMap(transcript(options));
const sample = (name: string) => readFileSync(join(samples, name), "utf8").trimEnd().split("\n");
const text = (name: string) => `\n${told([mark, ...sample(`${name}.jsonl`)]).join("\n")}\n`;

test("claude", () => {
  expect(text("claude/success")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 11111111-1111-4111-8111-111111111111 claude-opus-4-8[1m]
    → Bash printf 'hello\\n' > hello.txt && git add -A && git commit -m 'Add hello'
    ← [main 1d083bb] Add hello (+2 lines)
    » DONE users=1 items=4 marker=no
    ✓ turn ended: tokens 2400 in, 1600 cached, 68 out, $0.0145
    "
  `);
  expect(text("claude/rate-limit-exhausted")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 098b85c1-7dc9-4d6c-aaaa-b6a116ee282b claude-opus-4-8[1m]
    · asks the model again in 1.0 s, 1 of 2: rate_limit (429)
    · asks the model again in 1.1 s, 2 of 2: rate_limit (429)
    » API Error: Request rejected (429) · This request would exceed your organization's rate limit
    ! turn failed: API Error: Request rejected (429) · This request would exceed your organization's rate limit
    "
  `);
  expect(text("claude/usage-limit-subscription")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session cdf772d6-a4a4-4243-a5d0-77962fafa743 claude-sonnet-5
    · usage limit (five hour): rejected, until 2026-11-23T15:42:01.000Z
    » You've hit your limit · resets 3:42pm (UTC)
    ! turn failed: You've hit your limit · resets 3:42pm (UTC)
    "
  `);
  expect(text("claude/max-turns")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 9f38017c-f576-4698-bdc1-9caabca9a39b claude-opus-4-8[1m]
    → Bash echo loop
    ← loop
    → Bash echo loop
    ← loop
    → Bash echo loop
    ← loop
    ! turn failed: Reached maximum number of turns (3) · tokens 3600 in, 2400 cached, 102 out, $0.0217
    "
  `);
});

test("codex", () => {
  expect(text("codex/success")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 01a208d3-34f6-75d1-baf7-bb1bdb5a125a
    · Model metadata for \`gpt-5.4\` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.
    → shell /bin/bash -lc "printf 'hello\\\\n' > hello.txt && git add -A && git commit -m 'Add hello'"
    ← [main e07befc] Add hello (+2 lines)
    » DONE users=2 items=6 marker=no
    ✓ turn ended: tokens 800 in, 1600 cached, 68 out in its session so far
    "
  `);
  expect(text("codex/sandboxed-default")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 01a208df-1354-7b30-a3a2-233df7de4d6c
    · Model metadata for \`gpt-5.4\` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.
    → shell /bin/bash -lc "printf 'hello\\\\n' > hello.txt && git add -A && git commit -m 'Add hello'"
    ! /bin/bash: line 1: hello.txt: Read-only file system
    » DONE users=2 items=6 marker=no
    ✓ turn ended: tokens 800 in, 1600 cached, 68 out in its session so far
    "
  `);
  expect(text("codex/auth-error")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 01a208d9-0901-7eb3-b1c3-c0ae67efc75e
    · Model metadata for \`gpt-5.4\` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.
    · Reconnecting... 1/5 (unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: $BASE_URL/v1/responses)
    · Reconnecting... 2/5 (unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: $BASE_URL/v1/responses)
    · Reconnecting... 3/5 (unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: $BASE_URL/v1/responses)
    · Reconnecting... 4/5 (unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: $BASE_URL/v1/responses)
    · Reconnecting... 5/5 (unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: $BASE_URL/v1/responses)
    · unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: $BASE_URL/v1/responses
    ! turn failed: unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: $BASE_URL/v1/responses
    "
  `);
});

test("opencode", () => {
  expect(text("opencode/success")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    → bash printf 'hello\\n' > hello.txt && git add -A && git commit -m 'Add hello'
    ← [main dfd504c] Add hello (+2 lines)
    » DONE users=1 items=4 marker=no
    ✓ turn ended: tokens 800 in, 1600 cached, 68 out, $0.0011
    "
  `);
  expect(text("opencode/permission-asked")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    → bash printf 'hello\\n' > hello.txt && git add -A && git commit -m 'Add hello'
    ! The user rejected permission to use this specific tool call.
    "
  `);
  expect(text("opencode/usage-limit")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    ! turn failed: The usage limit has been reached
    "
  `);
});

test("qwen", () => {
  expect(text("qwen/success")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 53d0fac6-cf3e-4d87-a244-6203ce7d39a1 stub-model
    → run_shell_command printf 'hello\\n' > hello.txt && git add -A && git commit -m 'Add hello'
    ← [main 4e0fa7c] Add hello (+2 lines)
    » DONE users=2 items=6 marker=no
    ✓ turn ended: tokens 800 in, 1600 cached, 68 out in its session so far
    "
  `);
  expect(text("qwen/auth-error")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 33333333-3333-4333-8333-333333333333 stub-model
    » [API Error: 401 Incorrect API key provided: dummy.]
    ! turn failed: [API Error: 401 Incorrect API key provided: dummy.]
    "
  `);
});

test("gemini", () => {
  expect(text("gemini/success")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 33333333-3333-4333-8333-333333333333 gemini-2.5-flash
    → run_shell_command printf 'hello\\n' > hello.txt && git add -A && git commit -m 'Add hello'
    ← [main 5460dbc] Add hello (+2 lines)
    » DONE users=1 items=3 marker=no
    ✓ turn ended: tokens 800 in, 1600 cached, 68 out
    "
  `);
  expect(text("gemini/max-turns")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 937fd6b5-e854-4596-a2bd-9be4252aeefa gemini-2.5-flash
    → run_shell_command echo loop
    ← loop
    → run_shell_command echo loop
    ← loop
    ! turn failed: Reached max session turns for this session. Increase the number of turns by specifying maxSessionTurns in settings.json. · tokens 800 in, 1600 cached, 68 out
    "
  `);
  expect(text("gemini/usage-limit")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 33333333-3333-4333-8333-333333333333 gemini-2.5-flash
    ! turn failed: [API Error: You have exhausted your daily quota on this model.] Please wait and try again later. To increase your limits, request a quota increase through AI Studio, or switch to another /auth method
    "
  `);
});

test("copilot", () => {
  expect(text("copilot/success")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 113123a3-21d4-42b0-88f6-5462f52193e6
    → bash echo one >one.txt && git add -A && git commit -qm One; echo wrote it
    ← wrote it (+1 line)
    » It is done.
    ✓ turn ended
    · tokens 800 in, 1600 cached, 68 out in its session so far
    "
  `);
  expect(text("copilot/rate-limit-exhausted")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session e3ffc642-1713-4a31-a378-4fbc275c4aaa
    · tries again: rate_limit
    · tries again: rate_limit
    · tries again: rate_limit
    · tries again: rate_limit
    · tries again: rate_limit
    · Failed to get response from the AI model; retried 5 times (total retry wait time: 5.53 seconds) Last error: 429 Rate limit reached for model. Please try again in 1s.
    ! turn failed
    "
  `);
  expect(text("copilot/killed")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session e640d85d-f673-4836-b571-4fb97195e0f4
    → bash touch begun; sleep 600
    GitHub Copilot native binary at $PREFIX/node_modules/@github/copilot-linux-x64/copilot was terminated by signal SIGKILL.
    GitHub Copilot CLI: no platform package found. Reinstall with \`npm install -g @github/copilot\` to fetch the package for your platform.
    "
  `);
});

test("aider", () => {
  expect(text("aider/success")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session 020d848c-52f6-45fc-a270-c03bf10a845f
    | Detected dumb terminal, disabling fancy input and pretty output.
    | 
    | Aider v0.86.2
    | Model: openai/model with whole edit format
    | Git repo: .git with 1 files
    | Repo-map: using 1024 tokens, auto refresh
    | 
    | It is done.
    | 
    | 
    | 
    | one.txt
    | 
    | \`\`\`
    | This is one.txt.
    | 
    | \`\`\`
    | 
    | Tokens: 1.2k sent, 34 received.
    | 
    | one.txt
    | Applied edit to one.txt
    ✓ turn ended: tokens 1200 in, 0 cached, 34 out
    "
  `);
  expect(text("aider/auth-error")).toMatchInlineSnapshot(`
    "
    --- crew: agent, shop-12, 2026-11-29 03:00:00 ---
    · session e53e9ed0-dcd6-434b-9563-9dded5e8af23
    | Detected dumb terminal, disabling fancy input and pretty output.
    | 
    | Aider v0.86.2
    | Model: openai/model with whole edit format
    | Git repo: .git with 1 files
    | Repo-map: using 1024 tokens, auto refresh
    | 
    | litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: dummy.
    | The API provider is not able to authenticate you. Check your API key.
    | 
    ! turn failed
    "
  `);
});

test("nothing that any of them streamed is left as JSON, and each turn that ended says so", () => {
  const streams = readdirSync(samples, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
  expect(streams.length).toBe(76);
  for (const name of streams) {
    const lines = told(sample(name));
    expect([name, lines.filter((line) => line.startsWith("{"))]).toEqual([name, []]);
    const ends = /"type":"(result|turn\.(completed|failed))"|"reason":"stop"|"type":"error","timestamp"|"event":"exit"/;
    const ended = sample(name).filter((line) => ends.test(line)).length;
    expect([name, lines.filter((line) => /^[✓!] turn /.test(line)).length]).toEqual([name, ended]);
  }
});

test("what is not known, broken, or of another step stays as it is", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const lines = [
    "Reading prompt from stdin...",
    `{"type":"item.started","item":{"type":"mcp_tool_call","arguments":{"n":${deep}}}}`,
    `{"type":"item.completed","item":{"type":"mcp_tool_call","result":${deep}}}`,
    `{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Odd","input":{"n":${deep}}}]}}`,
    '{"type":"assistant","message":{"content":[{"type":"te',
    '{"type":"hologram","message":"new"}',
    '{"type":"assistant","message":{"content":[{"type":"text","text":"a"},{"type":"hologram"}]}}',
    '{"type":"item.completed","item":{"type":"hologram"}}',
    '{"type":"system","subtype":"hologram"}',
    '{"type":"tool_use"}',
    '["type"]',
    "{}",
    "null",
    "--- crew: check, shop-12, 2026-11-29 03:00:00 ---",
    '{"type":"turn.started"}',
  ];
  expect(told(lines)).toEqual(lines);
});

test("a call of another server's tool that says no result had none", () => {
  expect(told(['{"type":"item.completed","item":{"type":"mcp_tool_call"}}'])).toEqual(["← (nothing)"]);
});

test("words in several lines keep them, a result is told by its first, and none obeys a terminal", () => {
  const assistant = (...content: unknown[]) => ({ type: "assistant", message: { content } });
  const lines = told([
    assistant(
      { type: "thinking", thinking: "Hm.\nWell." },
      { type: "text", text: "Two things:\r\n- \u001b[2Jone\n\n- two\u202e\u0007\n" },
      { type: "tool_use", name: "Edit\u001b]0;x\u0007", input: { file_path: "a.ts", old_string: "x\ny" } },
      { type: "tool_use", name: "Odd", input: { n: [1, "\u009b2J"] } },
      { type: "tool_use", name: "Bash", input: { command: `echo\n${"x".repeat(300)}` } },
    ),
    {
      type: "user",
      message: {
        content: [
          {
            type: "tool_result",
            content: [{ type: "text", text: "\n\u001b[31mred\u001b[0m\n2\n3\n" }, { type: "image" }],
          },
          { type: "tool_result", content: "", is_error: true },
        ],
      },
    },
  ]);
  expect(lines).toEqual([
    "~ Hm. (+1 line)",
    "» Two things:",
    "  - one",
    "",
    "  - two",
    "→ Edit a.ts",
    '→ Odd {"n":[1,""]}',
    `→ Bash echo ${"x".repeat(194)}…`,
    "← red (+3 lines)",
    "! (nothing)",
  ]);
  expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});

test("what a subscription would have cost is no money", () => {
  const result = { type: "result", is_error: false, result: "", total_cost_usd: 1.5, usage: { output_tokens: 3 } };
  expect(told([result], { isSubscribed: true })).toEqual(["✓ turn ended: tokens 0 in, 0 cached, 3 out, ≈ $1.50"]);
  expect(told([result])).toEqual(["✓ turn ended: tokens 0 in, 0 cached, 3 out, $1.50"]);
});

test("steps are added up from the turn's beginning, and without it only the last is told", () => {
  const step = (reason: string) => ({
    type: "step_finish",
    part: { reason, tokens: { input: 1, output: 2, reasoning: 1, cache: { read: 5, write: 1 } }, cost: 0.25 },
  });
  const end = (counted: string) => `✓ turn ended: tokens ${counted}`;
  expect(told([step("tool-calls"), step("stop")])).toEqual([end("2 in, 5 cached, 3 out, $0.25 in its last step")]);
  expect(told([mark, step("tool-calls"), step("stop"), mark, step("stop")])).toEqual([
    mark,
    end("4 in, 10 cached, 6 out, $0.50"),
    mark,
    end("2 in, 5 cached, 3 out, $0.25"),
  ]);
});

test("codex's other items: edits, searches, its list, other servers' tools", () => {
  const item = (type: string, fields: object, event = "completed") => ({
    type: `item.${event}`,
    item: { type, ...fields },
  });
  expect(
    told([
      item("reasoning", { text: "**Looking**" }),
      item("file_change", {
        status: "completed",
        changes: [
          { path: "a.ts", kind: "add" },
          { path: "b.ts", kind: "update" },
        ],
      }),
      item("file_change", { status: "failed", changes: [{ path: "a.ts", kind: "add" }] }),
      item("web_search", { query: "rfc 6455" }),
      item(
        "todo_list",
        {
          items: [
            { text: "one", completed: true },
            { text: "two", completed: false },
          ],
        },
        "updated",
      ),
      item("mcp_tool_call", { server: "docs", tool: "find", arguments: { query: "x" } }, "started"),
      item("mcp_tool_call", { status: "failed", error: { message: "gone" } }),
      item("mcp_tool_call", { status: "completed", result: { content: [] } }),
    ]),
  ).toEqual([
    "~ **Looking**",
    "→ edit add a.ts, update b.ts",
    "→ edit (failed) add a.ts",
    "→ web_search rfc 6455",
    "· its list: ✓ one, · two",
    "→ docs.find x",
    "! gone",
    '← {"content":[]}',
  ]);
});
