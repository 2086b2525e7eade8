// aider, measured with 0.86.2 of PyPI's aider-chat. Its model has no tools: it answers with files, or with parts of them, which
// aider writes. So nothing runs a command, and what a turn leaves is committed by the supervisor.
import type { Preset } from "../preset.ts";

/** A session is the history of a chat, in a file that crew names. */
const begun = "id=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)";
const found = `id=$1; shift; [ -s "$HOME/.aider/crew/$id.md" ] || { printf '{"type":"gone"}\\n'; exit 1; }`;

const chat = [
  'mkdir -p "$HOME/.aider/crew"; chat=$HOME/.aider/crew/$id',
  // It asks the network for prices where its own list is older than a day; litellm brings some.
  'touch "$HOME/.aider/caches/model_prices_and_context_window.json"',
  // What it knows of the repository it keeps in the work tree.
  `exclude=$(git rev-parse --git-path info/exclude); grep -qsF .aider.tags.cache "$exclude" || printf '/.aider.tags.cache.*\\n' >>"$exclude"`,
  'set -- --chat-history-file "$chat.md" --restore-chat-history --input-history-file "$chat.lines" "$@"',
];

const isTorn = `grep -Eqs '^(<<<<<<<|>>>>>>>) ' "$file"`;

/** Its events, once more, and whether the request before each was answered. */
const noted = [
  `/"event": "message_send_starting"/ { isAsked = 1 }`,
  `/"event": "message_send",/ { isAsked = 0 }`,
  `/"event": "(message_send|exit)/ { gsub(/": /, "\\":"); sub(/^./, "{\\"type\\":\\"aider\\",\\"answered\\":" (isAsked ? "false," : "true,")); print }`,
].join(" ");

const turn = [
  ...chat,
  `printf '{"type":"crew","session":"%s"}\\n' "$id"`,
  // What begins with / or ! it would take for a command of its own.
  '{ echo; cat; } >"$chat.prompt"; : >"$chat.events"',
  `git -c core.quotePath=false diff --name-only --diff-filter=U | while IFS= read -r file; do ! ${isTorn} || printf '%s\\n' "$file"; done >>"$chat.torn"`,
  'set -- --message-file "$chat.prompt" --analytics-log "$chat.events" --no-pretty --no-fancy-input --no-stream "$@"',
  // With a mark before each line of it: none may pass for one that the reader reads.
  `{ COLUMNS=2000 LINES=50 aider "$@" </dev/null; echo "$?" >"$chat.status"; } 2>&1 | while IFS= read -r line || [ -n "$line" ]; do printf '| %s\\n' "$line"; done`,
  // What it has resolved it can't stage.
  `while IFS= read -r file; do [ ! -f "$file" ] || ${isTorn} || git add -- "$file"; done <"$chat.torn"`,
  '[ -n "$(git ls-files -u | head -n 1)" ] || rm -f "$chat.torn"',
  `awk '${noted}' "$chat.events"; status=$(cat "$chat.status")`,
  'rm -f "$chat.prompt" "$chat.events" "$chat.status"; exit "$status"',
];

/** It does not show what was said before. */
const shown = [...chat, '[ ! -s "$chat.md" ] || tail -n 40 "$chat.md"', 'exec aider "$@"'];

const words = (lines: readonly string[]) => ["sh", "-c", lines.join("; "), "aider"];

export const aider: Preset = {
  name: "aider",
  cannot: "it runs no command: it tests, asks and notes nothing",
  program: "aider",
  package: { name: "aider-chat", version: "0.86.2", of: "PyPI" },
  first: [...words([begun, ...turn]), "{options}"],
  resume: [...words([found, ...turn]), "{session}", "{options}"],
  interactive: {
    first: [...words([begun, ...shown]), "{options}"],
    resume: [...words([found, ...shown]), "{session}", "{options}"],
  },
  seeds: [{ path: "$HOME/.aider/caches/model_prices_and_context_window.json", text: JSON.stringify({ crew: {} }) }],
  options: { model: ["--model", "{value}"], effort: ["--reasoning-effort", "{value}"] },
  environment: {
    AIDER_YES_ALWAYS: "true",
    AIDER_ANALYTICS: "false",
    // It would have its weak model write the message, and does not tell what that cost; in a merge it fails.
    AIDER_AUTO_COMMITS: "false",
    AIDER_DIRTY_COMMITS: "false",
    AIDER_AUTO_LINT: "false",
    AIDER_CHECK_UPDATE: "false",
    AIDER_DETECT_URLS: "false",
    AIDER_GITIGNORE: "false",
    // More of them would be summed up, at a cost that it does not tell.
    AIDER_MAX_CHAT_HISTORY_TOKENS: "1000000",
    AIDER_SHOW_MODEL_WARNINGS: "false",
    AIDER_SHOW_RELEASE_NOTES: "false",
    AIDER_SUGGEST_SHELL_COMMANDS: "false",
    LITELLM_LOCAL_MODEL_COST_MAP: "True",
    // It opens what an error names.
    BROWSER: "true",
  },
  credentials: [
    { variable: "ANTHROPIC_API_KEY", billing: "per token", provider: "anthropic" },
    { variable: "OPENAI_API_KEY", billing: "per token", provider: "openai" },
    { variable: "OPENROUTER_API_KEY", billing: "per token", provider: "openrouter" },
    { variable: "GEMINI_API_KEY", billing: "per token", provider: "gemini" },
    { variable: "DEEPSEEK_API_KEY", billing: "per token", provider: "deepseek" },
  ],
  signsInBy: ["AIDER_API_KEY", "AIDER_ANTHROPIC_API_KEY", "AIDER_OPENAI_API_KEY", "OLLAMA_API_BASE"],
  // Of a turn that is cut short there is what it noted by then.
  record: "$HOME/.aider/crew/*.events",
  // It exits with 0 also where it got no answer. It counts the cached tokens among the input. What the model said stands among its own
  // words: before the tokens of an answer all of it; after them parts that fit nowhere, for which it asks again, or gives up.
  reader: `
/^\\{"type":"crew"/ { session(text("session")) }
/^\\{"type":"gone"/ { failed("session", "its session is not there") }
/^\\| Tokens: / { isUsedUp = isFull = 0 }
/^\\| litellm\\.[A-Za-z]+: / { wrong = substr($0, 3); isFull = 0 }
/^\\| Only [0-9]+ reflections allowed, stopping\\.$/ { isUsedUp = 1 }
/^\\| Model .* has hit a token limit!$/ { isFull = 1 }
/^\\| ./ { last = substr($0, 3) }
/^\\{"type":"aider",/ && is("event", "\\"message_send_exception\\"") { wrong = text("exception"); isFull = 0 }
/^\\{"event": "message_send",/ && !isTold { gsub(/": /, "\\":"); counted() }
/^\\{"type":"aider",/ { isTold = 1 }
/^\\{"type":"aider",/ && is("event", "\\"message_send\\"") { counted() }
/^\\{"type":"aider",/ && is("reason", "\\"Completed --message-file\\"") {
  if (isUsedUp && is("answered", "true")) failed("steps", "its steps are used up")
  else if (isFull) failed("context", "its model has hit a token limit")
  else if (is("answered", "true")) ended("ok")
  else failed(kind(wrong), wrong)
}
END { if (over == "" && rc > 0 && rc < 128) { if (wrong == "") wrong = last; failed(kind(wrong), wrong) } }
function kind(words, guess) {
  if (words ~ /^litellm\\.AuthenticationError/) return "auth"
  if (words ~ /[Ii]nsufficient credits/) return "quota"
  guess = ofText(words)
  if (guess != "crash") return guess
  if (words ~ /^litellm\\.RateLimitError/) return "limit"
  if (words ~ /^litellm\\.(API|InternalServer|ServiceUnavailable|BadGateway)Error/) return "overload"
  return "crash"
}
function counted() {
  input += number("prompt_tokens"); output += number("completion_tokens"); usd += number("cost")
  tokens(input, 0, output)
  if (usd > 0) cost(usd)
}
`,
};
