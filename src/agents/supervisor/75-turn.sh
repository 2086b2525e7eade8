# --- a turn: one run of the agent, and what it came to -----------------------------------------------------------------
# Of a command nothing is known but its exit code. A preset comes with a reader, an awk program over what its program says
# (reading/library.ts says what it prints); that is in state/stream.

is_preset() { [ -s "$S/parts/reader" ]; }

run_agent() {
  find_session
  await_limit || return 0
  take_words || {
    hold broken "what a person said cannot be written"
    return 0
  }
  prompt_text >"$S/prompt.new" && mv -f "$S/prompt.new" "$S/prompt" || {
    hold broken "the prompt cannot be written"
    return 0
  }
  rm -f "$S/stream" "$S/stream.1"
  HEARS=$(field Hears) # from now on: what came during a run is not what that was begun with
  phase working
  begin_run
  begin_listening
  begin_offering
  step agent "$S/parts/agent" "$S/prompt"
  end_offering
  learn_session
  ! is_preset || { read_evidence && note_had; }
  note_spent "$((TICKS - RUN_BEGAN))"
  if [ "$WHY" = attached ] || [ "$WHY" = told ]; then
    RESUMED=1
    return 0
  fi
  rm -f "$S/person"
  printf '%s %s %s %s\n' "$ID" "$TURN" "$TICKS" "${WHY:-$RC}" >>"$C/turns"
  if [ "$WHY" = full ]; then
    RESUMED=1
    begin_again
    return 0
  fi
  # The third time in a row it costs a turn, as any other end in the middle does: what kills it may be its own size.
  run_kills=$(number "$(cat "$S/killed" 2>/dev/null)" 0)
  if is_preset && [ -z "$WITHDRAWN$WHY" ] && [ "$run_kills" -lt 2 ] && was_killed; then
    RESUMED=1 SPENT=$TICKS
    clear_place "$S/killed"
    echo "$((run_kills + 1))" >"$S/killed"
    phase working "its program was killed; it goes on"
    rest 2
    return 0
  fi
  rm -rf "$S/fruitless" "$S/killed" "$S/run"
  FRUITLESS=0 RESUMED=
  [ -z "$WITHDRAWN" ] && ! clone_fault || return 0
  if is_preset && [ -n "$WHY" ] && { [ "$WHY" = over ] || says_end; }; then WHY=; fi # only its program was not over
  if [ "$WHY" = timeout ]; then
    take_tail
    next_turn failed "The turn was ended after $LIMIT s: it had not finished. Its last output:" "not finished after $LIMIT s"
  elif [ "$WHY" = silent ]; then
    take_tail
    next_turn failed "The turn was ended: you had said nothing for $SILENCE s. Your last output:" "said nothing for $SILENCE s"
  elif is_preset && heed_evidence; then
    return 0
  elif ! is_preset && [ "$RC" != 0 ]; then
    take_tail
    next_turn failed "The agent ended with exit code $RC. Its last output:" "${LAST_LINE:-the agent ended with exit code $RC}"
  elif [ -n "$(unmerged | head -n 1)" ]; then
    unmerged >"$S/tail"
    next_turn unresolved "These paths are still unmerged. Resolve each and git add it:" "unmerged: $(head -n 1 "$S/tail")"
  elif tell_more; then
    return 0
  elif [ -s "$S/parts/check" ]; then
    progress check
  else
    conclude done "" /dev/null
  fi
}

# A session that is known to have the order's prompt gets what is new alone.
prompt_text() {
  prompt_gap=
  prompt_words=$(words_text)
  if [ "$SESSION_ORDER" != "$ID" ] || [ -n "$RESUMED" ] || { [ ! -f "$S/feedback" ] && [ -z "$prompt_words" ]; }; then
    cat "$S/parts/prompt" || return 1
    prompt_gap=1
  fi
  if [ -f "$S/handover" ] && [ -z "$SESSION_ID" ]; then printf '\n\n' && cat "$S/handover" || return 1; fi
  if [ -f "$S/feedback" ]; then
    [ -z "$prompt_gap" ] || printf '\n\n'
    cat "$S/feedback" || return 1
    prompt_gap=1
  fi
  [ -z "$RESUMED" ] || printf '\n\n%s\n' "This order was interrupted before your turn had ended. The working tree is as you left it. See what is there (git status, git log), and go on."
  [ ! -e "$S/person" ] || printf '\n\n%s\n' "A person was at your session in the meantime, and may have changed the working tree."
  [ -z "$prompt_words" ] || {
    [ -z "$prompt_gap$RESUMED" ] || printf '\n\n'
    printf '%s\n' "$prompt_words"
  }
}

# --- what it came to ---------------------------------------------------------------------------------------------------

read_evidence() {
  { cat "$S/stream.1" "$S/stream"; read_record; } 2>/dev/null | LC_ALL=C awk -v rc="$RC" -f "$S/parts/reader" >"$S/evidence" 2>"$S/complaint" && rm -f "$S/complaint"
}

# What the program noted beside it in this run, in files that the order names in shell text of crew's own: what it used is there,
# too, where it was ended before it could say so. The end of each is enough.
read_record() {
  record_text=$(field Record) record_since=$S/prompt
  [ -n "$record_text" ] || return 0
  printf '\n{"type":"crew.record"}\n' # the last line before it may not be whole, nor that of a file
  (
    eval "$crew_environment"
    cd "$W" || exit
    eval "$record_text"
    find "$@" -type f -newer "$record_since" -exec sh -c 'tail -c 67108864 "$1"; echo' sh {} \;
  )
}

told() { sed -n "s/^$1 //p" "$S/evidence" 2>/dev/null | tail -n 1; }

# By whoever is not crew: then it said no end. Where a program of its own stands around it, that says so.
was_killed() {
  [ -z "$(told end)" ] || return 1
  case $RC in 137 | 143) ;; *) [ -n "$(told killed)" ] ;; esac
}

# Does what the class of the turn's end asks for; fails where it ended well. Only what the agent itself does costs a turn.
heed_evidence() {
  heed_class=$(told class) heed_words=$(one_line "$(told words)")
  true >"$S/tail"
  case $(told end):$heed_class in
    ok:*)
      rm -f "$S/limit"
      return 1
      ;;
    failed:session)
      [ -z "$SESSION_ID" ] || { forget_session; return 0; }
      fail_turn "$heed_words"
      ;;
    failed:context) begin_session_anew || fail_turn "$heed_words" ;;
    failed:limit | failed:overload)
      limit_until
      RESUMED=1
      ;;
    failed:auth | failed:quota)
      RESUMED=1
      hold refused "$heed_words"
      ;;
    failed:steps) next_turn failed "Your steps in the last turn were used up before you had finished. Go on from where it stands." "$heed_words" ;;
    failed:*) fail_turn "$heed_words" ;;
    *)
      take_tail
      heed_words=$(one_line "$(head -n 1 "$S/complaint" 2>/dev/null)")
      [ -z "$heed_words" ] || heed_words="its preset's reader failed: $heed_words"
      fail_turn "${heed_words:-it ended with exit code $RC, in the middle of its turn}"
      ;;
  esac
}

fail_turn() { next_turn failed "The last turn failed: $1" "$1"; }

