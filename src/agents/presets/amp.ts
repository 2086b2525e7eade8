// Amp, by its documentation and the help of 0.0.1790142911-g7618fb: nobody has run a turn of it. What it says without a network or a key
// was seen; its threads lie on its maker's servers.
// https://ampcode.com/news/streaming-json  https://ampcode.com/manual/appendix (stream JSON output)  https://ampcode.com/manual
import type { Preset } from "../preset.ts";

const turn = [
  ...["--execute", "--stream-json", "--dangerously-allow-all", "--no-archive-after-execute"],
  ...["--no-ide", "--no-notifications", "--no-color", "{options}"],
];
const person = ["--dangerously-allow-all", "--no-ide", "{options}"];

export const amp: Preset = {
  name: "amp",
  isUntried: true,
  program: "amp",
  // What @sourcegraph/amp, by which it is known, consists of: the install script is this one's. None for musl.
  package: { name: "@ampcode/cli", version: "0.0.1790142911-g7618fb" },
  first: ["amp", ...turn],
  resume: ["amp", "threads", "continue", "{session}", ...turn],
  interactive: { first: ["amp", ...person], resume: ["amp", "threads", "continue", "{session}", ...person] },
  options: { effort: ["--mode", "{value}"] },
  environment: {},
  credentials: [{ variable: "AMP_API_KEY", billing: "per token" }],
  // The cached tokens are among those that it counts as input. It names no price.
  reader: `
/^\\{"type":"system","subtype":"init"/ { session(text("session_id")) }
/^\\{"type":"assistant"/ {
  input += number("input_tokens") - number("cache_read_input_tokens"); cached += number("cache_read_input_tokens"); output += number("output_tokens")
  tokens(input, cached, output)
}
/^\\{"type":"result"/ {
  words = text("error"); if (words == "") words = text("result")
  if (is("is_error", "false")) ended("ok")
  else if (is("subtype", "\\"error_max_turns\\"")) failed("steps", "its steps are used up")
  else failed(kind(words), words)
}
/^Error: / { wrong = substr($0, 8) }
/^(No API key found|Login failed)/ { wrong = $0 }
END { if (over == "" && rc > 0 && rc < 128) failed(kind(wrong), wrong) }
function kind(words) {
  if (words ~ /No API key|[Ll]ogin|[Ii]nvalid.*(key|token)/) return "auth"
  if (words ~ /[Oo]ut of credits|[Ii]nsufficient/) return "quota"
  if (words ~ /Cannot reach|Couldn't connect/) return "overload"
  if (words ~ /[Tt]hread.*(not found|does not exist)/) return "session"
  return ofText(words)
}
`,
};
