# --- steps: setup, agent, check ----------------------------------------------------------------------------------------

# A new session where there is setsid. A shell without job control starts background commands with INT and QUIT
# ignored, which no later shell can undo and agents and their tests rely on: env or perl restores the default.
DETACH=
command -v setsid >/dev/null 2>&1 && DETACH=setsid
if env --default-signal=INT,QUIT true 2>/dev/null; then
  DETACH="env --default-signal=INT,QUIT $DETACH"
elif command -v perl >/dev/null 2>&1; then
  default_signals() { exec perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec @ARGV; exit 126' "$@"; }
  DETACH="default_signals $DETACH"
fi

# Copies stdin to the file $1 and one older file beside it, some 7 MB each at most. Never stops reading: a full disk
# must not block the writer.
keep_log() {
  while keep_said=$(LC_ALL=C dd bs=65536 count=32 2>&1 >>"$1"); do
    case $keep_said in "0+0 records in"*) return ;; esac
    [ "$(($(wc -c <"$1")))" -lt 5242880 ] || mv -f "$1" "$1.1"
  done 2>/dev/null
  cat >/dev/null
}

# The same, and what goes into the log is said on stdout too.
stream_log() { { tee /dev/fd/3 | keep_log "$1"; } 3>&1; }

LOGGER=keep_log
[ -z "${CREW_STREAM-}" ] || LOGGER=stream_log

# What a preset's program says is kept for its reader, too, without what other steps said before. $1 = step
log_step() {
  if [ "$1" = agent ] && is_preset; then
    { tee /dev/fd/3 | keep_log "$S/stream"; } 3>&1 | $LOGGER "$LOG"
  else
    $LOGGER "$LOG"
  fi
}

save_environment() { # $1 = step
  (umask 077 && { printf '%s\n' "$crew_environment" && step_variables && step_secrets "$1"; } >"$S/environment")
}

# Only setup and agent get secrets as variables, each its own: read from their files by the step, and written nowhere.
step_secrets() {
  secrets_of=
  case $1 in agent) secrets_of=${CREW_AGENT_SECRETS-} ;; setup) secrets_of=${CREW_SETUP_SECRETS-} ;; esac
  for secret_one in $secrets_of; do
    printf '%s=$(cat %s)\nexport %s\n' "${secret_one%%:*}" "${secret_one#*:}" "${secret_one%%:*}"
  done
}

# Runs the shell text in file $2 in work/ with file $3 as its stdin, at most LIMIT awake seconds. Sets RC, TICKS and
# WHY (empty, timeout, silent, over, withdrawn, attached, told, or full: it failed without room, so nobody can say why); leaves no
# process behind.
# $1 names the step in the log.
step() {
  run_step "$@"
  case $WHY in withdrawn | attached | told) return 0 ;; esac
  [ "$WHY$RC" = 0 ] || has_room || WHY=full
}

run_step() {
  rm -rf "$S/exit" "$S/session" "$S/pipe"
  RC=126 WHY= TICKS=$SPENT SPENT=0 # its clock stood still while a person was at the session
  mark_log "$1, $TITLE, $(date '+%Y-%m-%d %H:%M:%S')"
  cp -f "$2" "$S/step" && mkfifo "$S/pipe" && save_environment "$1" || return
  log_step "$1" <"$S/pipe" &
  step_logger=$!
  (
    cd "$W" || exit
    ($DETACH sh -c 'echo $$ >"$1"; . "$3"; cd -P .; PATH=$4:$PATH; export PATH; exec sh "$2"' \
      sh "$S/session" "$S/step" "$S/environment" "$B")
    echo $? >"$S/exit.new" && mv -f "$S/exit.new" "$S/exit"
    lives "$SELF" && kill -s USR1 $$
  ) <"$3" >"$S/pipe" 2>&1 &
  step_job=$!
  while [ ! -e "$S/exit" ] && kill -0 "$step_job" 2>/dev/null; do
    nap
    look
    if [ "$1" = agent ]; then
      note_second
      learn_session
      listen
      offer_words
    fi
    if [ -n "$WITHDRAWN" ]; then WHY=withdrawn; elif wheel_wanted; then WHY=attached; elif [ "$1$NOW" = agent1 ]; then WHY=told; elif [ "$TICKS" -ge "$LIMIT" ]; then WHY=timeout; fi
    [ -z "$WHY" ] || break
  done
  [ -e "$S/exit" ] && WHY=
  step_ticks=$TICKS
  SESSION=$(cat "$S/session" 2>/dev/null)
  SPARED="$SLEEPER $step_logger"
  reap TERM
  SPARED= SESSION=
  end_logger
  TICKS=$step_ticks
  case $WHY in attached | told) SPENT=$TICKS ;; esac
  RC=$(cat "$S/exit" 2>/dev/null) || RC=137
  rm -rf "$S/pipe" "$S/session" "$S/exit"
  clear_locks
  clear_places
}

# The log ends when its last writer has; one that escaped must not keep it.
end_logger() {
  logger_rounds=0
  while kill -0 "$step_logger" 2>/dev/null && start_of "$step_logger" && [ "$logger_rounds" -lt 40 ]; do
    logger_rounds=$((logger_rounds + 1))
    sleep 0.05
  done
  start_of "$step_logger" && kill -s KILL "$step_logger" 2>/dev/null
  wait "$step_logger" 2>/dev/null
}

# Begins in the log what $1 names, on a line of its own: what the step before said last may be no whole line.
mark_log() {
  STEP_MARK="--- crew: $1 ---" mark_gap=
  [ -z "$(tail -c 1 "$LOG" 2>/dev/null | tr '\000' x)" ] || mark_gap='\n'
  printf "$mark_gap%s\n" "$STEP_MARK" >>"$LOG"
  [ -z "${CREW_STREAM-}" ] || printf "$mark_gap%s\n" "$STEP_MARK"
}

# Writes the last lines of the last step's output to $S/tail, without colours and control characters; sets LAST_LINE.
take_tail() {
  take_escape=$(printf '\033')
  # the last output may be at the end of the older file, with nothing after it yet
  { tail -c 262144 "$LOG.1"; tail -c 262144 "$LOG"; } 2>/dev/null | tail -c 262144 >"$S/tail.raw"
  if grep -qxF -e "$STEP_MARK" "$S/tail.raw"; then
    awk -v mark="$STEP_MARK" '{ if ($0 == mark) n = 0; else line[n++] = $0 } END { for (i = 0; i < n; i++) print line[i] }' "$S/tail.raw"
  else
    cat "$S/tail.raw"
  fi | LC_ALL=C sed "s/$take_escape\[[0-9;?]*[A-Za-z]//g" | LC_ALL=C tr -d '\000-\010\013-\037\177' |
    tail -n 60 | tail -c 16384 >"$S/tail"
  rm -f "$S/tail.raw"
  LAST_LINE=$(sed '/^[[:space:]]*$/d' "$S/tail" | tail -n 1 | LC_ALL=C cut -c 1-300)
}

