# --- what it cost ------------------------------------------------------------------------------------------------------
# state/spent has a line for each run of the agent in the order: seconds, tokens new, cached and out, dollars. Beside a
# session's file stands how much that had used when its program last told of the whole session.
# state/run has a line for each second of the run under way, or of one that was cut short in the turn: order, turn, lines in
# state/spent when it began, seconds of the turn before it, and until now. So one whose supervisor is killed is counted, too.

note_spent() { # $1 = seconds
  spent_tokens="0 0 0" spent_usd=0
  if is_preset; then
    spent_tokens=$(turn_tokens)
    spent_usd=$(told cost)
  fi
  clear_place "$S/spent"
  printf '%s %s %s\n' "$1" "$spent_tokens" "${spent_usd:-0}" >>"$S/spent"
}

spent_lines() { [ -f "$S/spent" ] && echo "$(($(wc -l <"$S/spent")))" || echo 0; }

begin_run() {
  RUN_BEGAN=$SPENT RUN_SEEN=$SPENT
  rm -rf "$S/run"
  RUN="$ID $TURN $(spent_lines) $RUN_BEGAN"
  printf '%s %s\n' "$RUN" "$RUN_BEGAN" >"$S/run"
} 2>/dev/null

# Without a process of its own, as it is done each second.
note_second() {
  [ "$TICKS" -gt "$RUN_SEEN" ] || return 0
  RUN_SEEN=$TICKS
  [ -f "$S/run" ] && [ ! -L "$S/run" ] && printf '%s %s\n' "$RUN" "$TICKS" >>"$S/run"
} 2>/dev/null

# After another supervisor was ended in the middle of a turn: its run is in the ledger, and the turn's clock goes on.
find_run() {
  [ -f "$S/run" ] && [ ! -L "$S/run" ] || return 0
  find_line=$(tail -n 1 "$S/run" | cut -c 1-400)
  set -f
  set -- $find_line
  set +f
  if [ "$#" != 5 ] || [ "$1 $2" != "$ID $TURN" ]; then return 0; fi
  SPENT=$(number "$5" 0)
  [ "$(spent_lines)" -le "$(number "$3" 0)" ] || return 0
  RC=137
  ! is_preset || read_evidence
  find_seconds=$((SPENT - $(number "$4" 0)))
  if [ "$find_seconds" -lt 0 ]; then find_seconds=0; fi
  note_spent "$find_seconds"
}

# Of this run alone, where the program tells of its session.
turn_tokens() {
  tokens_now=$(told tokens)
  tokens_now=${tokens_now:-0 0 0}
  if grep -qx total "$S/evidence" && session_place; then
    tokens_session=$(told session)
    tokens_before=$(sed -n "s/^${tokens_session:--} //p" "$SESSION_FILE.total" 2>/dev/null)
    mkdir -p "$S/sessions" && clear_place "$SESSION_FILE.total"
    # A session's never grows less: a run that was refused at once may tell none.
    set -- $(echo "$tokens_now ${tokens_before:-0 0 0}" | LC_ALL=C awk '{ for (i = 1; i <= 3; i++) { n = $i - $(i + 3); printf "%.0f %.0f ", (n > 0 ? n : 0), (n > 0 ? $i : $(i + 3)) } }')
    printf '%s %s\n' "${tokens_session:--}" "$2 $4 $6" >"$SESSION_FILE.total"
    echo "$1 $3 $5"
  else
    echo "$tokens_now"
  fi
}

# Has the order used its share of the budget?
is_budget_used() {
  [ -f "$S/spent" ] && [ ! -L "$S/spent" ] || return 1
  LC_ALL=C awk -v usd="$(field LeftUsd)" -v seconds="$(field LeftSeconds)" '
    { used += $5; ticks += $1 }
    END { exit !((usd != "" && used >= usd + 0) || (seconds != "" && ticks >= seconds + 0)) }' "$S/spent"
}

# The report's line: runs, and the sums.
spent_line() {
  [ -f "$S/spent" ] && [ ! -L "$S/spent" ] || return 0
  LC_ALL=C awk '
    { n++; for (i = 1; i <= 5; i++) sum[i] += $i }
    END { if (n) printf "Spent: %d %.0f %.0f %.0f %.0f %.6f\n", n, sum[1], sum[2], sum[3], sum[4], sum[5] }' "$S/spent"
}

