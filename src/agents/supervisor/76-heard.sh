# --- heard: words that reach the agent in the middle of its turn ---------------------------------------------------------
# A preset's program can ask for them after each tool (tell.sh): state/said has those that are laid there for it, state/heard
# the names of those that were said to it. Whatever nobody asked for by the turn's end is in the next one's prompt.

OFFERED=

# The prompt of this run holds what the one before heard.
begin_offering() {
  OFFERED=
  rm -rf "$S/said" "$S/heard" "$S/said.new"
  mkdir "$S/said" "$S/heard"
  told_as heard new
} 2>/dev/null

# Each second of a run. An urgent one cuts the run short. One that is as long as a prompt is told by one, and what came later
# not before it.
offer_words() {
  is_preset || return 0
  for offer_entry in "$M"/inbox/new/tell-*; do
    offer_name=${offer_entry##*/}
    case " $OFFERED " in *" $offer_name "*) continue ;; esac
    [ -e "$offer_entry" ] && is_untold "$offer_name" && [ "$TELL_NOW" != yes ] || continue
    offer_words=$M/inbox/msg/$offer_name/words
    [ -f "$offer_words" ] && [ ! -L "$offer_words" ] && [ "$(($(wc -c <"$offer_words")))" -le 8000 ] || return 0
    clear_place "$S/said.new"
    cp "$offer_words" "$S/said.new" && mv -f "$S/said.new" "$S/said/${offer_name#tell-}" && OFFERED="$OFFERED $offer_name"
  done
} 2>/dev/null

# After the run: nothing lives that could still ask.
end_offering() {
  note_heard
  rm -rf "$S/said" "$S/heard"
}

note_heard() {
  for heard_entry in "$S"/heard/*; do
    heard_name=tell-${heard_entry##*/}
    if [ -e "$heard_entry" ] && is_untold "$heard_name"; then note_told "$heard_name" heard && HEARD="$HEARD ${heard_name#tell-}"; fi
  done
}
