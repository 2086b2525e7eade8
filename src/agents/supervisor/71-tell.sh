
# --- words: what a person tells the agent while an order is in hand -----------------------------------------------------
# inbox/new/tell-<message> stays until the order that it is for is finished. state/told has a line for each that a prompt
# holds, or that was heard between two tools: message, and `had` once the session is known to have it, before that `new`;
# `heard` where it was said in a run that was cut short, and no prompt holds it yet. state/came has one for each that came:
# message, lines in state/notes then.

TOLD= HEARD= CAME= NOW=

# Those of the order in hand that are in a prompt already.
load_told() {
  TOLD= HEARD= CAME= NOW=
  if [ -f "$S/came" ] && [ ! -L "$S/came" ]; then
    while read -r told_id told_how; do CAME="$CAME $told_id"; done <"$S/came"
  fi
  if [ -f "$S/told" ] && [ ! -L "$S/told" ]; then
    while read -r told_id told_how; do
      TOLD="$TOLD $told_id"
      [ "$told_how" != heard ] || HEARD="$HEARD $told_id"
    done <"$S/told"
  fi
  note_heard # in a run whose supervisor was ended
}

# Reads whom message "$1" is for. Sets TELL_TO and TELL_NOW. Without a process of its own, as it is asked each second.
read_tell() {
  TELL_TO= TELL_NOW=
  tell_header=$M/inbox/msg/$1/header
  [ -f "$tell_header" ] && [ ! -L "$tell_header" ] || return 1
  { read -r tell_word TELL_TO && read -r tell_word TELL_NOW; } 2>/dev/null <"$tell_header"
}

# Is "$1" for the order in hand, and in no prompt yet?
is_untold() {
  case " $TOLD " in *" ${1#tell-} "*) return 1 ;; esac
  safe_id "$1" && read_tell "$1" && [ -n "$ID" ] && [ "$TELL_TO" = "$ID" ]
}

has_words() {
  for words_entry in "$M"/inbox/new/tell-*; do
    if [ -e "$words_entry" ] && is_untold "${words_entry##*/}"; then return 0; fi
  done
  return 1
}

# The questions that it may answer are those which were asked by then.
note_came() {
  case " $CAME " in *" ${1#tell-} "*) return 0 ;; esac
  clear_place "$S/came"
  came_lines=0
  [ ! -f "$S/notes" ] || [ -L "$S/notes" ] || came_lines=$(($(wc -l <"$S/notes")))
  printf '%s %s\n' "${1#tell-}" "$came_lines" >>"$S/came" && CAME="$CAME ${1#tell-}"
} 2>/dev/null

# Before a turn's prompt is made: it holds what has come. What the agent asked before that came is answered by it. Fails where
# that cannot be written: an urgent one would cut each run short that does not hold it.
take_words() {
  NOW=
  for words_entry in "$M"/inbox/new/tell-*; do
    words_name=${words_entry##*/}
    [ -e "$words_entry" ] && is_untold "$words_name" || continue
    note_told "$words_name" new || return 1
  done
}

# $1 = its name, $2 = how. Nothing of the agent lives: it writes its notes with it.
note_told() {
  note_came "$1"
  told_id=${1#tell-}
  clear_place "$S/told" "$S/told.new" "$S/notes.new"
  { [ ! -f "$S/told" ] || cat "$S/told"; } >"$S/told.new" && printf '%s %s\n' "$told_id" "$2" >>"$S/told.new" &&
    mv -f "$S/told.new" "$S/told" || return 1
  TOLD="$TOLD $told_id"
  told_lines=$(number "$(sed -n "s/^$told_id //p" "$S/came" 2>/dev/null | head -n 1)" 0)
  [ "$told_lines" = 0 ] || [ ! -f "$S/notes" ] || [ -L "$S/notes" ] ||
    { sed "1,${told_lines}s/^blocked	/note	/" "$S/notes" >"$S/notes.new" && mv -f "$S/notes.new" "$S/notes"; }
}

# Those that the session may not have; all of the order for whoever remembers none of it.
words_text() {
  [ -f "$S/told" ] || return 0
  while read -r told_id told_how; do
    if [ "$told_how" != had ] || [ "$SESSION_ORDER" != "$ID" ]; then
      words_file=$M/inbox/msg/tell-$told_id/words
      [ ! -f "$words_file" ] || [ -L "$words_file" ] || { printf 'A person says:\n' && head -c 65536 "$words_file"; }
    fi
  done <"$S/told"
}

# Those that are told as $1 are told as $2 from now on.
told_as() {
  clear_place "$S/told" "$S/told.new"
  [ "$1" != heard ] || HEARD=
  [ ! -f "$S/told" ] || { sed "s/ $1\$/ $2/" "$S/told" >"$S/told.new" && mv -f "$S/told.new" "$S/told"; }
}

# For the report. What was heard by a run that was cut short is told anew by whoever gets the bead next.
told_ids() {
  for told_id in $TOLD; do
    case " $HEARD " in *" $told_id "*) ;; *) printf ' %s' "$told_id" ;; esac
  done
}

# After a turn that ended well: another one for what came meanwhile, where the order has one left.
tell_more() {
  has_words && [ "$TURN" -lt "$MAX_TURNS" ] && ! is_budget_used || return 1
  rm -f "$S/feedback"
  TURN=$((TURN + 1))
  progress agent
}
