// GitHub Copilot CLI, measured with 1.0.102 on a provider of one's own: what it does with GitHub's models is not.
import type { Preset } from "../preset.ts";

const always = ["--allow-all", "{options}"];
const turn = [...always, "--no-ask-user", "--output-format", "json"];

/** It names its session in its last line alone: so crew names it, and says so first. */
const named = `printf '{"type":"crew","session":"%s"}\\n' "$id"`;
const begun = `id=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen); ${named}`;
const goneOn = `for id do :; done; ${named}`;

/** It tells no tokens but in a file: that is said after it, as one line. */
const counted = [
  `usage="\${COPILOT_HOME:-$HOME/.copilot}/crew-usage.json"; rm -f "$usage"`,
  'copilot --usage-output-file "$usage" "$@"; status=$?',
  `[ ! -f "$usage" ] || printf '{"type":"usage","usage":%s}\\n' "$(tr -d ' \\n' <"$usage")"`,
  'exit "$status"',
].join("; ");

export const copilot: Preset = {
  name: "copilot",
  program: "copilot",
  package: { name: "@github/copilot", version: "1.0.102" },
  first: ["sh", "-c", `${begun}; set -- --session-id "$id" "$@"; ${counted}`, "copilot", ...turn],
  resume: ["sh", "-c", `${goneOn}; ${counted}`, "copilot", ...turn, "--resume", "{session}"],
  interactive: { first: ["copilot", ...always], resume: ["copilot", ...always, "--resume", "{session}"] },
  seeds: [
    {
      path: "{COPILOT_HOME:-$HOME/.copilot}/config.json",
      text: JSON.stringify({ trustedFolders: ["{work}"] }),
    },
    {
      path: "{COPILOT_HOME:-$HOME/.copilot}/settings.json",
      text: JSON.stringify({ includeCoAuthoredBy: false }),
    },
  ],
  options: { model: ["--model", "{value}"], effort: ["--reasoning-effort", "{value}"] },
  environment: { COPILOT_AUTO_UPDATE: "false" },
  credentials: [
    { variable: "COPILOT_PROVIDER_API_KEY", billing: "per token" },
    { variable: "COPILOT_GITHUB_TOKEN", billing: "subscription" },
  ],
  signsInBy: ["COPILOT_PROVIDER_BEARER_TOKEN", "COPILOT_PROVIDER_API_KEY_COMMAND", "GH_TOKEN", "GITHUB_TOKEN"],
  record: "{COPILOT_HOME:-$HOME/.copilot}/session-state/*/events.jsonl",
  // Stopped by a signal it says so, and then, sometimes, that all went well. Killed, only the program around it says so. Its usage
  // counts the session, by model;
  // where it tells none, that is in the session's file, answer by answer.
  reader: `
/^\\{"type":"crew"/ { session(text("session")) }
/^\\{"type":"crew.record"/ { isRecord = 1 }
/^\\{"type":"(abort"|assistant\\.idle","data":\\{"aborted":true)/ && !isRecord { stopped = 1; say("killed", "yes") }
/^\\{"type":"session.error"/ { words = text("message"); kind = text("errorType"); status = number("statusCode") }
/^\\{"type":"result"/ {
  session(text("sessionId"))
  if (stopped) next
  if (is("exitCode", "0,")) ended("ok")
  else if (words ~ /prompt as too long/) failed("context", words)
  else if (kind == "authentication" || status == 401 || status == 403) failed("auth", words)
  else if (words ~ /[Qq]uota|[Cc]redit|[Bb]illing/) failed("quota", words)
  else if (kind == "rate_limit" || status == 429) failed("limit", words)
  else if (status >= 500) failed("overload", words)
  else failed(ofText(words), words)
}
/^\\{"type":"session.start"/ { told = text("sessionId"); if (known == "") session(told) }
/^\\{"type":"session.usage_record"/ && !isTold && told == known { print "total"; counted(); tokens(input, cached, output) }
/^\\{"type":"usage"/ {
  isTold = 1
  print "total"
  sub(/"agentMetrics":.*/, "")
  models = split($0, model, "\\"inputTokens\\":")
  for (each = 2; each <= models; each += 1) {
    $0 = "\\"inputTokens\\":" model[each]
    counted()
  }
  tokens(input, cached, output)
}
/^Error: No session, task, or name matched/ { failed("session", "its session is not there") }
/^Error: (No authentication information|Authentication token) found/ { failed("auth", substr($0, 8)) }
/^GitHub Copilot native binary at .* was terminated by signal SIG(KILL|TERM)/ { say("killed", "yes") }
function counted() {
  input += number("inputTokens") - number("cacheReadTokens"); cached += number("cacheReadTokens"); output += number("outputTokens")
}
`,
};
