# --- silence: a program that says nothing ------------------------------------------------------------------------------
# It says something where its stream has another size than a second before: no clock is asked, and what stands in the place of
# the stream is not opened. Only a preset's is listened to: a command of the file's may have nothing to say.

SPOKE=0 SILENCE=0 QUIET= STREAM_SIZE=

begin_listening() {
  SPOKE=$SPENT QUIET= STREAM_SIZE=
  rm -rf "$S/over"
} 2>/dev/null

stream_size() { LC_ALL=C ls -lnd "$S/stream" | { read -r size_mode size_links size_user size_group size_bytes size_rest && echo "$size_bytes"; }; }

# Each second of a run. Sets WHY to `silent` where it has said nothing for SILENCE seconds, and to `over` where its last word
# before a silence of 20 was that its turn is over: it should have ended by then.
listen() {
  is_preset || return 0
  listen_size=$(stream_size)
  if [ "$listen_size" != "$STREAM_SIZE" ]; then
    SPOKE=$TICKS QUIET= STREAM_SIZE=$listen_size
  elif [ "$SILENCE" -gt 0 ] && [ "$((TICKS - SPOKE))" -ge "$SILENCE" ]; then
    WHY=silent
  elif [ -z "$QUIET" ] && [ "$((TICKS - SPOKE))" -ge 20 ]; then
    QUIET=1
    rm -rf "$S/over"
    # Waited for by nobody: the program can put what never ends in the place of what is read. It is ended with the program.
    { ! says_end || true >"$S/over"; } &
  elif [ -n "$QUIET" ] && [ -f "$S/over" ]; then
    WHY=over
  fi
} 2>/dev/null

# Is the end of its turn the last that it said? After an earlier one it went on, and what it said before may be that it was
# stopped. What is no JSON is no word of its own, but that of the shell that sees it killed.
says_end() {
  end_recent=$(tail -n 20 "$S/stream" | grep '^{')
  for end_lines in 1 20; do
    printf '%s\n' "$end_recent" | tail -n "$end_lines" | LC_ALL=C awk -v rc=0 -f "$S/parts/reader" | grep -q '^end ' || return 1
  done
} 2>/dev/null
