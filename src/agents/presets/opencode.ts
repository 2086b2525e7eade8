// opencode, measured with 1.18.33. Which of its providers it asks stands in the model's name. It could be told things after a tool
// by a plugin in its home, for which it fetches a package first, for half a minute.
import type { Preset } from "../preset.ts";

export const opencode: Preset = {
  name: "opencode",
  program: "opencode",
  package: { name: "opencode-ai", version: "1.18.33" },
  // Without a title, such as the prompt's first words, it asks the model for one, and does not tell what that cost.
  first: ["opencode", "run", "--format", "json", "--title=", "{options}"],
  resume: ["opencode", "run", "--format", "json", "{options}", "--session", "{session}"],
  interactive: {
    first: ["opencode", "{options}"],
    resume: ["opencode", "{options}", "--session", "{session}"],
  },
  options: { model: ["--model", "{value}"], effort: ["--variant", "{value}"] },
  environment: {
    OPENCODE_PERMISSION: '{"*":"allow"}',
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
  },
  credentials: [
    { variable: "OPENCODE_API_KEY", billing: "per token", provider: "opencode" },
    { variable: "ANTHROPIC_API_KEY", billing: "per token", provider: "anthropic" },
    { variable: "OPENAI_API_KEY", billing: "per token", provider: "openai" },
    { variable: "OPENROUTER_API_KEY", billing: "per token", provider: "openrouter" },
  ],
  signsInBy: ["OPENCODE_CONFIG", "OPENCODE_CONFIG_CONTENT", "OPENCODE_AUTH_CONTENT"],
  reader: `
/^\\{"type":"/ && place("sessionID") { session(text("sessionID")) }
/^\\{"type":"step_finish"/ {
  input += number("input") + number("write"); cached += number("read"); output += number("output") + number("reasoning"); usd += number("cost")
  tokens(input, cached, output); cost(usd)
  if (is("reason", "\\"stop\\"")) ended("ok")
}
/^\\{"type":"error"/ {
  status = number("statusCode"); words = text("message")
  if (is("name", "\\"ContextOverflowError\\"")) failed("context", words)
  else if (status == 401 || status == 403) failed("auth", words)
  else if (index($0, "insufficient_quota")) failed("quota", words)
  else if (status == 429) failed("limit", words)
  else if (status >= 500) failed("overload", words)
  else failed(ofText(words), words)
  if (match($0, /\\\\"resets_at\\\\":[0-9]+/)) say("until", substr($0, RSTART + 14, RLENGTH - 14))
}
/Session not found/ && !/^\\{/ { failed("session", "its session is not there") }
`,
};
