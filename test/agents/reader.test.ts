// What each preset reads in what its program really said: one line for each stream that was kept, of the version it names.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";

const samples = new URL("samples/", import.meta.url).pathname;
const exitCodes: Readonly<Record<string, number>> = { "qwen/max-turns.jsonl": 53 };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "crew reader "));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const awks = [["awk"], ["mawk"], ["gawk"], ["busybox", "awk"]].filter(
  ([program = "", ...rest]) => spawnSync(program, [...rest, "BEGIN { }"]).status === 0,
);

function read(name: string, input: string, awk: readonly string[] = ["awk"], exitCode = 0): string {
  const file = join(folder, `${name}.awk`);
  const preset = presetNamed(name);
  if (!preset) throw new Error(`no preset ${name}`);
  writeFileSync(file, readerOf(preset));
  const [program = "awk", ...rest] = awk;
  const { stdout, stderr } = spawnSync(program, [...rest, "-v", `rc=${exitCode}`, "-f", file], {
    input,
    encoding: "utf8",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  });
  expect(stderr).toBe("");
  return stdout.trimEnd().split("\n").join(" | ");
}

function readAll(name: string, awk: readonly string[]): string {
  return readdirSync(join(samples, name))
    .map((file) => {
      const exitCode = exitCodes[`${name}/${file}`] ?? 0;
      return `${file}: ${read(name, readFileSync(join(samples, name, file), "utf8"), awk, exitCode)}`;
    })
    .join("\n");
}

const expected: Readonly<Record<string, () => void>> = {
  claude: () =>
    expect(readAll("claude", ["awk"])).toMatchInlineSnapshot(`
    "auth-error.jsonl: session db0266af-ea97-47ad-9ea1-626e7a487e83 | end failed | class auth | words Invalid API key · Fix external API key | tokens 0 0 0 | cost 0
    bad-resume.jsonl: end failed | class session | words its session is not there | tokens 0 0 0 | cost 0
    credit-balance.jsonl: session 33333333-3333-4333-8333-333333333333 | end failed | class quota | words Credit balance is too low | tokens 0 0 0 | cost 0
    interrupted-recorded.lines: session 0ff11ddb-a567-4dfa-b889-1a414f2d8e5d | tokens 2400 1600 68
    interrupted-sigint.jsonl: session 44444444-4444-4444-8444-444444444444 | end failed | class crash | tokens 1200 800 34 | cost 0.00725
    interrupted-sigterm.jsonl: session 44444444-4444-4444-8444-444444444444 | tokens 1200 800 1
    max-budget.jsonl: session 44762250-df36-4182-aef9-ae4364674118 | end failed | class crash | tokens 2400 1600 68 | cost 0.02175
    max-turns.jsonl: session 9f38017c-f576-4698-bdc1-9caabca9a39b | end failed | class steps | words its steps are used up | tokens 3600 2400 102 | cost 0.02175
    not-logged-in.jsonl: session 0d0df7b2-32aa-49d6-bb28-5fde884f9a56 | end failed | class auth | words Not logged in · Please run /login | tokens 0 0 0 | cost 0
    overloaded.jsonl: session 33333333-3333-4333-8333-333333333333 | end failed | class overload | words API Error: Repeated 529 Overloaded errors. The API is at capacity — this is usually temporary. Try again in a moment. If it persists, check your inference gateway (127.0.0.1:9911). | tokens 0 0 0 | cost 0
    permission-denied.jsonl: session 87322e7c-6f27-4c90-84d2-85414c350a36 | end ok | tokens 2400 1600 68 | cost 0.0145
    prompt-too-long.jsonl: session 33333333-3333-4333-8333-333333333333 | end failed | class context | words Prompt is too long · the request is ~250000 tokens (limit 200000) but this conversation is only ~1553 tokens — the rest is system prompt, tool definitions, and attachment content. A single-exchange conversation cannot be compacted; reduce attached files/tools or start with less context. | tokens 0 0 0 | cost 0
    rate-limit-exhausted.jsonl: session 098b85c1-7dc9-4d6c-aaaa-b6a116ee282b | end failed | class limit | words API Error: Request rejected (429) · This request would exceed your organization's rate limit | tokens 0 0 0 | cost 0
    rate-limit-retried.jsonl: session 33333333-3333-4333-8333-333333333333 | end ok | tokens 2400 1600 68 | cost 0.0145
    resume.jsonl: session 44444444-4444-4444-8444-444444444444 | end ok | tokens 2400 1600 68 | cost 0.0145
    success.jsonl: session 11111111-1111-4111-8111-111111111111 | end ok | tokens 2400 1600 68 | cost 0.0145
    usage-limit-subscription.jsonl: session cdf772d6-a4a4-4243-a5d0-77962fafa743 | until 1795448521 | end failed | class limit | words You've hit your limit · resets 3:42pm (UTC) | tokens 0 0 0 | cost 0"
  `),
  codex: () =>
    expect(readAll("codex", ["awk"])).toMatchInlineSnapshot(`
    "auth-error.jsonl: session 01a208d9-0901-7eb3-b1c3-c0ae67efc75e | end failed | class auth | words unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: $BASE_URL/v1/responses
    context-too-long.jsonl: session 01a208d9-cc04-7842-8906-6f41fda99424 | end failed | class context | words Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.
    interrupted-recorded.lines: session 01a22b93-833b-7a81-a9dc-c272d1cb69ef | total | total | tokens 800 1600 68
    interrupted-sigint.jsonl: session 01a208dd-715f-79f0-9cb1-629676630037
    interrupted-sigterm.jsonl: session 01a208e1-b56e-7850-8385-54d0eed79fe9
    missing-key.jsonl: session 01a208dd-8dc6-71c0-b06a-1a116a635024 | end failed | class auth | words Missing environment variable: \`CODEX_API_KEY\`.
    overloaded.jsonl: session 01a208d9-673d-7742-8271-506a4a85026d | end failed | class overload | words unexpected status 529 <unknown status code>: overloaded, url: $BASE_URL/v1/responses
    quota.jsonl: session 01a208d9-6021-7c71-a21c-bff786073661 | end failed | class quota | words Quota exceeded. Check your plan and billing details.
    rate-limit-exhausted.jsonl: session 01a208d9-4383-7ee2-bfa0-74f54a2c7d53 | end failed | class limit | words exceeded retry limit, last status: 429 Too Many Requests
    rate-limit-retried.jsonl: session 01a208d9-2a59-7b53-a595-882f464a228f | total | end ok | tokens 800 1600 68
    resume.jsonl: session 01a208e1-b56e-7850-8385-54d0eed79fe9 | total | end ok | tokens 800 1600 68
    sandboxed-default.jsonl: session 01a208df-1354-7b30-a3a2-233df7de4d6c | total | end ok | tokens 800 1600 68
    success-builtin-provider.jsonl: session 01a208e5-a892-76f3-a119-6b7099007f43 | total | end ok | tokens 800 1600 68
    success.jsonl: session 01a208d3-34f6-75d1-baf7-bb1bdb5a125a | total | end ok | tokens 800 1600 68
    usage-limit.jsonl: session 01a208d9-5c90-7da1-9b5f-0b8859c24c19 | end failed | class limit | words You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit https://chatgpt.com/settings/usage to purchase more credits or try again at 3:39 PM. | until-clock 3:39 PM"
  `),
  opencode: () =>
    expect(readAll("opencode", ["awk"])).toMatchInlineSnapshot(`
    "auth-error.jsonl: session ses_df72611ddffeXudlrbSurT6YQA | end failed | class auth | words Incorrect API key provided: dummy.
    bad-model.jsonl: session ses_df718a396ffetzsfaJgLrlZyZj | end failed | class crash | words Unexpected server error. Check server logs for details.
    context-too-long.jsonl: session ses_df720ecd7ffeptENrEZs2EpAsC | end failed | class context | words Your input exceeds the context window of this model. | end failed | class context | words Your input exceeds the context window of this model.
    interrupted-sigterm.jsonl: session ses_df71d85c1ffeA5e3fhLNmR8PGz
    permission-asked.jsonl: session ses_df717dd66ffe5LSmE8agyMIdpn | tokens 400 800 34 | cost 0.000548
    rate-limit-exhausted.jsonl: session ses_df722c2a9ffeckZXIkBuzxgdzw | end failed | class limit | words Rate limit reached for model. Please try again in 1s.
    resume.jsonl: session ses_df71d85c1ffeA5e3fhLNmR8PGz | end ok | tokens 800 1600 68 | cost 0.001096
    success.jsonl: session ses_df725ec7bffe6GYCpK8Gm82SPB | end ok | tokens 800 1600 68 | cost 0.001096
    usage-limit.jsonl: session ses_df72595dfffepz0BU0Xh3RMkTd | end failed | class limit | words The usage limit has been reached | until 1795448538"
  `),
  gemini: () =>
    expect(readAll("gemini", ["awk"])).toMatchInlineSnapshot(`
      "auth-error.jsonl: session 33333333-3333-4333-8333-333333333333 | end failed | class auth | words {"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED","details":[]}} | tokens 0 0 0
      interrupted-recorded.lines: session 60f073a5-965c-4469-8cfe-c560dcdab5b4 | tokens 800 1600 68
      interrupted-sigterm.jsonl: session 44444444-4444-4444-8444-444444444444
      max-turns.jsonl: session 937fd6b5-e854-4596-a2bd-9be4252aeefa | end failed | class steps | words its steps are used up | tokens 800 1600 68
      rate-limit-exhausted.jsonl: session 33333333-3333-4333-8333-333333333333 | end failed | class limit | words Quota exceeded per minute. Please retry in 1s. Suggested retry after 1s. Please wait and try again later. To increase your limits, request a quota increase through AI Studio, or switch to another /auth method | tokens 0 0 0
      resume.jsonl: session 22222222-2222-4222-8222-222222222222 | end ok | tokens 800 1600 68
      success.jsonl: session 33333333-3333-4333-8333-333333333333 | end ok | tokens 800 1600 68
      usage-limit.jsonl: session 33333333-3333-4333-8333-333333333333 | end failed | class limit | words You have exhausted your daily quota on this model. Please wait and try again later. To increase your limits, request a quota increase through AI Studio, or switch to another /auth method | tokens 0 0 0"
    `),
  qwen: () =>
    expect(readAll("qwen", ["awk"])).toMatchInlineSnapshot(`
    "auth-error.jsonl: session 33333333-3333-4333-8333-333333333333 | total | end failed | class auth | words [API Error: 401 Incorrect API key provided: dummy.] | tokens 0 0 0
    hang.jsonl: session 33333333-3333-4333-8333-333333333333 | total | end failed | class overload | words [API Error: Request timeout after 483s. Try reducing input length or increasing timeout in config.  Troubleshooting tips: - Reduce input length or complexity - Increase timeout in config: contentGenerator.timeout - Check network connectivity] | tokens 0 0 0
    interrupted-recorded.lines: session 042b8c68-5eb7-4bca-a316-bd9f6a02f606 | total | total | tokens 800 1600 68
    interrupted-sigterm.jsonl: session 44444444-4444-4444-8444-444444444444
    max-turns.jsonl: session 209ac8db-9f94-437f-9d25-3c60c108840a | end failed | class steps | words its steps are used up
    success.jsonl: session 53d0fac6-cf3e-4d87-a244-6203ce7d39a1 | total | end ok | tokens 800 1600 68"
  `),
  copilot: () =>
    expect(readAll("copilot", ["awk"])).toMatchInlineSnapshot(`
      "auth-error.jsonl: session 0e68378d-134c-4a2c-9946-bdfa1e4b56ee | end failed | class auth | words Authentication failed with provider at $BASE_URL/v1 (HTTP 401).   Check your COPILOT_PROVIDER_API_KEY, COPILOT_PROVIDER_API_KEY_COMMAND, or COPILOT_PROVIDER_BEARER_TOKEN. | total | tokens 0 0 0
      bad-resume.jsonl: end failed | class session | words its session is not there
      context-too-long.jsonl: session 0a95e19f-8ce4-4293-9334-cdfa215157dc | end failed | class context | words The provider rejected the prompt as too long, but automatic recovery could not reduce it. Reduce context before retrying. | total | tokens 0 0 0
      interrupted-recorded.lines: session 85adcd28-f3b7-41aa-a90f-ffa3027de7dd | total | total | tokens 800 1600 68
      interrupted-sigterm.jsonl: session 9b2468bb-0a26-4eba-8d8e-c3cbf810b25a | killed yes | killed yes
      killed.jsonl: session e640d85d-f673-4836-b571-4fb97195e0f4 | killed yes
      overloaded.jsonl: session f0f47d5f-e1ea-40d3-bc29-b4603a7f41a7 | end failed | class overload | words Failed to get response from the AI model; retried 5 times (total retry wait time: 14.65 seconds) Last error: 529 Overloaded | total | tokens 0 0 0
      quota.jsonl: session af112872-f617-4e53-bcc6-b5f420130219 | end failed | class quota | words Failed to get response from the AI model; retried 5 times (total retry wait time: 52.28 seconds) Last error: 429 You exceeded your current quota, please check your plan. | total | tokens 0 0 0
      rate-limit-exhausted.jsonl: session e3ffc642-1713-4a31-a378-4fbc275c4aaa | end failed | class limit | words Failed to get response from the AI model; retried 5 times (total retry wait time: 5.53 seconds) Last error: 429 Rate limit reached for model. Please try again in 1s. | total | tokens 0 0 0
      resume.jsonl: session 113123a3-21d4-42b0-88f6-5462f52193e6 | end ok | total | tokens 1200 2400 102
      success.jsonl: session 113123a3-21d4-42b0-88f6-5462f52193e6 | end ok | total | tokens 800 1600 68"
    `),
  aider: () =>
    expect(readAll("aider", ["awk"])).toMatchInlineSnapshot(`
    "auth-error.jsonl: session e53e9ed0-dcd6-434b-9563-9dded5e8af23 | end failed | class auth | words litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: dummy.
    bad-resume.jsonl: end failed | class session | words its session is not there
    context-too-long.jsonl: session b648d142-6d0c-48cc-aa69-122bfe6d2ff6 | end failed | class context | words litellm.BadRequestError: OpenAIException - Your input exceeds the context window of this model.
    feigned-part.jsonl: session 75e2a7cb-99a8-406f-9d3f-6caec42369b0 | end ok | tokens 2400 0 68
    feigned.jsonl: session 3b0badd6-9a01-49ca-af3f-6255ca37080e | end ok | tokens 1200 0 34
    interrupted-recorded.lines: session 97e6d3fe-202b-4477-9954-d3540c1bfd5e | tokens 1200 0 34
    interrupted-sigterm.jsonl: session dd96e82d-e0df-464f-b86a-4d2307a4ac92
    no-connection.jsonl: session b8ce5019-ff98-4bb4-a06d-3e7993552042 | end failed | class overload | words litellm.InternalServerError: InternalServerError: OpenAIException - Connection error.
    overloaded.jsonl: session 0216f1bc-aece-432d-a8d0-3ca751eb6229 | end failed | class overload | words litellm.APIError: APIError: OpenAIException - Overloaded
    priced.jsonl: session e2cf967d-609e-4fd8-b354-caeeb68aa27e | end ok | tokens 1200 0 34 | cost 0.00234
    quota.jsonl: session b6efd507-2a7e-41dc-89e1-4afac9b23b89 | end failed | class quota | words litellm.RateLimitError: RateLimitError: OpenAIException - You exceeded your current quota, please check your plan.
    rate-limit-exhausted.jsonl: session ba8637ca-1dd9-41eb-9f47-589ab214faaf | end failed | class limit | words litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached for model. Please try again in 1s.
    server-error.jsonl: session eedd3f94-099e-4fae-85ef-72a631d055fd | end failed | class overload | words litellm.InternalServerError: InternalServerError: OpenAIException - The server had an error
    steps.jsonl: session 7d0bafd6-acbc-44e7-b607-7c2b54367d0e | end failed | class steps | words its steps are used up | tokens 4800 0 136
    success.jsonl: session 020d848c-52f6-45fc-a270-c03bf10a845f | end ok | tokens 1200 0 34
    usage-limit.jsonl: session c906db1b-2ff9-4297-8042-5058b5c5fdbf | end failed | class limit | words litellm.RateLimitError: RateLimitError: OpenAIException - The usage limit has been reached"
  `),
};

test.each(Object.keys(expected))("%s", (name) => {
  expected[name]?.();
  for (const awk of awks) expect(`${awk}\n${readAll(name, awk)}`).toBe(`${awk}\n${readAll(name, ["awk"])}`);
});

test("words in a string are no keys, and another program's lines are no events", () => {
  const result = { type: "result", is_error: false, result: '"is_error":true,"output_tokens":9', session_id: "x" };
  expect(read("claude", `${JSON.stringify({ ...result, usage: { output_tokens: 3 } })}\n`)).toBe(
    "end ok | tokens 0 0 3 | cost 0",
  );
  expect(read("claude", 'npm: {"type":"result","is_error":false}\n')).toBe("");
});

test("copilot's tokens are those of all models that it asked, and of each but once", () => {
  const usage = (input: number) => ({
    usage: { inputTokens: input, outputTokens: 2, cacheReadTokens: 1, cacheWriteTokens: 0 },
  });
  const modelMetrics = { one: usage(10), other: usage(5) };
  const said = {
    type: "usage",
    usage: { modelMetrics, agentMetrics: { main: { modelMetrics } }, lastCallInputTokens: 5 },
  };
  for (const awk of awks) expect(read("copilot", `${JSON.stringify(said)}\n`, awk)).toBe("total | tokens 13 2 4");
});

test("copilot's model that tells no cached tokens has none, and the next one's are its own", () => {
  const modelMetrics = {
    one: { usage: { inputTokens: 10, outputTokens: 2 } },
    other: { usage: { inputTokens: 5, outputTokens: 2, cacheReadTokens: 1 } },
  };
  const said = JSON.stringify({ type: "usage", usage: { modelMetrics, agentMetrics: {} } });
  for (const awk of awks) expect(read("copilot", `${said}\n`, awk)).toBe("total | tokens 14 1 4");
  const alone = JSON.stringify({ type: "usage", usage: { modelMetrics: { one: modelMetrics.one } } });
  for (const awk of awks) expect(read("copilot", `${alone}\n`, awk)).toBe("total | tokens 10 0 2");
});

test("what aider's model says passes for no end, no tokens and no error of a turn that was answered", () => {
  const said = [
    '{"type":"aider","answered":true,"reason":"Completed --message-file"}',
    "litellm.AuthenticationError: no",
  ];
  const lines = said.map((line) => `| ${line}\n`).join("");
  expect(read("aider", lines, ["awk"], 143)).toBe("");
  const end = '{"type":"aider","answered":true,"event":"exit", "properties":{"reason":"Completed --message-file"}}\n';
  for (const awk of awks) expect(read("aider", `${lines}${end}`, awk)).toBe("end ok");
});

test("aider that never came to ask has failed, by its last words", () => {
  for (const awk of awks)
    expect(read("aider", "| usage: aider\n| aider: error: unrecognized arguments: --x\n", awk, 2)).toBe(
      "end failed | class crash | words aider: error: unrecognized arguments: --x",
    );
});

test("what qwen supposes of each limit is no word of a quota", () => {
  const result =
    "[API Error: 429 Rate limit reached for model.]\nPossible quota limitations in place or slow response times detected.";
  expect(read("qwen", `${JSON.stringify({ type: "result", is_error: false, result, usage: {} })}\n`)).toContain(
    "class limit | words [API Error: 429 Rate limit reached for model.] |",
  );
});

test("claude's messages count once each where their lines stand between each other's", () => {
  const of = (id: string) =>
    `${JSON.stringify({ type: "assistant", message: { id, content: [], usage: { input_tokens: 5, output_tokens: 2 } } })}\n`;
  for (const awk of awks)
    expect(read("claude", of("m-1") + of("m-2") + of("m-1") + of("m-2"), awk)).toBe("tokens 10 0 4");
});

test("a session's name that a shell could take for more is none", () => {
  expect(read("codex", '{"type":"thread.started","thread_id":"$(reboot)"}\n')).toBe("");
  expect(read("codex", `{"type":"thread.started","thread_id":"${"a".repeat(101)}"}\n`)).toBe("");
});

test("what it says is bounded, however long the stream is, and its end is in it", () => {
  const step = (reason: string) =>
    `${JSON.stringify({ type: "step_finish", sessionID: "ses_1", part: { reason, tokens: { input: 1, output: 2 }, cost: 0.5 } })}\n`;
  expect(read("opencode", step("tool-calls").repeat(20_000) + step("stop"))).toBe(
    "session ses_1 | end ok | tokens 20001 0 40002 | cost 10000.5",
  );
});

test("a status is a number by itself: no port, no count of tokens, nothing of an address", () => {
  const failed = (message: string) =>
    read("codex", `${JSON.stringify({ type: "turn.failed", error: { message } })}\n`).replace(/.*class (\w+).*/, "$1");
  const of = {
    "unexpected status 400 Bad Request: no such model, url: http://127.0.0.1:45040/v1/responses": "crash",
    "unexpected status 400 Bad Request, url: http://host:5000/v1": "crash",
    "this model's maximum context length is 131072 tokens, and yours resulted in 140123 tokens": "context",
    "request failed at 10.0.0.1:40112": "crash",
    "unexpected status 503 Service Unavailable, url: http://host:4010/v1": "overload",
    "unexpected status 401 Unauthorized": "auth",
    "exceeded retry limit, last status: 429 Too Many Requests": "limit",
  };
  expect(Object.fromEntries(Object.keys(of).map((message) => [message, failed(message)]))).toEqual(of);
});
