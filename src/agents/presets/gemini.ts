// Gemini CLI, measured with 0.61.0. Of a turn that was cut short its session has the prompt and what its tools had answered. What its
// AfterTool hook says reaches the model, but the hook is not told whether an agent below the agent has called the tool: so it is told
// nothing by one.
import type { Preset } from "../preset.ts";

const always = ["gemini", "--approval-mode=yolo", "--skip-trust"];
const turn = [...always, "-o", "stream-json", "{options}"];

export const gemini: Preset = {
  name: "gemini",
  program: "gemini",
  package: { name: "@google/gemini-cli", version: "0.61.0" },
  first: turn,
  resume: [...turn, "-r", "{session}"],
  interactive: { first: [...always, "{options}"], resume: [...always, "{options}", "-r", "{session}"] },
  seeds: [
    {
      path: "{GEMINI_CLI_HOME:-$HOME}/.gemini/settings.json",
      // By itself it tries ten times, for four minutes; crew waits for better times in its own way.
      text: JSON.stringify({
        security: { auth: { selectedType: "gemini-api-key" } },
        general: { enableAutoUpdate: false, maxAttempts: 3 },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
      }),
    },
  ],
  options: { model: ["-m", "{value}"] },
  // As two processes the outer one would ignore that it is to end.
  environment: { GEMINI_CLI_NO_RELAUNCH: "true", GEMINI_CLI_TRUST_WORKSPACE: "true" },
  credentials: [{ variable: "GEMINI_API_KEY", billing: "per token" }],
  record: "{GEMINI_CLI_HOME:-$HOME}/.gemini/tmp/*/chats/session-*.jsonl",
  // What it calls a quota is a limit per minute or day. Tokens that came from its cache are among the others; those of its thoughts
  // are in no count but the total. Before a turn's end it tells none: they are in its session's file, with each answer of the model,
  // which may stand there again with what its tools said.
  reader: `
/^\\{"type":"init"/ { session(text("session_id")); began = text("timestamp") }
/^\\{"id":"[^"]*","timestamp":"[^"]*","type":"gemini"/ && place("tokens") && began != "" && text("timestamp") >= began && !isTold && !(text("id") in seen) {
  seen[text("id")]
  $0 = substr($0, place("tokens"))
  input += number("input") - number("cached"); cached += number("cached"); output += number("total") - number("input")
  tokens(input, cached, output)
}
/^\\{"type":"result"/ {
  isTold = 1
  tokens(number("input_tokens") - number("cached"), number("cached"), number("total_tokens") - number("input_tokens"))
  words = text("message")
  if (sub(/^\\[API Error: /, "", words) && !sub(/\\]$/, "", words)) sub(/\\] Please wait /, " Please wait ", words)
  if (is("status", "\\"success\\"")) ended("ok")
  else if (is("type", "\\"FatalTurnLimitedError\\"")) failed("steps", "its steps are used up")
  else if (words ~ /token count|tokens allowed/) failed("context", words)
  else if (words ~ /[Bb]illing|credit/) failed("quota", words)
  else if (words ~ /"code":40[13]|API key/) failed("auth", words)
  else if (words ~ /[Qq]uota|"code":429/) failed("limit", words)
  else if (words ~ /"code":5[0-9][0-9]/) failed("overload", words)
  else failed(ofText(words), words)
}
/^Error resuming session/ { failed("session", "its session is not there") }
`,
};
