// Qwen Code, measured with 0.15.10: it says success whatever happened, and the error in its last words. Of its hooks after a tool
// holds what holds of gemini's.
import type { Preset } from "../preset.ts";

const always = ["qwen", "--yolo", "--output-format", "stream-json", "--auth-type", "openai", "{options}"];

export const qwen: Preset = {
  name: "qwen",
  program: "qwen",
  package: { name: "@qwen-code/qwen-code", version: "0.15.10" },
  first: always,
  resume: [...always, "--resume", "{session}"],
  interactive: {
    first: ["qwen", "--yolo", "--auth-type", "openai", "{options}"],
    resume: ["qwen", "--yolo", "--auth-type", "openai", "{options}", "--resume", "{session}"],
  },
  seeds: [
    {
      path: "$HOME/.qwen/settings.json",
      // By itself it tries a limit ten times a minute or more apart, and says nothing: so it gives up within five.
      text: JSON.stringify({ model: { generationConfig: { maxRetries: 1 } } }),
    },
  ],
  options: { model: ["--model", "{value}"], max_turns: ["--max-session-turns", "{value}"] },
  environment: {},
  credentials: [{ variable: "OPENAI_API_KEY", billing: "per token" }],
  record: "{QWEN_HOME:-$HOME/.qwen}/projects/*/chats/*.jsonl",
  // Where it tells no result, what it used is in its session's file, an event for each answer of the model.
  reader: `
/^\\{"type":"system","subtype":"(init|session_start)"/ { session(text("session_id")) }
/^\\{"uuid":"[^"]*",.*"subtype":"ui_telemetry"/ && is("event.name", "\\"qwen-code.api_response\\"") && text("sessionId") == known && !isTold {
  print "total"
  input += number("input_token_count") - number("cached_content_token_count"); cached += number("cached_content_token_count"); output += number("output_token_count")
  tokens(input, cached, output)
}
/^\\{"type":"result"/ {
  isTold = 1
  print "total"
  tokens(number("input_tokens") - number("cache_read_input_tokens"), number("cache_read_input_tokens"), number("output_tokens"))
  words = text("result"); sub(/ Possible quota limitations.*/, "", words)
  if (words ~ /^\\[API Error:/) failed(ofText(words), words)
  else if (is("is_error", "false")) ended("ok")
  else failed(ofText(words), words)
}
/No saved session found/ && !/^\\{/ { failed("session", "its session is not there") }
END { if (over == "" && rc == 53) failed("steps", "its steps are used up") }
`,
};
