# --- sessions of an agent program --------------------------------------------------------------------------------------
# state/sessions has a file for each bead: program, id of its session, and the order whose prompt the session is known to
# have; - before any.

SESSION_ID= SESSION_ORDER= LEARNT= PROGRAM=

# Sets SESSION_ID where the program has one for the bead, and SESSION_ORDER. What a supervisor that was killed had not read
# yet is in the stream that it left.
find_session() {
  SESSION_ID= SESSION_ORDER= LEARNT=
  is_preset && session_place || return 0
  read_session
  [ -z "$RESUMED" ] || learn_session
  [ -z "$LEARNT" ] || read_session
  LEARNT=
}

read_session() {
  SESSION_ID= SESSION_ORDER=
  clear_place "$SESSION_FILE"
  { read -r find_program find_id find_order; } 2>/dev/null <"$SESSION_FILE" || return 0
  if [ "$find_program" = "$PROGRAM" ] && is_session "$find_id"; then SESSION_ID=$find_id SESSION_ORDER=$find_order; fi
}

# Of no bead there is none: the place would be the folder of all.
session_place() {
  case $BEAD in '' | .*) return 1 ;; esac
  SESSION_FILE=$S/sessions/$(printf '%s' "$BEAD" | tr / +)
}

is_session() { case $1 in '' | -* | *[!A-Za-z0-9_-]*) return 1 ;; esac; }

# As soon as it says which session it is in: it may be killed before it says more.
learn_session() {
  is_preset && [ -z "$LEARNT" ] && [ -s "$S/stream" ] || return 0
  learn_id=$(head -c 65536 "$S/stream" | LC_ALL=C awk -v rc=0 -f "$S/parts/reader" 2>/dev/null | sed -n 's/^session //p' | tail -n 1)
  is_session "$learn_id" || return 0
  learn_order=-
  [ "$learn_id" != "$SESSION_ID" ] || learn_order=${SESSION_ORDER:--}
  write_session "$learn_id" "$learn_order" && LEARNT=$learn_id
}

write_session() { # $1 = id, $2 = order
  session_place && mkdir -p "$S/sessions" && clear_place "$SESSION_FILE.new" "$SESSION_FILE" &&
    printf '%s %s %s\n' "$PROGRAM" "$1" "$2" >"$SESSION_FILE.new" && mv -f "$SESSION_FILE.new" "$SESSION_FILE"
}

# After a run: the session has what its prompt held where the program told an end of its own, or the model has answered.
# One that ended before may not even have read it; all of it is said again then. What was heard between two tools it has only
# where the program told its end: nothing else shows that the model had it.
note_had() {
  case $(told end):$(told class) in
    ok:* | failed:steps) told_as heard new ;;
    *) has_answered || return 0 ;;
  esac
  [ -z "$LEARNT" ] || { write_session "$LEARNT" "$ID" && told_as new had; }
}

# By its tokens, where they are of this run alone.
has_answered() {
  ! grep -qx total "$S/evidence" || return 1
  case $(told tokens) in '' | *' 0') return 1 ;; esac
}

forget_session() {
  rm -f "$S/stream" "$S/stream.1"
  session_place && rm -f "$SESSION_FILE"
}

# Its session is full: a new one begins with what there is. Three times in an order; then it costs turns.
begin_session_anew() {
  forget_session
  anew_count=$(number "$(sed -n "s/^$ID //p" "$S/anew" 2>/dev/null)" 0)
  {
    printf '%s\n' "You worked on this already, until your session was full. This is a new one; the working tree is as you left it."
    printf '\nChanged since your start, in all:\n'
    g diff --no-ext-diff --no-textconv --no-color --stat=100 "$START" -- 2>/dev/null | tail -n 60
    printf '\nYour commits:\n'
    g log --no-color --format='%h %s' -n 40 "$START..HEAD" -- 2>/dev/null
    printf '\nNot committed:\n'
    g status --short 2>/dev/null | head -n 60
    if [ -s "$S/notes" ]; then printf '\nYour notes:\n' && said_lines; fi
  } >"$S/handover"
  [ "$anew_count" -lt 3 ] || return 1
  echo "$ID $((anew_count + 1))" >"$S/anew"
}

