# --- waiting -----------------------------------------------------------------------------------------------------------

WOKEN= SLEEPER= TICKS=0

# Waits for one second of awake time or a signal, whichever comes first. TICKS counts the whole seconds. Where the whole
# folder was removed nobody asks for the work any more: everything of the instance ends.
nap() {
  [ -d "$C" ] || { reap KILL; exit 0; }
  if [ -z "$SLEEPER" ]; then
    sleep 1 &
    SLEEPER=$!
  fi
  [ -n "$WOKEN" ] || wait "$SLEEPER" 2>/dev/null # a signal between the two costs a second at most
  if [ -z "$WOKEN" ] || ! kill -0 "$SLEEPER" 2>/dev/null; then SLEEPER= TICKS=$((TICKS + 1)); fi
  WOKEN=
}

# What it waits by is its own, and heard to end: whoever is reaped is looked for again a little later. An agent may have stopped it.
end_nap() {
  [ -n "$SLEEPER" ] || return 0
  kill "$SLEEPER" 2>/dev/null
  kill -s CONT "$SLEEPER" 2>/dev/null
  wait "$SLEEPER" 2>/dev/null
  SLEEPER=
}

# Without its mailbox, or when its folder was removed, nothing would ever end the waiting: crew begins the instance anew.
wait_on() {
  [ -d "$M/inbox" ] || exit 0
  nap
}

# For so many seconds, or until something is to be done.
rest() {
  TICKS=0 AGAIN=
  while [ "$TICKS" -lt "$1" ] && [ -z "$AGAIN$WITHDRAWN" ] && ! wheel_wanted; do
    nap
    look
  done
}

# --- room: what fails on a full disk proves nothing, and is done again once there is room ------------------------------

# Is there room to work? Sets ROOM to the folder whose disk has none. Any other trouble with it is not for here to tell.
has_room() {
  for ROOM in "$C" "${TMPDIR:-/tmp}"; do
    rm -rf "$ROOM/.crew-room.$$"
    room_said=$(LC_ALL=C dd if=/dev/zero "of=$ROOM/.crew-room.$$" bs=65536 count=16 2>&1)
    rm -f "$ROOM/.crew-room.$$"
    ! says_full "$room_said" || return 1
  done
}

# At a line's end, where strerror stands: a file may be named so.
says_full() { [ -n "$1" ] && printf '%s\n' "$1" | grep -q ': \(No space left on device\|Disk quota exceeded\)$'; }

# A little of the disk is kept, so that it can be said that there is no more.
keep_reserve() { [ -f "$S/reserve" ] || dd if=/dev/zero "of=$S/reserve" bs=4096 count=16 2>/dev/null; }

give_reserve() { [ -f "$S/reserve" ] && rm -f "$S/reserve"; }

wait_for_room() {
  room_told=
  until has_room; do
    if [ "$room_told" != "$ROOM" ] || [ -z "$PHASE" ]; then phase broken "no space is left on the disk of $ROOM"; fi
    room_told=$ROOM
    wait_on
    look
    [ -z "$WITHDRAWN" ] || return 0
  done
  [ -z "$room_told" ] || {
    clear_halves
    keep_reserve
  }
}

# After a step that failed without room. It is begun again when there is some, but not for ever: what has found none so
# often may itself be what fills the disk.
begin_again() {
  FRUITLESS=$((FRUITLESS + 1)) PHASE=
  echo "$FRUITLESS" >"$S/fruitless"
  wait_for_room
}

