# --- a report: how an order ends --------------------------------------------------------------------------------------

# Fixes how the order ends: state $1, note $2, detail file $3.
conclude() {
  conclude_from=work
  case $STAGE in new | kept | ready) conclude_from=start ;; esac
  cp "$3" "$S/detail" 2>/dev/null || true >"$S/detail"
  until clear_place "$S/conclusion.new" "$S/conclusion" &&
    printf '%s\n%s\n%s\n' "$1" "$conclude_from" "$(one_line "$2")" >"$S/conclusion.new" &&
    mv -f "$S/conclusion.new" "$S/conclusion"; do
    hold broken "what became of the order cannot be written"
    wait_on
  done
  progress report
}

report_order() {
  phase reporting
  report_state= report_from= report_note=
  { read -r report_state && read -r report_from && read -r report_note; } 2>/dev/null <"$S/conclusion"
  case $report_state in done | failed | unresolved | withdrawn) ;; *) report_state=failed report_from=work ;; esac
  if [ "$report_from" = start ]; then
    COMMIT=$START
  elif ! settle; then
    if [ -z "$WITHDRAWN" ]; then
      hold broken "the work cannot be committed: $SETTLE_SAID"
      return 1
    fi
    COMMIT=$START
  fi
  report_said=$(g update-ref "refs/crew/report/$ID" "$COMMIT" 2>&1) || {
    hold broken "the commit cannot be reported: $report_said"
    return 1
  }
  agent_note
  write_report "$report_state" "$report_note" "$S/detail" "$COMMIT" || {
    hold broken "the report cannot be written"
    return 1
  }
}

# Commits what is left and sets COMMIT: HEAD, or the role's branch where it contains HEAD. Unmerged paths are never
# staged: then a commit beside the branch holds the tree as it is.
settle() {
  COMMIT= SETTLE_SAID="git add failed"
  if [ -n "$(unmerged | head -n 1)" ] || ! commit_left; then
    take_tree || return 1
    COMMIT=$({
      commit_at HEAD
      [ -f "$W/.git/MERGE_HEAD" ] && cat "$W/.git/MERGE_HEAD"
    } | write_commit "$TREE" "${SUBJECT:-Work on $BEAD} (unfinished)") && [ -n "$COMMIT" ]
    return
  fi
  COMMIT=$(commit_at HEAD) || { SETTLE_SAID="HEAD names no commit"; return 1; }
  settle_branch=$(commit_at "refs/heads/$BRANCH") && g merge-base --is-ancestor "$COMMIT" "$settle_branch" && COMMIT=$settle_branch
  return 0
}

commit_left() {
  commit_head=$(commit_at HEAD) || return 1
  g add -A . >/dev/null 2>&1 || return 1
  # A repository inside the work tree is not part of the work: no gitlink without its submodule.
  g diff-index --cached --raw --no-renames --diff-filter=A "$commit_head" |
    sed -n 's/^:000000 160000 [0-9a-f.]* [0-9a-f.]* A	//p' | g update-index --force-remove --stdin
  if [ ! -e "$W/.git/MERGE_HEAD" ] && g diff-index --cached --quiet "$commit_head" --; then return 0; fi
  printf '%s\n\nCommitted by the supervisor: the agent had left it uncommitted.\n' "${SUBJECT:-Work on $BEAD}" >"$S/message"
  SETTLE_SAID=$(g commit -q --no-verify --cleanup=whitespace -F "$S/message" 2>&1)
}

# What the agent said through bd, a line each: kind, bead, words. A question comes first in the report's note, a reason
# for closing last. Its words join the detail.
agent_note() {
  [ -f "$S/notes" ] && [ ! -L "$S/notes" ] || return 0
  note_asked=$(sed -n 's/^blocked	[^	]*	//p' "$S/notes" | tail -n 1)
  note_reason=$(sed -n 's/^close	[^	]*	//p' "$S/notes" | tail -n 1)
  if [ -n "$note_asked" ]; then report_note="needs you: $note_asked"; else report_note=${report_note:-$note_reason}; fi
  [ -s "$S/detail" ] || sed 's/	/ /; s/	/: /' "$S/notes" | tail -c 16384 >"$S/detail"
}

# The same for the report's head; whatever else stands in the file is the agent's own doing.
said_lines() {
  [ -f "$S/notes" ] && [ ! -L "$S/notes" ] || return 0
  head -c 65536 "$S/notes" | LC_ALL=C tr '\000-\010\013-\037\177' ' ' | LC_ALL=C awk -F '	' '
    n < 20 && $1 ~ /^(note|blocked|close|proposal)$/ && $2 ~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/ && $3 != "" {
      print "Said: " $1 " " $2 " " substr($3, 1, 2000)
      n++
    }'
}

write_report() { # $1 = state, $2 = note, $3 = detail file, $4 = commit
  mkdir -p "$M/outbox" "$S/finished"
  clear_place "$M/outbox/.$ID.new" "$M/outbox/$ID"
  {
    printf 'Order: %s\nCommit: %s\nState: %s\nTurns: %s\nNote: %s\n' "$ORDER" "$4" "$1" "$TURN" "$(one_line "$2")"
    spent_line
    report_told=$(told_ids)
    [ -z "$report_told" ] || printf 'Told:%s\n' "$report_told"
    said_lines
    echo
    head -c 16384 "$3"
  } >"$M/outbox/.$ID.new" && mv -f "$M/outbox/.$ID.new" "$M/outbox/$ID" || return 1
  finish_order "$ID"
}

finish_order() { # idempotent: also after a crash that left the report and the order
  clear_place "$S/finished/$1"
  true >"$S/finished/$1" || return 1
  rm -rf "$M/inbox/cur/$1" "$M/inbox/msg/$1" "$M/inbox/new/$1" "$M/inbox/new/withdraw-$1" "$S/progress" "$S/parts"
  ID= ORDER= TURN=0 STAGE= WITHDRAWN= HEARS=
}

