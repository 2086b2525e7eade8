# --- heard: words that reach the agent in the middle of its turn ---------------------------------------------------------
# A preset's program can ask for them after each tool (tell.sh): state/said has those that are laid there for it, state/heard
# the names of those that were said to it. Whatever nobody asked for by the turn's end is in the next one's prompt.

OFFERED=

begin_offering() {
  OFFERED=
  rm -rf "$S/said" "$S/heard" "$S/said.new"
  mkdir "$S/said" "$S/heard"
  [ ! -f "$S/told" ] || [ -L "$S/told" ] || { sed 's/ heard .*/ new/' "$S/told" >"$S/told.new" && mv -f "$S/told.new" "$S/told"; }
} 2>/dev/null

# Each second of a run. An urgent one cuts the run short, and one that is as long as a prompt is told by one.
offer_words() {
  is_preset || return 0
  note_heard
  for offer_entry in "$M"/inbox/new/tell-*; do
    offer_name=${offer_entry##*/}
    case " $OFFERED " in *" $offer_name "*) continue ;; esac
    [ -e "$offer_entry" ] && is_untold "$offer_name" && [ "$TELL_NOW" != yes ] || continue
    OFFERED="$OFFERED $offer_name" offer_words=$M/inbox/msg/$offer_name/words
    [ -f "$offer_words" ] && [ ! -L "$offer_words" ] && [ "$(($(wc -c <"$offer_words")))" -le 8000 ] || continue
    cp "$offer_words" "$S/said.new" && mv -f "$S/said.new" "$S/said/${offer_name#tell-}"
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
    if [ -e "$heard_entry" ] && is_untold "$heard_name"; then note_told "$heard_name" "heard $(tokens_said)"; fi
  done
}

tokens_said() {
  for tokens_file in stream.1 stream; do
    [ ! -f "$S/$tokens_file" ] || cat "$S/$tokens_file"
  done | LC_ALL=C awk -v rc=0 -f "$S/parts/reader" 2>/dev/null | sed -n 's/^tokens .* //p' | tail -n 1
}
