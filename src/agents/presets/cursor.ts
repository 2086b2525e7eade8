// Cursor's agent, by its documentation: nobody has run it. It comes by a script of its maker's and no package.
// https://cursor.com/docs/cli/headless  https://cursor.com/docs/cli/reference/output-format
// https://cursor.com/docs/cli/reference/parameters  https://cursor.com/docs/cli/reference/authentication
import type { Preset } from "../preset.ts";

const turn = ["cursor-agent", "--print", "--output-format", "stream-json", "--force", "--trust", "{options}"];
const person = ["cursor-agent", "--force", "{options}"];

export const cursor: Preset = {
  name: "cursor",
  isUntried: true,
  program: "cursor-agent",
  first: turn,
  resume: [...turn, "--resume", "{session}"],
  interactive: { first: person, resume: [...person, "--resume", "{session}"] },
  options: { model: ["--model", "{value}"] },
  environment: {},
  credentials: [{ variable: "CURSOR_API_KEY", billing: "subscription" }],
  // Where it fails there is no last event: it says why on stderr, and exits with 1.
  reader: `
/^\\{"type":"system","subtype":"init"/ { session(text("session_id")) }
/^\\{"type":"result"/ {
  tokens(number("inputTokens"), number("cacheReadTokens"), number("outputTokens"))
  words = text("result")
  if (is("is_error", "false")) ended("ok")
  else failed(kind(words), words)
}
!/^\\{/ && NF { wrong = $0; sub(/^Error: /, "", wrong) }
END { if (over == "" && rc > 0 && rc < 128) failed(kind(wrong), wrong) }
function kind(words) {
  if (words ~ /[Aa]uthentication|[Nn]ot logged in|API key/) return "auth"
  if (words ~ /[Cc]hat.*not found/) return "session"
  return ofText(words)
}
`,
};
