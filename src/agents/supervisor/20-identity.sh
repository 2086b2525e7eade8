# --- identity: a pid is only trusted together with its start time and the machine's boot -------------------------------

BOOT=-
[ -r /proc/sys/kernel/random/boot_id ] && read -r BOOT </proc/sys/kernel/random/boot_id

# Sets START_TIME, and with /proc PARENT, of process $1; fails when there is no such process or it is a zombie.
start_of() {
  START_TIME= stat_text=
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  if [ -r /proc/self/stat ]; then
    { while IFS= read -r stat_line; do stat_text="$stat_text $stat_line"; done <"/proc/$1/stat"; } 2>/dev/null
    set -f
    set -- ${stat_text##*) }
    set +f
    [ $# -ge 20 ] || return 1
    case $1 in Z | X) return 1 ;; esac
    START_TIME=${20}@$BOOT PARENT=$2
  else
    START_TIME=$(LC_ALL=C ps -o stat= -o lstart= -p "$1" 2>/dev/null | sed '/^ *Z/d;s/^ *[^ ]* *//;s/ *$//' | tr -s ' ' _)
    [ -n "$START_TIME" ]
  fi
}

# Is "$1", a line of pid and start time, a living process?
lives() {
  lives_pid=${1%% *}
  start_of "$lives_pid" && [ "$1" = "$lives_pid $START_TIME" ]
}

# Is it one of this instance? A claim is a file that an agent can write: it may name anybody.
holds() {
  lives "$1" || return 1
  [ -r /proc/self/environ ] || return 0
  tr '\0' '\n' <"/proc/$lives_pid/environ" 2>/dev/null | grep -qxF "CREW_INSTANCE=${CREW_INSTANCE:-${CREW_READER-}}"
}

# Claims the folder for this process, or exits silently when a living process has it. A dead holder is succeeded by
# whoever first links `pid.after.<holder>`; as there is one such name per holder, there is one successor, and a
# successor that died before it could move its claim into place is itself succeeded the same way.
claim() {
  start_of $$ || exit 1
  SELF="$$ $START_TIME" claim_tries=0
  claim_mine=$C/pid.$$
  clear_place "$claim_mine"
  printf '%s\n' "$SELF" >"$claim_mine" || exit 1
  while [ "$claim_tries" -lt 100 ]; do
    claim_tries=$((claim_tries + 1))
    clear_place "$C/pid"
    ln "$claim_mine" "$C/pid" 2>/dev/null && break
    claim_base=$(cat "$C/pid" 2>/dev/null) || continue
    claim_holder=$claim_base
    while :; do
      if holds "$claim_holder"; then
        rm -f "$claim_mine"
        exit 0
      fi
      claim_next=$C/pid.after.$(printf '%s' "$claim_holder" | tr -c 'A-Za-z0-9@-' _ | cut -c 1-100)
      clear_place "$claim_next"
      if ln "$claim_mine" "$claim_next" 2>/dev/null; then
        if [ "$(cat "$C/pid" 2>/dev/null)" = "$claim_base" ]; then
          mv -f "$claim_mine" "$C/pid"
          break 2
        fi
        rm -f "$claim_next" # another one had succeeded the holder and cleaned up
        break
      fi
      claim_holder=$(cat "$claim_next" 2>/dev/null) || break
    done
  done
  [ "$(cat "$C/pid" 2>/dev/null)" = "$SELF" ] || exit 1
  rm -f "$C"/pid.*
}

