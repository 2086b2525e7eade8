// Qwen Code, measured with 0.15.10: it says success whatever happened, and the error in its last words.
import type { Preset } from "../preset.ts";

const always = ["qwen", "--yolo", "--output-format", "stream-json", "--auth-type", "openai", "{options}"];

export const qwen: Preset = {
  name: "qwen",
  program: "qwen",
  install: "npm install -g @qwen-code/qwen-code@0.15.10",
  first: always,
  resume: [...always, "--resume", "{session}"],
  options: { model: ["--model", "{value}"], max_turns: ["--max-session-turns", "{value}"] },
  environment: {},
  credentials: [{ variable: "OPENAI_API_KEY", billing: "per token" }],
  reader: `
/^\\{"type":"system","subtype":"(init|session_start)"/ { session(text("session_id")) }
/^\\{"type":"result"/ {
  print "total"
  tokens(number("input_tokens") - number("cache_read_input_tokens"), number("cache_read_input_tokens"), number("output_tokens"))
  words = text("result")
  if (words ~ /^\\[API Error:/) failed(ofText(words), words)
  else if (is("is_error", "false")) ended("ok")
  else failed(ofText(words), words)
}
/No saved session found/ && !/^\\{/ { failed("session", "its session is not there") }
END { if (over == "" && rc == 53) failed("steps", "its steps are used up") }
`,
};
