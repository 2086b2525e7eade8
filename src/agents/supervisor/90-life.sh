# --- the supervisor's own life -----------------------------------------------------------------------------------------

# How often in a row a supervisor was ended while it had an order in hand, neither by TERM nor by the machine's end, and
# without a turn that was over. $S/alive lies there while one lives. Crew starts none after the third, so a person did.
count_starts() {
  FRUITLESS=$(number "$(cat "$S/fruitless" 2>/dev/null)" 0)
  if [ "$FRUITLESS" -ge 3 ]; then
    rm -f "$S/fruitless"
    FRUITLESS=0
  elif [ -s "$S/progress" ] && [ "$(cat "$S/alive" 2>/dev/null)" = "$BOOT" ]; then
    FRUITLESS=$((FRUITLESS + 1))
    echo "$FRUITLESS" >"$S/fruitless"
  fi
  echo "$BOOT" >"$S/alive"
}

# TERM: ends everything of the instance, keeps its work, leaves the order in hand for the next start.
stop() {
  trap '' TERM INT HUP USR1
  FRUITLESS=0 CAPTURED=
  end_nap
  if ! alone; then
    begin_end
    reap TERM
  fi
  if is_as_made; then
    CAPTURED=nothing
  else
    [ "$PHASE" = stopping ] || begin_end
    clear_locks
    { capture refs/crew/rescue && ! holds_repository; } || CAPTURED=
  fi
  [ -z "$CAPTURED" ] || [ -z "${CREW_MAIL-}" ] || echo "$CAPTURED" >"$M/kept"
  phase stopped
  rm -f "$S/alive" "$S/fruitless" "$C/pid"
  exit 0
}

# Prints what changes with whatever is done in the clone: what git itself knows its files again by, with the time of each
# inode's change, which nobody sets. Nothing where find cannot say it, as busybox's.
fingerprint() {
  fingerprint_said=$(find "$W" -printf '%i %m %s %C@ %P\n' 2>/dev/null | sha256sum)
  case $fingerprint_said in '' | e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855*) ;; *) echo "$fingerprint_said" ;; esac
}

# Is the clone as it was made? Then all that is in it is the repository's.
is_as_made() {
  [ -f "$S/made" ] && [ -s "$S/made" ] && read -r made_then <"$S/made" && [ "$made_then" = "$(fingerprint)" ]
}

# A repository inside the work tree is in no rescue.
holds_repository() { [ -n "$(find "$W" -mindepth 2 -name .git -prune -print 2>/dev/null)" ]; }

# What may take longer than crew waits is begun with a word.
begin_end() {
  rm -f "$S/alive" "$S/fruitless"
  phase stopping
}

# Where crew could not make the clone itself, it left beside the mail what to make it from. A half one is made anew.
clone_first() {
  [ -f "$M/source/commit" ] && [ ! -e "$S/cloned" ] || return
  if clone_in_three "$(cat "$M/source/branch")" "$(cat "$M/source/commit")"; then
    fingerprint >"$S/made"
    true >"$S/cloned"
    return
  fi
  while :; do
    [ "$PHASE" = broken ] || phase broken "its clone cannot be made: $(printf '%s' "$CLONE_SAID" | tail -n 1)"
    nap
  done
}

serve() {
  trap 'WOKEN=1' USR1
  claim
  trap stop TERM INT HUP
  clear_places
  mkdir -p "$M/inbox/new" "$M/inbox/cur" "$M/inbox/msg" "$M/outbox" "$C/log" "$C/home" "$S/finished"
  if [ -f "$M/lost" ]; then # with reports that nobody has had: what is delivered again is done again
    rm -rf "$S/finished"
    mkdir -p "$S/finished"
    rm -f "$M/lost"
  fi
  count_starts
  rm -rf "$M/kept"
  phase starting
  reap KILL
  rm -f "$C"/pid.* # of those that were ended while they tried to claim
  clear_locks
  clear_halves
  clear_places
  # of rescues and looks that were killed
  rm -rf "$M"/outbox/.*.new "$S"/index.* "$S"/plain.* "$S"/parents.* "$S"/view.* "$S"/snapshot.*
  keep_reserve
  clone_first
  PHASE=
  while [ -d "$M/inbox" ]; do # a folder that was removed needs no supervisor
    ID= ORDER= TURN=0
    look
    next=
    for serve_entry in "$M"/inbox/cur/* "$M"/inbox/new/*; do
      next=${serve_entry##*/}
      if [ -e "$serve_entry" ] && is_finished "$next"; then
        # one that was delivered again since look is taken away by the next one
        if [ "$serve_entry" = "$M/inbox/cur/$next" ]; then finish_order "$next"; fi
      elif [ -e "$serve_entry" ] && is_order "$next"; then
        { [ -e "$M/inbox/cur/$next" ] && [ -d "$S/parts" ] && [ ! -e "$M/inbox/new/$next" ]; } || accept "$next" || next=
        break
      fi
      next=
    done
    if [ -n "$next" ]; then
      rm -f "$S/made" # it will not be as it was made, and a large one takes its time to be held against that
      serve_order "$next" # which gives the wheel first: an order in hand is known by then
      PHASE=
    elif ! give_wheel; then
      [ "$PHASE" = idle ] || phase idle
      nap
    fi
  done
}

# Refuses while the supervisor lives: it makes its own rescue.
rescue() {
  if [ -f "$C/pid" ] && holds "$(cat "$C/pid")"; then
    echo "the instance is running" >&2
    exit 1
  fi
  if clone_fault; then
    echo "$FAULT" >&2
    exit 3
  fi
  clear_locks # nothing of the instance lives that could hold one
  clear_halves
  clear_places
  capture refs/crew/rescue || {
    has_room || echo "$ROOM: No space left on device" >&2
    exit 1
  }
}

# Beside a supervisor at work: in a folder of its own, and under a ref that nobody else writes.
snapshot() {
  if clone_fault; then
    echo "$FAULT" >&2
    exit 3
  fi
  S=$C/state/snapshot.$$
  mkdir -p "$S" || exit 1
  g update-ref -d refs/crew/live 2>/dev/null
  capture refs/crew/live
  snapshot_rc=$?
  rm -rf "$S"
  exit $snapshot_rc
}

upload_pack() {
  if clone_fault; then
    echo "$FAULT" >&2
    exit 1
  fi
  g -c uploadpack.allowAnySHA1InWant=true upload-pack --strict --timeout=120 "$W/.git"
}

if [ -z "${crew_library-}" ]; then
  : "${CREW_ROLE:?}"
  case ${1-} in
    rescue) paths "$2" && rescue ;;
    snapshot) paths "$2" && snapshot ;;
    upload-pack) paths "$2" && upload_pack ;;
    wheel) paths "$2" && wheel "$3" ;;
    session) paths "$2" && session "$3" "$4" "$5" ;;
    resize) paths "$2" && resize "$3" "$4" ;;
    clone) paths "$2" && make_clone "$3" "$4" ;;
    *) : "${CREW_INSTANCE:?}" && paths "$1" && serve ;;
  esac
fi
