#!/bin/sh
# The agent's bd: shows the beads that crew delivered with the order and notes down what the agent says about them, in the
# words that agents have learned from bd 0.47 and 1.x. It changes no bead and talks to no tracker: only crew does. What is
# noted travels with the report.
#
# parts/beads and parts/shown hold one bead a line, as `bd list --json` and `bd show --json` of the host's generation give
# it (agents/bead-lines.ts); parts/beads begins each with the keys that are read here.
set -u
state=${CREW_STATE:-${0%/*}/../state}
beads=$state/parts/beads shown=$state/parts/shown notes=$state/notes

refuse() {
  printf 'bd: %s\n' "$1" >&2
  exit 1
}

# A quote inside a string is escaped, so `"key":"` can only be a key.
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
  function list(key,   s) { # its texts between commas
    if (!match($0, "\"" key "\":\\[[^]]*\\]")) return ","
    s = substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5)
    gsub(/"/, "", s)
    return "," s ","
  }
  function blockers(   s) { s = list("blocked_by"); gsub(/,+/, " ", s); return s } # ids between spaces
  function has_all(wanted, key,   m, n, i, all) {
    all = list(key)
    n = split(wanted, m, ",")
    for (i = 1; i <= n; i++) if (m[i] != "" && index(all, "," m[i] ",") == 0) return 0
    return 1
  }
  function is_among(value, wanted) { return wanted == "" || index("," wanted ",", "," value ",") > 0 }
  function is_wished(   e) {
    e = text("status")
    if (ENVIRON["W_STATUS"] == "" ? ENVIRON["W_ALL"] == "" && e == "closed" : !is_among(e, ENVIRON["W_STATUS"])) return 0
    return is_among(text("issue_type"), ENVIRON["W_TYPE"]) && is_among(text("assignee"), ENVIRON["W_ASSIGNEE"]) &&
      is_among(number("priority"), ENVIRON["W_PRIORITY"]) && is_among(text("parent"), ENVIRON["W_PARENT"]) && has_all(ENVIRON["W_LABELS"], "labels")
  }
  function is_ready(i,   m, j, count) {
    if (!open_[i]) return 0
    count = split(wait_[i], m, " ")
    for (j = 1; j <= count; j++) if ((m[j] in status) && status[m[j]] != "closed") return 0
    return 1
  }
  { sub(/,$/, "") }
  /^[][]$/ || !/^\{/ { next }
'

# Prints the beads that the awk condition $1 takes, as JSON or as rows.
print_beads() {
  W_STATUS=$status W_ALL=$all W_TYPE=$type W_ASSIGNEE=$assignee W_PRIORITY=${priority#[Pp]} W_PARENT=$parent W_LABELS=$labels \
    AS_JSON=$json LIMIT=$limit awk "$awk_json"'
      { as[++n] = ENVIRON["AS_JSON"] ? $0 : row(); id[n] = text("id"); status[id[n]] = text("status"); wished[n] = is_wished()
        open_[n] = text("status") == "open"; wait_[n] = blockers() }
      END {
        for (i = 1; i <= n; i++) if (('"$1"') && (ENVIRON["LIMIT"] + 0 == 0 || k < ENVIRON["LIMIT"] + 0)) {
          if (ENVIRON["AS_JSON"]) printf "%s\n%s", k ? "," : "[", as[i]; else print as[i]
          k++
        }
        if (ENVIRON["AS_JSON"]) print k ? "\n]" : "[]"
      }' "$beads"
}

has_bead() { [ "$beads" = /dev/null ] || CREW_WANTED=$1 awk "$awk_json"' text("id") == ENVIRON["CREW_WANTED"] { found = 1 } END { exit !found }' "$beads" 2>/dev/null; }

must_have() { # $1 = what is being done, $2 = the bead
  [ -n "$2" ] || refuse "$1 which bead? Yours is ${own:-in your prompt}; bd list shows what you can see"
  has_bead "$2" || refuse "no bead $2 in this order's snapshot; bd list --all shows them"
}

show_one() {
  CREW_WANTED=$1 awk "$awk_json"'
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

show() {
  [ "$beads" != /dev/null ] || refuse "this order came without a snapshot of the beads; your prompt holds yours"
  must_have show "${1-}"
  if [ -z "$json" ]; then
    for each in "$@"; do must_have show "$each"; show_one "$each"; done
    return
  fi
  comma='['
  for each in "$@"; do
    must_have show "$each"
    printf '%s\n' "$comma"
    CREW_WANTED=$each awk "$awk_json"' text("id") == ENVIRON["CREW_WANTED"] { printf "%s", $0 }' "$shown"
    comma=,
  done
  printf '\n]\n'
}

reply() { [ -z "$json" ] || [ "$beads" = /dev/null ] || show "$@"; }

plain() { printf '%s' "$1" | LC_ALL=C tr '\000-\037\177' ' ' | LC_ALL=C cut -c 1-"$2"; }
note() {
  [ ! -f "$notes" ] || [ "$(grep -c '' "$notes")" -lt 20 ] ||
    refuse "twenty things are said in this order already, and no more are carried: put the rest into your commit message"
  printf '%s\t%s\t%s\n' "$1" "${2:-${own:-none}}" "$(plain "$3" 2000)" >>"$notes"
}

closing() {
  note close "$1" "${words:-finished}"
  echo "Noted: $1 is finished from your side. crew closes beads itself, once their work has passed the gates and is merged; commit what belongs to it." >&2
}

update() {
  must_have update "${1-}"
  [ -z "$wished" ] || words="${words:+$words; }wishes for $1:$wished"
  case $status in
    blocked)
      note blocked "$1" "${words:-blocked, no reason given}"
      echo "Noted: a person will be asked. End your turn now, with your work committed." >&2
      ;;
    closed) closing "$1" ;;
    '' | in_progress) [ -z "$words" ] || note note "$1" "$words" ;;
    *)
      note note "$1" "status $status of $1${words:+: $words}"
      echo "Noted for the report: crew keeps the status of beads itself." >&2
      ;;
  esac
}

quoted() { printf '"%s"' "$(plain "$1" "$2" | sed 's/[\\"]/\\&/g')"; }

# A bead that the agent wants: only a person can take it in.
propose() {
  title=${title:-${1-}}
  [ -n "$title" ] || refuse 'create needs a title: bd create "…" -t task -p 2 -d "…"'
  case ${priority#[Pp]} in [0-4]) ;; '') priority=2 ;; *) refuse "the priority is 0 (highest) to 4, not $priority" ;; esac
  note proposal "${parent:-$own}" "{\"title\":$(quoted "$title" 200),\"type\":$(quoted "${type:-task}" 40),\"priority\":${priority#[Pp]},\"description\":$(quoted "$description" 650)}"
  echo "Noted as a proposal: a person decides whether it becomes a bead. It has no id yet; go on with your own bead." >&2
  [ -z "$json" ] || printf '{\n  "id": "",\n  "title": %s,\n  "status": "proposed",\n  "priority": %s,\n  "issue_type": %s\n}\n' "$(quoted "$title" 400)" "${priority#[Pp]}" "$(quoted "${type:-task}" 40)"
}

[ -f "$beads" ] || beads=/dev/null
[ -f "$shown" ] || shown=$beads
own=$(sed -n 's/^Bead: //p' "$state/parts/header" 2>/dev/null | head -n 1)
case $own in up/*) own= ;; esac

verb=${1-}
[ $# -eq 0 ] || shift
case $verb in
  comments | comment | dep | label | epic)
    case ${1-} in
      add | list | remove | tree | cycles | status) verb="$verb $1" && shift ;;
    esac
    ;;
esac
json= status= all= type= assignee= priority= parent= labels= limit=0 title= description= words= wished=
# The arguments are walked once: those that are no flag go round to the end, and are all that is left.
left=$# skip= dashes=
for each in "$@"; do
  left=$((left - 1)) flag=$1 value=
  shift
  if [ -n "$skip" ]; then skip=; continue; fi
  if [ -n "$dashes" ]; then set -- "$@" "$flag"; continue; fi
  case $flag in
    --) dashes=1; continue ;;
    --json) json=1; continue ;;
    --claim) status=in_progress; continue ;;
    --all) all=1; continue ;;
    --silent | --quiet | -q | --verbose | -v | --force | --no-daemon | --sandbox | --long | --pretty | --tree | --flat | --explain | --no-inherit-labels | --dry-run) continue ;;
    --*=*) value=${flag#*=} flag=${flag%%=*} ;;
    -*' '* | -)
      case $verb in *comment* | note) set -- "$@" "$flag"; continue ;; esac
      [ "$left" -eq 0 ] || { value=$1 skip=1; }
      ;;
    -?*) [ "$left" -eq 0 ] || { value=$1 skip=1; } ;;
    *) set -- "$@" "$flag"; continue ;;
  esac
  case $flag in
    --status | -s) status=$value ;;
    --type | -t) type=$value ;;
    --assignee | -a) assignee=$value ;;
    --priority | -p) priority=$value ;;
    --parent) parent=$value ;;
    --label | --labels | -l | --label-any) labels=${labels:+$labels,}$value ;;
    --limit) limit=$value ;;
    -n) case $verb in list | ready | blocked) limit=$value ;; *) words=$value ;; esac ;;
    --title) title=$value ;;
    --description | --body | -d) description=$value ;;
    --append-notes | --add-note | --notes | --note | --reason | --message | -r | -m) words=$value ;;
    --file | --body-file | -f)
      [ -f "$value" ] || refuse "there is no file $value; give the words themselves"
      words=$(head -c 2000 "$value") description=$words
      ;;
    --*-label | --*-labels | --acceptance | --design | --deps | --due | --defer | --estimate | --external-ref | --metadata | --set-metadata | --unset-metadata | --sort | --actor | --author | --id | -e) ;;
    *) [ -z "$skip" ] || ! has_bead "$value" || skip= ;; # a flag of its own kind: the bead after it is none of its value
  esac
  case $verb$flag in
    update--title | update--type | update-t | update--priority | update-p | update--assignee | update-a | update--parent | update--description | update-d | update--acceptance | update--design | update--*-label*)
      wished="$wished ${flag#--}=$value"
      ;;
  esac
done
[ "$status" != all ] || status= all=1
case $limit in *[!0-9]* | '') limit=0 ;; esac

case $verb in
  show | view) show "$@" ;;
  list) print_beads 'wished[i]' ;;
  ready) print_beads 'wished[i] && is_ready(i)' ;;
  blocked) print_beads 'wished[i] && open_[i] && !is_ready(i)' ;;
  update)
    [ $# -gt 0 ] || refuse "update which bead? bd update ID --status … | --append-notes …"
    for each in "$@"; do update "$each"; done
    reply "$@"
    ;;
  close | done)
    [ $# -gt 0 ] || refuse "close which bead? bd close ID --reason …"
    for each in "$@"; do must_have close "$each"; closing "$each"; done
    reply "$@"
    ;;
  'comments add' | 'comment add' | comment | note)
    must_have "comment on" "${1-}"
    bead=$1
    shift
    words=${words:-$*}
    [ -n "$words" ] || refuse "say something: bd comments add $bead \"…\""
    note note "$bead" "$words"
    [ -z "$json" ] || printf '{\n  "issue_id": %s,\n  "author": "crew",\n  "text": %s\n}\n' "$(quoted "$bead" 100)" "$(quoted "$words" 2000)"
    ;;
  comments | 'comments list')
    must_have "show the comments of" "${1-}"
    if [ -n "$json" ]; then echo '[]'; else echo "Comments are not delivered with an order; what matters of them is in your prompt." >&2; fi
    ;;
  create | new | q) propose "$@" ;;
  sync) echo "Nothing to do: crew keeps the beads and brings what you say to them with your report." >&2 ;;
  'dep list' | 'dep tree') show "$@" ;;
  stats | status | info | where)
    print_beads 'wished[i]' | awk 'END { print NR " beads in sight that are not closed" }'
    ;;
  version | --version) echo "bd of crew" ;;
  'dep add' | 'dep remove' | dep) refuse "what waits for what is a person's to say. Say it: bd comments add ID \"waits for …\"" ;;
  label | 'label add' | 'label remove' | label\ *) refuse "labels decide who works on a bead: a person sets them. Say it: bd comments add ID \"…\"" ;;
  edit) refuse "edit opens an editor, which nobody would close. Say it: bd update ID --append-notes \"…\"" ;;
  reopen) refuse "a person reopens beads. Say why: bd comments add ID \"…\", or bd create \"…\" for what is left" ;;
  delete | rename | merge | duplicate | supersede) refuse "nothing is deleted by a role. Say it: bd comments add ID \"…\"" ;;
  init | import | export | config | daemon | hooks | doctor | migrate | dolt | backup | admin)
    refuse "the tracker is crew's and the person's, and not in this instance. What you need is in bd list, bd show and your prompt" ;;
  prime | '' | help | --help | -h | onboard | quickstart)
    cat <<'TEXT'
You work on one bead, given in your prompt. Others have the rest; crew merges and closes beads.
  bd show ID                        a bead with its description and acceptance (--json for all of it)
  bd list, bd ready, bd blocked     beads in sight: yours, what it is part of, what it waited for (--all: closed ones too)
  bd comments add ID "…"            words for people: they become a comment (or bd update ID --append-notes "…")
  bd update ID --status blocked --append-notes "…"    you need a person: ask, commit, end your turn
  bd create "…" -d "…"              a bead that should be there: a proposal, a person decides
  bd close ID --reason "…"          you are done: crew closes it when it is merged
TEXT
    ;;
  *) refuse "$verb is not for roles: crew writes the tracker. Put it into bd update ID --append-notes \"…\" and a person will see it in the report" ;;
esac
