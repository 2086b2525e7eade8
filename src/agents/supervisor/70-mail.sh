# --- mail --------------------------------------------------------------------------------------------------------------

ID= ORDER= TURN=0 STAGE= WITHDRAWN= AGAIN= RESUMED= HEARS= FRUITLESS=0 BEGAN=$(date +%s)

one_line() { printf '%s' "$1" | LC_ALL=C tr '\000-\037\177' ' ' | LC_ALL=C cut -c 1-500; }

phase() { # $1 = phase, $2 = detail, $3 = epoch seconds when it ends; one that could not be written is said again
  PHASE=$1
  clear_place "$M/status.new" "$M/status"
  write_status "$@" || { give_reserve && write_status "$@"; } || PHASE=
  [ -z "${CREW_STREAM-}" ] || echo "$1" >&2
}

write_status() {
  status_limit= status_detail=
  [ -z "${2-}" ] || status_detail=$(one_line "$2")
  ! read_limit || status_limit=$LIMIT_UNTIL
  printf 'Phase: %s\nOrder: %s\nTurn: %s\nSince: %s\nDetail: %s\nFruitless: %s\nBegan: %s\nUntil: %s\nLimit: %s\nHears: %s\n' "$1" "$ORDER" "$TURN" "$(date +%s)" \
    "$status_detail" "$FRUITLESS" "$BEGAN" "${3-}" "$status_limit" "$HEARS" >"$M/status.new" && mv -f "$M/status.new" "$M/status"
} 2>/dev/null

field() { sed -n "/^\$/q;s/^$1: //p" "$S/parts/header" 2>/dev/null | head -n 1; }

number() { case $1 in '' | 0* | *[!0-9]* | ??????????*) echo "$2" ;; *) echo "$1" ;; esac; }

safe_id() { case $1 in '' | .* | -* | *..* | *.lock | */* | *[[:space:][:cntrl:]%*?\[\\~^:]*) return 1 ;; esac; }

# Copies the parts of message $1 aside, so that a redelivery under way is never half read.
accept() {
  rm -rf "$S/parts.new" && mkdir "$S/parts.new" || return 1
  for accept_part in header prompt agent reader check setup setup-key beads shown; do
    accept_from=$M/inbox/msg/$1/$accept_part
    if [ -f "$accept_from" ] && [ ! -L "$accept_from" ]; then cp "$accept_from" "$S/parts.new/$accept_part" || return 1; fi
  done
  rm -rf "$S/parts" && mv "$S/parts.new" "$S/parts" || return 1
  true >"$M/inbox/cur/$1" && rm -rf "$M/inbox/new/$1"
}

# A copy under another name is no order: it would be done again, for whoever it names.
is_order() {
  safe_id "$1" && [ -f "$M/inbox/msg/$1/header" ] &&
    [ "$(sed -n '/^$/q;s/^Order: //p' "$M/inbox/msg/$1/header" | head -n 1 | sed 's,/,+,')" = "$1" ]
}
is_finished() { [ -e "$S/finished/$1" ] || [ -e "$M/outbox/$1" ]; }

# Looks through what has come. Sets WITHDRAWN and AGAIN for the order in hand.
look() {
  for look_entry in "$M"/inbox/new/*; do
    [ -e "$look_entry" ] || continue
    look_name=${look_entry##*/}
    if safe_id "$look_name" && is_finished "$look_name"; then # its parts may be gone, when it came while it was finished
      # One that crew has no report of comes again: it was not the supervisor who finished it.
      [ -n "$ID" ] || [ -e "$M/outbox/$look_name" ] || FRUITLESS=$((FRUITLESS + 1)) PHASE=
      rm -rf "$look_entry" "$M/inbox/msg/$look_name"
      continue
    fi
    if is_order "$look_name"; then
      if [ "$look_name" = "$ID" ]; then accept "$ID" && load_order && heed_limit && AGAIN=1; fi
      continue
    fi
    case $look_name in
      ack-*)
        safe_id "${look_name#ack-}" && [ -e "$M/outbox/${look_name#ack-}" ] &&
          true >"$S/finished/${look_name#ack-}" && rm -rf "$M/outbox/${look_name#ack-}"
        rm -rf "$look_entry"
        ;;
      withdraw-*)
        if [ "${look_name#withdraw-}" = "$ID" ]; then
          WITHDRAWN=1
        elif ! is_order "${look_name#withdraw-}" || is_finished "${look_name#withdraw-}"; then
          rm -rf "$look_entry"
        fi
        ;;
      tell-*)
        if is_untold "$look_name"; then
          note_came "$look_name"
          [ "$TELL_NOW" != yes ] || NOW=1
        elif read_tell "$look_name" && [ "$TELL_TO" = "$ID" ]; then
          :
        elif ! is_order "$TELL_TO" || is_finished "$TELL_TO"; then
          rm -rf "$look_entry" "$M/inbox/msg/$look_name"
        fi
        ;;
    esac
  done
}

# Waits until the order in hand is delivered again or withdrawn, or only until there is room where there was none.
# $1 = phase, $2 = why.
hold() {
  if ! has_room; then
    wait_for_room
    return
  fi
  phase "$1" "$2"
  AGAIN=
  look
  while [ -z "$AGAIN$WITHDRAWN" ]; do
    if give_wheel; then phase "$1" "$2"; fi
    wait_on
    look
  done
}

