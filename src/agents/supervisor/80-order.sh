# --- an order ----------------------------------------------------------------------------------------------------------

load_order() {
  ORDER=$(field Order) BEAD=$(field Bead) SUBJECT=$(field Title) START=$(field Start) MERGE=$(field Merge) BRANCH=$(field Branch) PROGRAM=$(field Program)
  MAX_TURNS=$(number "$(field MaxTurns)" 1) LIMIT=$(number "$(field TurnTimeout)" 3600) SILENCE=$(number "$(field Silence)" 0)
}

# Stages: new → kept → ready → agent ⇄ check → report. The file names what comes next.
progress() {
  STAGE=$1
  clear_place "$S/progress.new" "$S/progress"
  printf '%s %s %s\n' "$ID" "$STAGE" "$TURN" >"$S/progress.new" && mv -f "$S/progress.new" "$S/progress"
}

# What a step is told, as shell text beside the environment that the supervisor was given.
step_variables() {
  for variable in "CREW_ROLE=$CREW_ROLE" "CREW_BEAD=$BEAD" "CREW_BRANCH=$BRANCH" "CREW_PROMPT_FILE=$S/prompt" \
    "CREW_SESSION=$SESSION_ID" "CREW_TELL=$B/crew-tell" "AGENT_ID=$CREW_ROLE" "BRANCH=$BRANCH"; do
    printf "%s='%s'\nexport %s\n" "${variable%%=*}" "$(printf '%s' "${variable#*=}" | sed "s/'/'\\\\''/g")" "${variable%%=*}"
  done
}

serve_order() { # $1 = mail id
  ID=$1 TURN=0 STAGE=new WITHDRAWN= AGAIN= RESUMED= SPENT=0
  load_order
  HEARS=$(field Hears)
  if read -r serve_id serve_stage serve_turn 2>/dev/null <"$S/progress" && [ "$serve_id" = "$ID" ]; then
    STAGE=$serve_stage TURN=$(number "$serve_turn" 0)
    if [ "$STAGE" = agent ]; then
      RESUMED=1
      find_run
    fi
  fi
  load_told
  look
  while :; do
    TITLE="order $ORDER, turn $TURN"
    give_wheel
    if [ -n "$WITHDRAWN" ] && [ "$STAGE" != report ]; then conclude withdrawn "withdrawn" /dev/null; fi
    if clone_fault; then
      [ -z "$WITHDRAWN" ] || { write_report withdrawn "$FAULT" /dev/null "$START" && return; }
      hold broken "$FAULT"
      continue
    fi
    case $STAGE in
      new) keep_work ;;
      kept) begin_work ;;
      ready) prepare ;;
      agent) run_agent ;;
      check) run_check ;;
      report)
        report_order && return
        wait_on # a withdrawal ends each waiting for something better
        ;;
      *) STAGE=new ;;
    esac
  done
}

# Keeps HEAD, every branch and what is not committed under refs/crew/kept/<id>, before the order moves anything.
keep_work() {
  phase starting
  TOLD= HEARD= CAME=
  rm -rf "$S/said" "$S/heard"
  rm -f "$S/person" "$S/feedback" "$S/notes" "$S/conclusion" "$S/detail" "$S/prompt" "$S/stream" "$S/stream.1" "$S/handover" "$S/spent" "$S/run" "$S/told" "$S/came" "$S/killed"
  case $START in '' | *[!0-9a-f]*) hold broken "the order names no commit to start at" && return ;; esac
  keep_head=$(commit_at HEAD)
  {
    [ -z "$keep_head" ] || echo "$keep_head refs/crew/kept/$ID/HEAD"
    g for-each-ref --format="%(objectname) refs/crew/kept/$ID/%(refname:lstrip=1)" refs/heads
  } | while read -r keep_oid keep_ref; do
    # of a branch that names nothing there is nothing to keep
    ! g cat-file -e "$keep_oid" 2>/dev/null || g update-ref "$keep_ref" "$keep_oid" || exit 1
  done || {
    hold broken "the branches of the last order cannot be kept"
    return
  }
  if is_dirty && ! capture "refs/crew/kept/$ID/work"; then
    hold broken "what the last order left cannot be kept"
    return
  fi
  progress kept
}

is_dirty() {
  [ -e "$W/.git/MERGE_HEAD" ] || has_flags || [ -n "$(g status --porcelain --untracked-files=normal --ignore-submodules=none | head -n 1)" ]
}

# Sets the clone to the order's start: the role's branch, a clean tree, the merge under way where one is asked for.
begin_work() {
  commit_at "$START" >/dev/null || { hold broken "the start $START is not in the clone"; return; }
  [ -z "$MERGE" ] || commit_at "$MERGE" >/dev/null || { hold broken "the commit to merge, $MERGE, is not in the clone"; return; }
  g check-ref-format "refs/heads/$BRANCH" || { hold broken "the order names no branch"; return; }
  if [ -d "$W/.git/rebase-merge" ] || [ -d "$W/.git/rebase-apply" ]; then g rebase --quit >/dev/null 2>&1; fi
  rm -rf "$W/.git/rebase-merge" "$W/.git/rebase-apply" "$W/.git/sequencer" "$W/.git/BISECT_LOG" "$W/.git/BISECT_START"
  if ! begin_said=$(g checkout -q -f -B "$BRANCH" "$START" 2>&1); then
    clear_way
    begin_said=$(g checkout -q -f -B "$BRANCH" "$START" 2>&1) || { hold broken "checkout: $begin_said"; return; }
  fi
  g clean -q -f -d >/dev/null 2>&1
  if [ -n "$MERGE" ]; then
    g merge --no-commit --no-ff "$MERGE" >"$S/merge.out" 2>&1
    if [ ! -e "$W/.git/MERGE_HEAD" ] && ! g merge-base --is-ancestor "$MERGE" HEAD; then
      hold broken "merge: $(tail -n 1 "$S/merge.out")"
      return
    fi
  fi
  progress ready
}

# Branches whose names collide with the role's (they are kept), as `feature` does with `feature/x`.
clear_way() {
  g checkout -q -f --detach "$START" >/dev/null 2>&1
  g for-each-ref --format='%(refname)' "refs/heads/$BRANCH/" | while read -r clear_ref; do g update-ref -d "$clear_ref"; done
  clear_part=$BRANCH
  while [ "$clear_part" != "${clear_part%/*}" ]; do
    clear_part=${clear_part%/*}
    g update-ref -d "refs/heads/$clear_part" 2>/dev/null
  done
}

# Runs setup when its text or a file of its key changed, unless the image keeps what it makes: three tries, then waits for
# the order to come again. Costs no turn.
prepare() {
  if needs_setup; then
    TITLE="order $ORDER"
    phase setup
    take_kept "$S/setup.key" && cp "$S/setup.key" "$S/setup.done"
  fi
  if needs_setup; then
    for prepare_wait in 1 5 0; do
      phase setup
      TITLE="order $ORDER"
      step setup "$S/parts/setup" /dev/null
      [ -z "$WITHDRAWN" ] && [ "$WHY" != attached ] || return 0
      if [ "$WHY" = full ]; then
        begin_again
        return 0
      fi
      if [ "$RC" = 0 ]; then
        cp "$S/setup.key" "$S/setup.done"
        break
      fi
      rest "$prepare_wait"
      [ -z "$AGAIN$WITHDRAWN" ] || return 0
    done
    if [ "$RC" != 0 ]; then
      take_tail
      [ "$WHY" = timeout ] && LAST_LINE="not finished after $LIMIT s. $LAST_LINE"
      hold setup-failed "${LAST_LINE:-exit code $RC}"
      return 0
    fi
  fi
  if agent_missing; then
    hold setup-failed "the program of its agent is not there: $MISSING"
    return 0
  fi
  TURN=1
  progress agent
}

# Leaves in setup.key what it is known by now: a run that changes a file of its key has run for the file as it was.
needs_setup() {
  [ -s "$S/parts/setup" ] || return 1
  clear_place "$S/setup.key" "$S/setup.done"
  setup_key "$S/parts" >"$S/setup.key"
  ! cmp -s "$S/setup.key" "$S/setup.done"
}

# Found out before a turn is spent, where the agent's text begins with a plain name. Sets MISSING.
agent_missing() {
  read -r MISSING missing_rest <"$S/parts/agent"
  MISSING=${PROGRAM:-$MISSING}
  case $MISSING in '' | *[!A-Za-z0-9_./+-]*) return 1 ;; esac
  save_environment check
  ! (cd "$W" && . "$S/environment" && PATH=$B:$PATH && command -v "$MISSING") >/dev/null 2>&1
}

unmerged() { g ls-files -u | sed 's/^[^	]*	//' | LC_ALL=C sort -u; }

run_check() {
  phase checking
  step check "$S/parts/check" /dev/null
  [ -z "$WITHDRAWN" ] && [ "$WHY" != attached ] || return 0
  if [ "$WHY" = full ]; then
    begin_again
    return 0
  fi
  take_tail
  if [ "$WHY" = timeout ]; then
    next_turn failed "The check was ended after $LIMIT s: it had not finished. Its last output:" "the check had not finished after $LIMIT s"
  elif [ "$RC" != 0 ]; then
    next_turn failed "The check failed with exit code $RC. Its last output:" "${LAST_LINE:-the check failed with exit code $RC}"
  elif tell_more; then
    return 0
  else
    conclude done "" /dev/null
  fi
}

# The turn failed: another with what went wrong, or the end as $1. $2 = words for the agent, $3 = the report's note.
next_turn() {
  printf '%s\n\n' "$2" | cat - "$S/tail" >"$S/feedback.new" && mv -f "$S/feedback.new" "$S/feedback"
  if [ "$TURN" -ge "$MAX_TURNS" ]; then
    conclude "$1" "$3" "$S/tail"
  elif is_budget_used; then
    conclude "$1" "$3; its share of the budget is used up" "$S/tail"
  else
    TURN=$((TURN + 1))
    progress agent
  fi
}

