#!/bin/sh
# Runs one gate in a fresh clone of the candidate: setup, then the command, each within its time; writes one result.
# It knows neither beads nor verdicts. Killed, it leaves no result, and the whole gate is begun anew.
#
#   gate.sh G      G holds source/, parts/{commit,run,setup,[setup-key],timeout}; it makes work/, log/gate and result
#
# With parts/keep no gate follows: what setup made goes to $KEPT, for an image, with the result; G is empty then, or whoever
# starts from the image would find there what it has yet to make.
#
# Shares the supervisor's ways with processes, logs and git by reading supervisor.sh beside it as a library.
set -u
crew_library=1
. "${0%/*}/supervisor.sh"
: "${CREW_INSTANCE:?}"

WITHDRAWN= TITLE="$CREW_ROLE"
look() { :; }
step_variables() { :; }

# A line of crew's own in the log, also after a last one that was not ended; that may be the end of the older file.
note() {
  note_line="--- crew: $1, $(date '+%Y-%m-%d %H:%M:%S') ---"
  [ -z "$({ tail -c 1 "$LOG.1"; tail -c 1 "$LOG"; } 2>/dev/null | tail -c 1)" ] || note_line="
$note_line"
  printf '%s\n' "$note_line" >>"$LOG"
  [ -z "${CREW_STREAM-}" ] || printf '%s\n' "$note_line"
}

write_result() { # $1 = kind, $2 = exit code
  take_tail
  [ "${WHY-}" != timeout ] || note "stopped after $LIMIT s"
  { printf 'Kind: %s\nExit: %s\n\n' "$1" "$2" && cat "$S/tail"; } >"$R/result.new" && mv -f "$R/result.new" "$R/result"
  rm -f "$C/pid"
  exit 0
}

# Without a result the whole gate is begun anew: a full disk is no verdict. One that is full of the gate's own files would
# be so again: that is for a person to look at.
end_unjudged() {
  unjudged_at=$ROOM
  rm -rf "$W" "$C/home" "$S"/tail*
  if has_room; then
    echo "no space was left on the disk of $unjudged_at until the files of this gate were removed" >>"$LOG"
    write_result setup-failed "$RC"
  fi
  echo "no space is left on the disk of $ROOM" >&2
  rm -f "$C/pid"
  exit 1
}

# Where git keeps what is not content: a setup that changed any of it did more than make files.
git_marks() {
  find "$W/.git" -path "$W/.git/objects" -prune -o -type f ! -name index -exec cksum {} + | LC_ALL=C sort
}

# The secrets' lines, where no image takes them along: what setup leaves is looked through for them.
before_keeping() {
  git_marks >"$S/git.before"
  PATTERNS=${TMPDIR:-/tmp}/.crew-patterns
  [ -n "${CREW_SECRETS-}" ] || return 0
  (umask 077 && find "$CREW_SECRETS" -type f -exec sed -e '/^[[:space:]]*$/d' {} + >"$PATTERNS") ||
    cannot_keep "its secrets cannot be looked for"
}

# An end by itself that leaves nothing for an image: everybody runs setup themselves, as without one.
cannot_keep() {
  { printf 'Kind: exited\nExit: 1\n\n' && one_line "$1"; } >"$R/result.new" && mv -f "$R/result.new" "$R/result"
  rm -f "$C/pid" "${PATTERNS-}"
  exit 0
}

keep_setup() {
  keep_changed=$(g status --porcelain --untracked-files=no --ignore-submodules=none | head -n 1)
  [ -z "$keep_changed" ] || cannot_keep "it changes a file that git tracks: ${keep_changed#???}"
  [ "$(git_marks)" = "$(cat "$S/git.before")" ] || cannot_keep "it changes more of its clone than files"
  g -c core.quotePath=false ls-files --others --directory | sed 's,/$,,' >"$KEPT/list"
  ! grep -q '^"' "$KEPT/list" || cannot_keep "it makes a file of an odd name: $(grep '^"' "$KEPT/list" | head -n 1)"
  keep_failed=
  mkdir "$KEPT/work" || keep_failed=1
  while IFS= read -r keep_one; do
    case $keep_one in */*) mkdir -p "$KEPT/work/${keep_one%/*}" ;; esac
    mv "$W/$keep_one" "$KEPT/work/$keep_one" || keep_failed=1
  done <"$KEPT/list"
  mv "$C/home" "$KEPT/home" && mv "$S/setup.key" "$KEPT/key" && [ -z "$keep_failed" ] ||
    cannot_keep "what it makes cannot be moved"
  cd / && rm -rf "${C:?}"/* "$C"/.[!.]* && [ -z "$(ls -A "$C")" ] || cannot_keep "its clone cannot be removed"
  if [ -s "$PATTERNS" ]; then
    keep_found=$(find / -xdev -type f -user "$(id -u)" -exec grep -slF -f "$PATTERNS" {} + 2>/dev/null | head -n 1)
    [ -z "$keep_found" ] || cannot_keep "it leaves a secret in ${keep_found#"$KEPT/"}"
  fi
  rm -f "$PATTERNS"
  printf 'Kind: exited\nExit: 0\n\n' >"$R/result.new" && mv -f "$R/result.new" "$R/result"
  exit 0
}

end_gate() {
  trap '' TERM INT HUP USR1
  reap TERM
  rm -f "$C/pid"
  exit 0
}

paths "$1"
LOG=$C/log/gate
trap 'WOKEN=1' USR1
claim
trap end_gate TERM INT HUP
R=$C
[ ! -e "$C/parts/keep" ] || R=$KEPT
[ ! -e "$R/result" ] || exit 0
mkdir -p "$C/log" "$S"
reap KILL
LIMIT=$(number "$(cat "$C/parts/timeout")" 600)
STEP_MARK="--- crew: clone ---"
printf '%s\n' "$STEP_MARK" >>"$LOG"
clone_in_three '' "$(cat "$C/parts/commit")" || {
  printf '%s\n' "$CLONE_SAID" >>"$LOG"
  RC=128
  has_room || end_unjudged
  write_result setup-failed "$RC"
}
if [ -s "$C/parts/setup" ]; then
  setup_key "$C/parts" >"$S/setup.key"
  if [ -e "$C/parts/keep" ] || ! take_kept "$S/setup.key"; then
    [ ! -e "$C/parts/keep" ] || before_keeping
    step setup "$C/parts/setup" /dev/null
    [ "$WHY" != full ] || end_unjudged
    [ "$WHY$RC" = 0 ] || write_result setup-failed "$RC"
  fi
fi
# What is judged gets none of its setup's secrets.
if [ -n "${CREW_SECRETS-}" ]; then
  rm -rf "$CREW_SECRETS"/* && [ -z "$(ls -A "$CREW_SECRETS")" ] || write_result setup-failed 1
fi
[ ! -e "$C/parts/keep" ] || keep_setup
step gate "$C/parts/run" /dev/null
[ "$WHY" != full ] || end_unjudged
if [ "$WHY" = timeout ]; then write_result timed-out "$RC"; else write_result exited "$RC"; fi
