// What every preset's reader begins with: awk (mawk, busybox and gawk alike) over JSON Lines. Inside a JSON string no quote
// stands without a backslash before it, so `"key":` is a key wherever it is found. What it prints; the last of a kind counts:
//
//   session ID              end ok | failed          class NAME (see below)       until EPOCH | until-clock 3:39 PM
//   tokens IN CACHED OUT    cost USD                 words WHAT WENT WRONG        total (the tokens are the whole session's)
//   killed yes (by a signal, whatever its exit code)
//
// Classes: auth, limit, quota, overload, context, session (it is not there), steps (used up), crash (the rest).

export const readerLibrary = `
function place(key) { return match($0, "\\"" key "\\":") ? RSTART + RLENGTH : 0 }
function number(key, p, t) {
  p = place(key); if (!p) return 0
  t = substr($0, p, 40)
  return match(t, /^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?/) ? substr(t, 1, RLENGTH) + 0 : 0
}
function text(key, p, t) {
  p = place(key); if (!p) return ""
  t = substr($0, p, 2000)
  if (substr(t, 1, 1) != "\\"") return ""
  t = substr(t, 2)
  gsub(/\\\\\\\\/, "\\001", t); gsub(/\\\\"/, "\\002", t)
  sub(/".*$/, "", t)
  gsub(/\\\\[nrt]/, " ", t); gsub(/\\002/, "\\"", t); gsub(/\\001/, "\\\\", t)
  return t
}
function is(key, value) { return index($0, "\\"" key "\\":" value) > 0 }
function say(what, value) { if (value != "" && saidLines < 1000) { print what " " value; saidLines++ } }
function session(id) { if (id != "" && id != known && id ~ /^[A-Za-z0-9_-]+$/ && length(id) <= 100) { known = id; say("session", id) } }
function tokens(input, cached, output) { used = sprintf("%d %d %d", input, cached, output) }
function cost(usd) { spent = usd }
function ended(how) { over = how; say("end", how) }
function failed(name, words) { ended("failed"); say("class", name); say("words", substr(words, 1, 300)) }
function names(words, code) { return words ~ "(^|[^0-9.:])" code "([^0-9]|$)" }
function ofText(words) {
  sub(/,? url: .*/, "", words)
  if (words ~ /context (window|length)|[Pp]rompt is too long|maximum context/) return "context"
  if (names(words, "40[13]") || words ~ /[Ii]ncorrect API key|[Ii]nvalid API key|[Mm]issing environment variable|[Uu]nauthorized/) return "auth"
  if (words ~ /[Qq]uota|[Cc]redit balance|[Bb]illing/) return "quota"
  if (names(words, "429") || words ~ /[Uu]sage limit|[Rr]ate limit|hit your limit/) return "limit"
  if (names(words, "5[0-9][0-9]") || words ~ /[Oo]verloaded|[Tt]imed? ?out|timeout|[Cc]onnection|stream disconnected/) return "overload"
  return "crash"
}
END { if (used != "") print "tokens " used; if (spent != "") print "cost " spent }
`;
