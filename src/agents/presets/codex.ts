// Codex, measured with 0.169.0.
import type { Preset } from "../preset.ts";

const flags = ["--json", "--dangerously-bypass-approvals-and-sandbox", "--skip-git-repo-check", "{options}"];

export const codex: Preset = {
  name: "codex",
  program: "codex",
  install: "npm install -g @openai/codex@0.169.0",
  first: ["codex", "exec", ...flags, "-"],
  resume: ["codex", "exec", "resume", ...flags, "{session}", "-"],
  options: { model: ["-m", "{value}"], effort: ["-c", "model_reasoning_effort={value}"] },
  // It knows no such variable by itself.
  variables: { OPENAI_BASE_URL: ["-c", "openai_base_url={value}"] },
  environment: {},
  credentials: [{ variable: "CODEX_API_KEY", billing: "per token" }],
  reader: `
/^\\{"type":"thread.started"/ { session(text("thread_id")) }
/^\\{"type":"turn.completed"/ {
  print "total"
  tokens(number("input_tokens") - number("cached_input_tokens"), number("cached_input_tokens"), number("output_tokens"))
  ended("ok")
}
/^\\{"type":"turn.failed"/ {
  words = text("message")
  failed(words ~ /[Qq]uota/ ? "quota" : ofText(words), words)
  if (match(words, /try again at [0-9]+:[0-9][0-9] [AP]M/)) say("until-clock", substr(words, RSTART + 13, RLENGTH - 13))
}
/^Error: .*(no rollout found|No saved session|not find).*/ { failed("session", "its session is not there") }
`,
};
