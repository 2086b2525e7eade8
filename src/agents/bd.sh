#!/bin/sh
# The agent's bd: shows the beads that crew delivered with the order and notes down what the agent says about them.
# It changes no bead and talks to no tracker: only crew does. What is noted travels with the report.
set -u
state=${0%/*}/../state
beads=$state/parts/beads notes=$state/notes

refuse() {
  printf 'bd: %s\n' "$1" >&2
  exit 1
}

# Every bead is one line of the snapshot, its keys always in the same order, id first. A quote inside a string is
# escaped, so `"key":"` can only be a key.
awk_json='
  function raw(key) { return match($0, "\"" key "\":\"([^\"\\\\]|\\\\.)*\"") ? substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5) : "" }
  function text(key,   s, out, i, c) {
    s = raw(key); out = ""
    for (i = 1; i <= length(s); i++) {
      c = substr(s, i, 1)
      if (c == "\\") {
        c = substr(s, ++i, 1)
        if (c == "n") c = "\n"; else if (c == "t") c = "\t"; else if (c == "u") { i += 4; c = "?" } else if (c ~ /[bfr]/) c = ""
      }
      out = out c
    }
    return out
  }
  function number(key) { return match($0, "\"" key "\":[0-9]+") ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) : "" }
  function row() { return sprintf("%-14s P%s %-11s %-7s %s", text("id"), number("priority"), text("status"), text("issue_type"), text("title")) }
  function blockers(   s) { # ids between spaces
    if (!match($0, /"blocked_by":\[[^]]*\]/)) return " "
    s = substr($0, RSTART + 14, RLENGTH - 15)
    gsub(/[",]+/, " ", s)
    return s == "" ? " " : s
  }
  { sub(/,$/, "") }
  /^[][]$/ || !/^\{/ { next }
'

# Prints the beads that the awk condition $1 takes, as JSON or as rows.
print_beads() {
  if [ -n "$json" ]; then
    awk "$awk_json"' { all[++n] = $0; id[n] = text("id"); status[id[n]] = text("status"); open_[n] = text("status") == "open"; wait_[n] = blockers() }
      END { printf "["; for (i = 1; i <= n; i++) if ('"$1"') printf "%s\n%s", (k++ ? "," : ""), all[i]; print k ? "\n]" : "]" }
      '"$awk_ready" "$beads"
  else
    awk "$awk_json"' { all[++n] = row(); id[n] = text("id"); status[id[n]] = text("status"); open_[n] = text("status") == "open"; wait_[n] = blockers() }
      END { for (i = 1; i <= n; i++) if ('"$1"') print all[i] }
      '"$awk_ready" "$beads"
  fi
}
awk_ready='
  function is_ready(i,   m, j, count) {
    if (!open_[i]) return 0
    count = split(wait_[i], m, " ")
    for (j = 1; j <= count; j++) if ((m[j] in status) && status[m[j]] != "closed") return 0
    return 1
  }'

has_bead() { [ "$beads" = /dev/null ] || CREW_WANTED=$1 awk "$awk_json"' text("id") == ENVIRON["CREW_WANTED"] { found = 1 } END { exit !found }' "$beads" 2>/dev/null; }

show() {
  [ -n "$id" ] || refuse "show which bead? bd show ID, the ids are in bd list"
  [ "$beads" != /dev/null ] || refuse "this order came without a snapshot of the beads; your prompt holds yours"
  has_bead "$id" || refuse "no bead $id in this order's snapshot; bd list shows them"
  if [ -n "$json" ]; then
    CREW_WANTED=$id awk "$awk_json"' text("id") == ENVIRON["CREW_WANTED"] { print "[" $0 "]" }' "$beads"
    return
  fi
  CREW_WANTED=$id awk "$awk_json"'
    text("id") == ENVIRON["CREW_WANTED"] {
      print text("id") ": " text("title")
      print "Status: " text("status") "   Priority: P" number("priority") "   Type: " text("issue_type")
      if (text("assignee") != "") print "Assignee: " text("assignee")
      if (text("parent") != "") print "Parent: " text("parent")
      if (blockers() != " ") print "Blocked by:" blockers()
      if (text("description") != "") print "\nDescription:\n" text("description")
      if (text("acceptance_criteria") != "") print "\nAcceptance:\n" text("acceptance_criteria")
      if (text("notes") != "") print "\nNotes:\n" text("notes")
    }' "$beads"
}

note() { printf '%s\t%s\n' "$1" "$(printf '%s' "$2" | LC_ALL=C tr '\000-\037\177' ' ' | LC_ALL=C cut -c 1-2000)" >>"$notes"; }

closing() {
  note close "${words:-finished}"
  echo "Noted: $id is finished from your side. crew closes beads itself, once their work has passed the gates and is merged; commit what belongs to it." >&2
}

update() {
  [ -n "$id" ] || refuse "update which bead? bd update ID --status … | --append-notes …"
  has_bead "$id" || refuse "no bead $id in this order's snapshot; bd list shows them"
  case $status in
    blocked)
      note blocked "${words:-blocked, no reason given}"
      echo "Noted: a person will be asked. End your turn now, with your work committed." >&2
      ;;
    closed) closing ;;
    '' | in_progress) [ -z "$words" ] || note note "$words" ;;
    *)
      note note "status $status of $id${words:+: $words}"
      echo "Noted for the report: crew keeps the status of beads itself." >&2
      ;;
  esac
  [ -z "$json" ] || [ "$beads" = /dev/null ] || show
}

[ -f "$beads" ] || beads=/dev/null
verb=${1-}
[ $# -eq 0 ] || shift
[ "$verb" != comments ] || { verb="comments ${1-}"; [ $# -eq 0 ] || shift; }
json= id= status= words=
while [ $# -gt 0 ]; do
  case $1 in
    --json) json=1 ;;
    --status | -s) status=${2-} && shift ;;
    --status=*) status=${1#*=} ;;
    --claim) status=in_progress ;;
    --append-notes | --notes | --note | --reason | -r | -n | -m) words=${2-} && shift ;;
    --append-notes=* | --notes=* | --note=* | --reason=*) words=${1#*=} ;;
    --*) ;; # filters of the real bd: the snapshot is small enough without
    *) if [ -z "$id" ]; then id=$1; else words=${words:-$1}; fi ;;
  esac
  [ $# -eq 0 ] || shift
done

case $verb in
  show) show ;;
  list) print_beads 1 ;;
  ready) print_beads 'is_ready(i)' ;;
  update) update ;;
  close)
    [ -n "$id" ] || refuse "close which bead? bd close ID --reason …"
    has_bead "$id" || refuse "no bead $id in this order's snapshot; bd list shows them"
    closing
    [ -z "$json" ] || [ "$beads" = /dev/null ] || show
    ;;
  'comments add')
    has_bead "$id" || refuse "no bead ${id:-(none given)} in this order's snapshot; bd list shows them"
    note note "$words"
    ;;
  prime | '' | help | --help | -h)
    cat <<'TEXT'
You work on one bead, given in your prompt. Others have the rest; crew merges and closes beads.
  bd show ID            a bead with its description and acceptance
  bd list, bd ready     every bead of the epic; those that could begin (--json for all of it)
  bd update ID --append-notes "…"                       words for the report
  bd update ID --status blocked --append-notes "…"      you need a person: ask, commit, end your turn
  bd close ID --reason "…"                              you are done: crew closes it when it is merged
TEXT
    ;;
  *) refuse "$verb is not for roles: crew writes the tracker. Put it into bd update ID --append-notes \"…\" and a person will see it in the report" ;;
esac
