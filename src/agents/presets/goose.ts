// goose, by its documentation and source: nobody has run it. It comes by a script of its maker's and no package.
// https://block.github.io/goose/docs/guides/goose-cli-commands  https://block.github.io/goose/docs/guides/environment-variables
// https://github.com/block/goose/blob/main/crates/goose-cli/src/session/mod.rs (StreamEvent), and pull request 8870 (its counts)
import type { Preset } from "../preset.ts";

const turn = [
  ...["--instructions", "-", "--output-format", "stream-json", "--quiet", "--with-builtin", "developer", "{options}"],
];

/** Its stream names no session: so it gets a name that is said first. */
const named = `id=crew-$(date +%s)-$$; printf '{"type":"crew","session":"%s"}\\n' "$id"; exec goose run --name "$id" "$@"`;

export const goose: Preset = {
  name: "goose",
  isUntried: true,
  program: "goose",
  first: ["sh", "-c", named, "goose", ...turn],
  resume: ["goose", "run", "--resume", "--name", "{session}", ...turn],
  interactive: { first: ["goose", "session"], resume: ["goose", "session", "--resume", "--name", "{session}"] },
  options: { model: ["--model", "{value}"], max_turns: ["--max-turns", "{value}"] },
  environment: {
    GOOSE_MODE: "auto",
    GOOSE_DISABLE_KEYRING: "1",
    GOOSE_DISABLE_SESSION_NAMING: "true",
    GOOSE_TELEMETRY_ENABLED: "false",
  },
  providerIn: "GOOSE_PROVIDER",
  credentials: [
    { variable: "ANTHROPIC_API_KEY", billing: "per token", provider: "anthropic" },
    { variable: "OPENAI_API_KEY", billing: "per token", provider: "openai" },
    { variable: "GOOGLE_API_KEY", billing: "per token", provider: "google" },
    { variable: "OPENROUTER_API_KEY", billing: "per token", provider: "openrouter" },
  ],
  signsInBy: ["GOOSE_PROVIDER__API_KEY"],
  // It counts the whole session, cached tokens among the input; its price would be the session's, too. An error is followed by the
  // same last event as a good end.
  reader: `
/^\\{"type":"crew"/ { session(text("session")) }
/^\\{"type":"error"/ { wrong = text("error"); if (wrong == "") wrong = "an error without words" }
/^\\{"type":"complete"/ {
  print "total"
  tokens(number("input_tokens") - number("cache_read_input_tokens"), number("cache_read_input_tokens"), number("output_tokens"))
  if (wrong == "") ended("ok")
  else failed(kind(wrong), wrong)
}
!/^\\{/ && NF { last = $0; sub(/^[Ee]rror: /, "", last) }
END { if (over == "" && rc > 0 && rc < 128) { if (wrong == "") wrong = last; failed(kind(wrong), wrong) } }
function kind(words) {
  if (words ~ /[Aa]uthentication|API key/) return "auth"
  if (words ~ /[Cc]ontext (limit|length)/) return "context"
  if (words ~ /[Ss]ession.*not found|[Nn]o session/) return "session"
  return ofText(words)
}
`,
};
