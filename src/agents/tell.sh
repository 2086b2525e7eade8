#!/bin/sh
# What a person says to the agent in the middle of its turn. Its program runs this after a tool, as a hook with what happened on
# stdin: what is said then is the hook's answer, which the program gives its model beside the tool's result. It says each thing
# once, also where two tools end together, and nothing to an agent below the agent, which would keep it to itself.
#
# state/said/<message> holds the words as the supervisor laid them there; state/heard/<message> is there once they were said.
set -u
state=${CREW_STATE:-${0%/*}/../state}
said=$state/said heard=$state/heard

# Programs put a longer text into a file, and only its beginning before the model.
most=8192

mine=
take() {
  all=0
  for each in "$said"/*; do
    case $each in *.taken) continue ;; esac
    [ -f "$each" ] && [ ! -L "$each" ] || continue
    all=$((all + $(wc -c <"$each") + 32))
    [ "$all" -le "$most" ] || return 0
    ! mv "$each" "$each.taken" 2>/dev/null || mine="$mine ${each##*/}"
  done
}

# As the inside of a JSON string.
quoted() {
  LC_ALL=C tr -d '\000-\010\013-\037\177' | LC_ALL=C sed 's/[\\"]/\\&/g; s/	/\\t/g' | LC_ALL=C awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'
}

words() { for each in $mine; do printf 'A person says:\n' && cat "$said/$each.taken"; done; }

set -- "$said"/*
[ -e "$1" ] || exec cat >/dev/null
# What the event is stands before what the tool was given and gave; inside a string each quote is escaped.
event=$(head -c 65536; cat >/dev/null)
case $event in *'"agent_id":"'* | *'"agent_id": "'*) exit 0 ;; esac
take
[ -n "$mine" ] || exit 0
name=$(printf '%s\n' "$event" | LC_ALL=C awk '
  match($0, /"hook_event_name": ?"[A-Za-z]+"/) { split(substr($0, RSTART, RLENGTH), part, "\""); print part[4]; exit }')
printf '{"hookSpecificOutput":{"hookEventName":"%s","additionalContext":"%s"}}\n' "${name:-PostToolUse}" "$(words | quoted)" || exit
for each in $mine; do mv "$said/$each.taken" "$heard/$each"; done
