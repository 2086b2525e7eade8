// Codex, measured with 0.169.0.
import type { Preset } from "../preset.ts";

// Its snapshot of the shell is a file in its home with all of the environment, the key too, and stays where it is killed.
const always = ["--dangerously-bypass-approvals-and-sandbox", "--disable", "shell_snapshot"];
const flags = ["--json", ...always, "--skip-git-repo-check", "{options}"];

// It runs no hook that nobody has trusted: by the hash of what it is, so that this trusts no other. Tables, as a key may hold a dot.
// The hash is what its app-server's hooks/list tells of it.
const hook = `{type="command",command='"\${CREW_TELL:-true}"',timeout=10}`;
const trusted = "sha256:f52d728f831c3c5a1d22e6389d060ae43047c273b7a2a1905583b76c67a6991a";
const tell = [
  ...["-c", `hooks.PostToolUse=[{hooks=[${hook}]}]`],
  ...["-c", `hooks.state={"/<session-flags>/config.toml:post_tool_use:0:0"={trusted_hash="${trusted}"}}`],
];

export const codex: Preset = {
  name: "codex",
  program: "codex",
  package: { name: "@openai/codex", version: "0.169.0" },
  first: ["codex", "exec", ...flags, "-"],
  resume: ["codex", "exec", "resume", ...flags, "{session}", "-"],
  // Without --no-daemon it would leave processes that outlive it.
  interactive: {
    first: ["codex", "--no-daemon", ...always, "{options}"],
    resume: ["codex", "--no-daemon", ...always, "{options}", "resume", "{session}"],
  },
  seeds: [
    {
      path: "{CODEX_HOME:-$HOME/.codex}/config.toml",
      text: `check_for_update_on_startup = false

[analytics]
enabled = false

[projects."{work}"]
trust_level = "trusted"
`,
    },
  ],
  options: { model: ["-m", "{value}"], effort: ["-c", "model_reasoning_effort={value}"] },
  variables: {
    // It knows no such variable by itself.
    OPENAI_BASE_URL: ["-c", "openai_base_url={value}"],
    // On a terminal it takes a key of the environment for no provider of its own: it would ask who sits there to sign in.
    // One and the same for turns, too: a session stays with its provider.
    CODEX_API_KEY: Object.entries({
      model_provider: "crew",
      "model_providers.crew.name": "OpenAI",
      "model_providers.crew.base_url": "{OPENAI_BASE_URL:-https://api.openai.com/v1}",
      "model_providers.crew.wire_api": "responses",
      "model_providers.crew.env_key": "CODEX_API_KEY",
    }).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
  },
  saidIn: {
    CODEX_API_KEY: { path: "{CODEX_HOME:-$HOME/.codex}/config.toml", line: "^[[:space:]]*model_provider[[:space:]]*=" },
  },
  tell,
  environment: {},
  credentials: [{ variable: "CODEX_API_KEY", billing: "per token" }],
  record: "{CODEX_HOME:-$HOME/.codex}/sessions/*/*/*/rollout-*.jsonl",
  // Of a run that is cut short, and of one that fails, it tells no tokens, nor all of them in the next of the session: they are in
  // its rollout as soon as they are used. The threads of agents below the agent, and
  // of another codex that it runs, have some of their own.
  reader: `
/^\\{"type":"thread.started"/ { session(text("thread_id")) }
/^\\{"type":"turn.completed"/ { counted(); ended("ok") }
/^\\{"timestamp":"[^"]*","ordinal":[0-9]+,"type":"token_usage_record"/ && text("thread_id") == text("session_id") && text("session_id") == known {
  $0 = substr($0, place("thread_token_usage")); counted()
}
/^\\{"type":"turn.failed"/ {
  words = text("message")
  failed(words ~ /[Qq]uota/ ? "quota" : ofText(words), words)
  if (match(words, /try again at [0-9]+:[0-9][0-9] [AP]M/)) say("until-clock", substr(words, RSTART + 13, RLENGTH - 13))
}
/^Error: .*(no rollout found|No saved session|not find|change this thread's model provider).*/ { failed("session", "its session is not there") }
function counted() {
  print "total"
  tokens(number("input_tokens") - number("cached_input_tokens"), number("cached_input_tokens"), number("output_tokens"))
}
`,
};
