#!/bin/sh
# Runs one gate in a fresh clone of the candidate: setup, then the command, each within its time; writes one result.
# It knows neither beads nor verdicts. Killed, it leaves no result, and the whole gate is begun anew.
#
#   gate.sh G      G holds source/, parts/{commit,run,setup,timeout}; it makes work/, log/gate and result
#
# Shares the supervisor's ways with processes, logs and git by reading supervisor.sh beside it as a library.
set -u
crew_library=1
. "${0%/*}/supervisor.sh"
: "${CREW_INSTANCE:?}"

WITHDRAWN= TITLE="$CREW_ROLE"
look() { :; }
step_variables() { :; }

write_result() { # $1 = kind, $2 = exit code
  take_tail
  { printf 'Kind: %s\nExit: %s\n\n' "$1" "$2" && cat "$S/tail"; } >"$C/result.new" && mv -f "$C/result.new" "$C/result"
  rm -f "$C/pid"
  exit 0
}

# Without a result the whole gate is begun anew: a full disk is no verdict. One that is full of the gate's own files would
# be so again: that is for a person to look at.
end_unjudged() {
  unjudged_at=$ROOM
  rm -rf "$W" "$C/home" "$S"/tail*
  if has_room; then
    echo "no space was left on the disk of $unjudged_at until the files of this gate were removed" >>"$LOG"
    write_result setup-failed "$RC"
  fi
  echo "no space is left on the disk of $ROOM" >&2
  rm -f "$C/pid"
  exit 1
}

end_gate() {
  trap '' TERM INT HUP USR1
  reap TERM
  rm -f "$C/pid"
  exit 0
}

paths "$1"
LOG=$C/log/gate
trap 'WOKEN=1' USR1
claim
trap end_gate TERM INT HUP
[ ! -e "$C/result" ] || exit 0
mkdir -p "$C/log" "$S"
reap KILL
LIMIT=$(number "$(cat "$C/parts/timeout")" 600)
STEP_MARK="--- crew: clone ---"
printf '%s\n' "$STEP_MARK" >>"$LOG"
make_clone '' "$(cat "$C/parts/commit")" >>"$LOG" 2>&1 || {
  RC=128
  has_room || end_unjudged
  write_result setup-failed "$RC"
}
if [ -s "$C/parts/setup" ]; then
  step setup "$C/parts/setup" /dev/null
  [ "$WHY" != full ] || end_unjudged
  [ "$WHY$RC" = 0 ] || write_result setup-failed "$RC"
fi
# What is judged gets none of its setup's secrets.
if [ -n "${CREW_SECRETS-}" ]; then
  rm -rf "$CREW_SECRETS"/* && [ -z "$(ls -A "$CREW_SECRETS")" ] || write_result setup-failed 1
fi
step gate "$C/parts/run" /dev/null
[ "$WHY" != full ] || end_unjudged
if [ "$WHY" = timeout ]; then write_result timed-out "$RC"; else write_result exited "$RC"; fi
