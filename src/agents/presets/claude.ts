// Claude Code, measured with 2.1.197.
import type { Preset } from "../preset.ts";

const always = [
  ...["claude", "-p", "--dangerously-skip-permissions", "--output-format", "stream-json", "--verbose", "{options}"],
];

/** Beside the hooks of every other settings file, which go on. */
const hook = { hooks: [{ type: "command", command: `"\${CREW_TELL:-true}"`, timeout: 10 }] };

export const claude: Preset = {
  name: "claude",
  program: "claude",
  package: { name: "@anthropic-ai/claude-code", version: "2.1.197" },
  first: always,
  resume: [...always, "--resume", "{session}"],
  interactive: {
    first: ["claude", "--dangerously-skip-permissions", "{options}"],
    resume: ["claude", "--dangerously-skip-permissions", "{options}", "--resume", "{session}"],
  },
  seeds: [
    {
      path: "{CLAUDE_CONFIG_DIR:-$HOME}/.claude.json",
      text: JSON.stringify({
        hasCompletedOnboarding: true,
        bypassPermissionsModeAccepted: true,
        customApiKeyResponses: { approved: ["{end of ANTHROPIC_API_KEY}"], rejected: [] },
        projects: { "{work}": { hasTrustDialogAccepted: true } },
      }),
    },
  ],
  options: {
    model: ["--model", "{value}"],
    effort: ["--effort", "{value}"],
    max_turns: ["--max-turns", "{value}"],
  },
  tell: ["--settings", JSON.stringify({ hooks: { PostToolUse: [hook], PostToolUseFailure: [hook] } })],
  environment: {
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_UPDATES: "1",
    DISABLE_TELEMETRY: "1",
    // As root it refuses to go without its questions, unless it is told that it is shut in.
    IS_SANDBOX: "1",
    // By itself it tries a key that was refused for three minutes; crew waits for better times in its own way.
    CLAUDE_CODE_MAX_RETRIES: "2",
  },
  credentials: [
    { variable: "CLAUDE_CODE_OAUTH_TOKEN", billing: "subscription", from: "Run claude setup-token" },
    { variable: "ANTHROPIC_API_KEY", billing: "per token" },
    { variable: "ANTHROPIC_AUTH_TOKEN", billing: "per token" },
  ],
  signsInBy: ["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX"],
  record: "{CLAUDE_CONFIG_DIR:-$HOME/.claude}/projects/*/*.jsonl",
  // What each message used counts where it is killed before it tells of the whole run; several lines may be of one message, also with
  // another's in between. As they are told little of what they are to say has been counted; that is in the session's file.
  reader: `
/^\\{"type":"system","subtype":"init"/ { session(text("session_id")) }
/^\\{"type":"rate_limit_event"/ && is("status", "\\"rejected\\"") { say("until", number("resetsAt")) }
/^\\{"type":"assistant"/ && place("error") { error = text("error") }
/^\\{"type":"assistant"/ && !(text("id") in seen) {
  seen[text("id")] = number("output_tokens")
  input += number("input_tokens") + number("cache_creation_input_tokens"); cached += number("cache_read_input_tokens"); output += number("output_tokens")
  tokens(input, cached, output)
}
/^\\{"parentUuid":/ && is("role", "\\"assistant\\"") && !isTold && (text("id") in seen) && number("output_tokens") > seen[text("id")] {
  output += number("output_tokens") - seen[text("id")]; seen[text("id")] = number("output_tokens")
  tokens(input, cached, output)
}
/^\\{"type":"result"/ {
  isTold = 1
  tokens(number("input_tokens") + number("cache_creation_input_tokens"), number("cache_read_input_tokens"), number("output_tokens"))
  cost(number("total_cost_usd"))
  words = text("result")
  if (is("is_error", "false")) ended("ok")
  else if (index($0, "No conversation found")) failed("session", "its session is not there")
  else if (is("subtype", "\\"error_max_turns\\"")) failed("steps", "its steps are used up")
  else if (is("terminal_reason", "\\"prompt_too_long\\"")) failed("context", words)
  else if (error == "authentication_failed") failed("auth", words)
  else if (error == "billing_error") failed("quota", words)
  else if (error == "rate_limit") failed("limit", words)
  else if (error == "server_error" || error == "overloaded") failed("overload", words)
  else failed(words ~ /Not logged in|Invalid API key/ ? "auth" : "crash", words)
}
`,
};
