#!/bin/sh
# The supervisor of one role: takes an order, sets the clone to its start, runs setup, agent and check, writes one report.
# It decides nothing about beads or merges and speaks to crew only through files, whose formats stand in mailbox.ts.
# Crash-only: killed at any instant, the next one goes on where the files say. dash, busybox sh and bash run it alike.
#
#   supervisor.sh C                      serves the folder C until TERM; USR1 means: look into the inbox now
#   supervisor.sh rescue C               makes the rescue commit in a stopped instance's clone
#   supervisor.sh snapshot C             captures the work as it stands under refs/crew/live
#   supervisor.sh upload-pack C          speaks git's upload-pack on its stdio
#   supervisor.sh clone C BRANCH COMMIT  makes C/work from C/source
#
# Environment: CREW_ROLE, and CREW_INSTANCE, the marker in brackets that every process of the instance carries.
set -u
unset OLDPWD
crew_environment=$(export -p) # the agent's, before any variable here changes one that it shares a name with
unset CDPATH ENV

paths() { C=$1 W=$1/work S=$1/state LOG=$1/log/agent; }

# --- places: what an agent may have put where a file belongs -----------------------------------------------------------

# mv would go into a folder, > through a link, and whoever opens a FIFO waits for ever.
clear_place() {
  for place_one in "$@"; do
    if [ -L "$place_one" ] || { [ -e "$place_one" ] && [ ! -f "$place_one" ]; }; then rm -rf "$place_one"; fi
  done
}

# The same wherever a file of the instance may be, when nothing of it lives that could need it.
clear_places() {
  find "$C" \( -path "$W" -o -path "$C/home" \) -prune -o ! -type f ! -type d -exec rm -f {} +
}

# --- identity: a pid is only trusted together with its start time and the machine's boot -------------------------------

BOOT=-
[ -r /proc/sys/kernel/random/boot_id ] && read -r BOOT </proc/sys/kernel/random/boot_id

# Sets START_TIME of process $1; fails when there is no such process or it is a zombie.
start_of() {
  START_TIME= stat_text=
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  if [ -r /proc/self/stat ]; then
    { while IFS= read -r stat_line; do stat_text="$stat_text $stat_line"; done <"/proc/$1/stat"; } 2>/dev/null
    set -f
    set -- ${stat_text##*) }
    set +f
    [ $# -ge 20 ] || return 1
    case $1 in Z | X) return 1 ;; esac
    START_TIME=${20}@$BOOT
  else
    START_TIME=$(LC_ALL=C ps -o stat= -o lstart= -p "$1" 2>/dev/null | sed '/^ *Z/d;s/^ *[^ ]* *//;s/ *$//' | tr -s ' ' _)
    [ -n "$START_TIME" ]
  fi
}

# Is "$1", a line of pid and start time, a living process?
lives() {
  lives_pid=${1%% *}
  start_of "$lives_pid" && [ "$1" = "$lives_pid $START_TIME" ]
}

# Is it one of this instance? A claim is a file that an agent can write: it may name anybody.
holds() {
  lives "$1" || return 1
  [ -r /proc/self/environ ] || return 0
  tr '\0' '\n' <"/proc/$lives_pid/environ" 2>/dev/null | grep -qxF "CREW_INSTANCE=${CREW_INSTANCE:-${CREW_READER-}}"
}

# Claims the folder for this process, or exits silently when a living process has it. A dead holder is succeeded by
# whoever first links `pid.after.<holder>`; as there is one such name per holder, there is one successor, and a
# successor that died before it could move its claim into place is itself succeeded the same way.
claim() {
  start_of $$ || exit 1
  SELF="$$ $START_TIME" claim_tries=0
  claim_mine=$C/pid.$$
  clear_place "$claim_mine"
  printf '%s\n' "$SELF" >"$claim_mine" || exit 1
  while [ "$claim_tries" -lt 100 ]; do
    claim_tries=$((claim_tries + 1))
    clear_place "$C/pid"
    ln "$claim_mine" "$C/pid" 2>/dev/null && break
    claim_base=$(cat "$C/pid" 2>/dev/null) || continue
    claim_holder=$claim_base
    while :; do
      if holds "$claim_holder"; then
        rm -f "$claim_mine"
        exit 0
      fi
      claim_next=$C/pid.after.$(printf '%s' "$claim_holder" | tr -c 'A-Za-z0-9@-' _ | cut -c 1-100)
      clear_place "$claim_next"
      if ln "$claim_mine" "$claim_next" 2>/dev/null; then
        if [ "$(cat "$C/pid" 2>/dev/null)" = "$claim_base" ]; then
          mv -f "$claim_mine" "$C/pid"
          break 2
        fi
        rm -f "$claim_next" # another one had succeeded the holder and cleaned up
        break
      fi
      claim_holder=$(cat "$claim_next" 2>/dev/null) || break
    done
  done
  [ "$(cat "$C/pid" 2>/dev/null)" = "$SELF" ] || exit 1
  rm -f "$C"/pid.*
}

# --- processes: everything that carries the marker, its descendants and their sessions ---------------------------------

SPARED= SESSION=

# Sets OTHERS: "pid:start" of every other process of the instance, but for those in SPARED and their descendants.
# A session counts when its leader is one of them, when it is the step's own (SESSION), or when its leader is dead and
# a marked process is in it.
others() {
  others_marked=
  if [ -r /proc/self/stat ]; then
    # head names each file before what is in it; busybox grep would not look beyond a file's first NUL
    others_marked=$(head -c 1048576 /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | awk '
      BEGIN { marker = "CREW_INSTANCE=" ENVIRON["CREW_INSTANCE"] }
      /^==> \/proc\/[0-9]+\/environ <==$/ { pid = $2; gsub(/[^0-9]/, "", pid); next }
      $0 == marker { printf "%s ", pid }')
  fi
  OTHERS=$(
    if [ -r /proc/self/stat ]; then
      cat /proc/[0-9]*/stat 2>/dev/null
    else # no sessions to be had: the process group stands for them
      ps -A -o pid= -o ppid= -o pgid= | sed 's/^ *\([0-9]*\) *\([0-9]*\) *\([0-9]*\).*/\1 (-) S \2 \3 \3 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 -/'
    fi | awk -v self=$$ -v marked="$others_marked" -v spared="$SPARED" -v session="$SESSION" '
      { line = held $0 }
      line !~ /^[0-9]+ \(.*\) [A-Za-z] -?[0-9]+ / { held = line " "; next } # a name may hold a newline
      {
        held = ""; pid = line; sub(/ .*/, "", pid); sub(/^.*\) /, "", line); split(line, f, " ")
        if (f[1] == "Z" || f[1] == "X") next
        parent[pid] = f[2]; sid[pid] = f[4]; start[pid] = f[20]
      }
      END {
        taken[self] = 1
        if (session != "") ours[session] = 1
        n = split(marked, m, " ")
        for (i = 1; i <= n; i++) if (m[i] in parent) {
          taken[m[i]] = 1
          if (sid[m[i]] > 1 && !(sid[m[i]] in parent)) ours[sid[m[i]]] = 1
        }
        n = split(spared, m, " ")
        for (i = 1; i <= n; i++) spare[m[i]] = 1
        do {
          more = 0
          for (p in parent) {
            if (!(p in spare) && (parent[p] in spare)) { spare[p] = 1; more = 1 }
            if (!(p in taken) && ((parent[p] in taken) || (sid[p] in taken) || (sid[p] in ours))) { taken[p] = 1; more = 1 }
          }
        } while (more)
        for (p = self; (p in parent) && p > 0; p = parent[p]) spare[p] = 1
        for (p in taken) if ((p in parent) && !(p in spare)) print p ":" start[p]
      }'
  )
  others_left=
  for others_one in $OTHERS; do same "$others_one" && others_left="$others_left $others_one"; done
  OTHERS=$others_left
}

# Is "$1", pid:start, still that process? The helpers that made the list are in it, and gone by now.
same() {
  start_of "${1%%:*}" || return 1
  [ "${1#*:}" = - ] || [ "${START_TIME%%@*}" = "${1#*:}" ]
}

# Ends every other process of the instance: $1 (TERM or KILL) first, KILL after two seconds, until none is found.
reap() {
  reap_round=0
  while others && [ -n "$OTHERS" ] && [ "$reap_round" -lt 400 ]; do
    reap_signal=
    [ "$reap_round" = 0 ] && reap_signal=$1
    if [ "$1" = KILL ] || [ "$reap_round" -ge 40 ]; then reap_signal=KILL; fi
    if [ -n "$reap_signal" ]; then
      # Stopped first, none sees another end: no shell says "Killed" in the output, and nothing forks meanwhile.
      if [ "$reap_signal" = KILL ]; then tell_others STOP; fi
      tell_others "$reap_signal"
    fi
    reap_round=$((reap_round + 1))
    sleep 0.05
  done
  [ -z "$OTHERS" ]
}

tell_others() { # $1 = signal
  for tell_one in $OTHERS; do same "$tell_one" && kill -s "$1" "${tell_one%%:*}" 2>/dev/null; done
}

# --- waiting -----------------------------------------------------------------------------------------------------------

WOKEN= SLEEPER= TICKS=0

# Waits for one second of awake time or a signal, whichever comes first. TICKS counts the whole seconds.
nap() {
  if [ -z "$SLEEPER" ]; then
    sleep 1 &
    SLEEPER=$!
  fi
  [ -n "$WOKEN" ] || wait "$SLEEPER" 2>/dev/null # a signal between the two costs a second at most
  if [ -z "$WOKEN" ] || ! kill -0 "$SLEEPER" 2>/dev/null; then SLEEPER= TICKS=$((TICKS + 1)); fi
  WOKEN=
}

# Without its mailbox, or when its folder was removed, nothing would ever end the waiting: crew begins the instance anew.
wait_on() {
  [ -d "$C/inbox" ] || exit 0
  nap
}

# --- room: what fails on a full disk proves nothing, and is done again once there is room ------------------------------

# Is there room to work? Sets ROOM to the folder whose disk has none. Any other trouble with it is not for here to tell.
has_room() {
  for ROOM in "$C" "${TMPDIR:-/tmp}"; do
    rm -rf "$ROOM/.crew-room.$$"
    room_said=$(LC_ALL=C dd if=/dev/zero "of=$ROOM/.crew-room.$$" bs=65536 count=16 2>&1)
    rm -f "$ROOM/.crew-room.$$"
    ! says_full "$room_said" || return 1
  done
}

# At a line's end, where strerror stands: a file may be named so.
says_full() { printf '%s\n' "$1" | grep -q ': \(No space left on device\|Disk quota exceeded\)$'; }

wait_for_room() {
  room_told=
  until has_room; do
    if [ "$room_told" != "$ROOM" ] || [ -z "$PHASE" ]; then phase broken "no space is left on the disk of $ROOM"; fi
    room_told=$ROOM
    wait_on
    look
    [ -z "$WITHDRAWN" ] || return 0
  done
  [ -z "$room_told" ] || clear_halves
}

# After a step that failed without room. It is begun again when there is some, but not for ever: what has found none so
# often may itself be what fills the disk.
begin_again() {
  FRUITLESS=$((FRUITLESS + 1)) PHASE=
  echo "$FRUITLESS" >"$S/fruitless"
  wait_for_room
}

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

save_environment() {
  (umask 077 && { printf '%s\n' "$crew_environment" && step_variables; } >"$S/environment")
}

# Runs the shell text in file $2 in work/ with file $3 as its stdin, at most LIMIT awake seconds. Sets RC, TICKS and
# WHY (empty, timeout, withdrawn, or full: it failed without room, so nobody can say why); leaves no process behind.
# $1 names the step in the log.
step() {
  run_step "$@"
  [ "$WHY" = withdrawn ] || [ "$WHY$RC" = 0 ] || has_room || WHY=full
}

run_step() {
  rm -rf "$S/exit" "$S/session" "$S/pipe"
  RC=126 WHY= TICKS=0
  STEP_MARK="--- crew: $1, $TITLE, $(date '+%Y-%m-%d %H:%M:%S') ---"
  printf '%s\n' "$STEP_MARK" >>"$LOG"
  cp -f "$2" "$S/step" && mkfifo "$S/pipe" && save_environment || return
  keep_log "$LOG" <"$S/pipe" &
  step_logger=$!
  (
    cd "$W" || exit
    ($DETACH sh -c 'echo $$ >"$1"; . "$3"; cd -P .; PATH=$4:$PATH; export PATH; exec sh "$2"' \
      sh "$S/session" "$S/step" "$S/environment" "$C/bin")
    echo $? >"$S/exit.new" && mv -f "$S/exit.new" "$S/exit"
    lives "$SELF" && kill -s USR1 $$
  ) <"$3" >"$S/pipe" 2>&1 &
  step_job=$!
  while [ ! -e "$S/exit" ] && kill -0 "$step_job" 2>/dev/null; do
    nap
    look
    if [ -n "$WITHDRAWN" ]; then WHY=withdrawn; elif [ "$TICKS" -ge "$LIMIT" ]; then WHY=timeout; fi
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

# --- git in the clone --------------------------------------------------------------------------------------------------

INDEX= PLAIN= VIEW=

# git, from scratch: no hook, monitor, signature or configuration but the clone's own; INDEX, PLAIN (a file that turns
# filters off) and VIEW (another git directory for the clone's objects) where they are set.
g() {
  env -i "PATH=$PATH" "HOME=$C/home" "TMPDIR=${TMPDIR:-/tmp}" LC_ALL=C GIT_CONFIG_NOSYSTEM=1 \
    GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0 GIT_EDITOR=: GIT_NO_LAZY_FETCH=1 \
    ${CREW_INSTANCE:+"CREW_INSTANCE=$CREW_INSTANCE"} ${CREW_READER:+"CREW_READER=$CREW_READER"} \
    ${INDEX:+"GIT_INDEX_FILE=$INDEX"} ${VIEW:+"GIT_OBJECT_DIRECTORY=$W/.git/objects"} \
    git -C "$W" "--git-dir=${VIEW:-$W/.git}" "--work-tree=$W" -c core.hooksPath=/dev/null -c core.fsmonitor=false \
    -c core.bare=false -c commit.gpgSign=false -c gc.auto=0 -c maintenance.auto=false -c core.pager=cat -c advice.detachedHead=false \
    -c "user.name=crew/$CREW_ROLE" -c "user.email=$CREW_ROLE@crew.invalid" ${PLAIN:+-c "include.path=$PLAIN"} "$@"
}

# Sets FAULT when the clone is not a repository of its own: git must not be led elsewhere from here.
clone_fault() {
  FAULT=
  if [ -L "$W" ] || [ ! -d "$W" ]; then
    FAULT="work is not a folder"
  elif [ -L "$W/.git" ] || [ ! -d "$W/.git" ]; then
    FAULT="work/.git is not a folder"
  elif [ -e "$W/.git/commondir" ]; then
    FAULT="work/.git belongs to another repository"
  else
    for fault_part in HEAD config objects refs; do
      if [ -L "$W/.git/$fault_part" ] || [ ! -e "$W/.git/$fault_part" ]; then FAULT="work/.git/$fault_part is missing or a link"; fi
    done
  fi
  [ -n "$FAULT" ]
}

# Only when no process of the instance is left: a killed git leaves its locks.
clear_locks() {
  clone_fault || find "$W/.git" -path "$W/.git/objects" -prune -o -name '*.lock' -type f -exec rm -f {} +
}

# Also when no process of the instance is left: what a git had written of an object when it found no room, or was killed.
clear_halves() {
  clone_fault || find "$W/.git/objects" -type f \( -name 'tmp_obj_*' -o -name 'tmp_pack_*' \) -exec rm -f {} +
}

commit_at() { g rev-parse -q --verify "$1^{commit}" 2>/dev/null; }

# Prints every commit that something in the clone names: refs, HEADs, operations under way, stash entries, and what only
# a reflog still names, as after an amend or a reset.
named_commits() {
  {
    printf '%s\n' HEAD CHERRY_PICK_HEAD REVERT_HEAD REBASE_HEAD
    for named_tree in "$W"/.git/worktrees/*/; do
      [ -d "$named_tree" ] && named_tree=${named_tree%/} && printf '%s\n' "worktrees/${named_tree##*/}/HEAD"
    done
    for named_file in MERGE_HEAD MERGE_AUTOSTASH rebase-merge/autostash rebase-apply/autostash rebase-merge/orig-head; do
      [ -f "$W/.git/$named_file" ] && cat "$W/.git/$named_file"
    done
    g for-each-ref --format='%(objectname) %(refname)' 2>/dev/null | sed '/ refs\/crew\/\(rescue\|live\)$/d;s/ .*//'
    g rev-parse -q --verify refs/stash >/dev/null 2>&1 && g rev-list -g refs/stash 2>/dev/null
    g rev-list --ignore-missing --parents --reflog --not HEAD --exclude=refs/crew/rescue --exclude=refs/crew/live --all 2>/dev/null |
      awk '{ seen[$1] = 1; for (i = 2; i <= NF; i++) parent[$i] = 1 } END { for (c in seen) if (!(c in parent)) print c }'
  } | sed '/^$/d;s/$/^{commit}/' | g cat-file --batch-check='%(objecttype) %(objectname)' 2>/dev/null |
    sed -n 's/^commit //p' | LC_ALL=C sort -u
}

# Prints the id of a commit with tree $1, subject $2 and the parents on stdin, however many.
write_commit() {
  write_now=$(date +%s)
  {
    printf 'tree %s\n' "$1"
    sed 's/^/parent /'
    printf 'author %s\ncommitter %s\n\n%s\n' "crew/$CREW_ROLE <$CREW_ROLE@crew.invalid> $write_now +0000" \
      "crew/$CREW_ROLE <$CREW_ROLE@crew.invalid> $write_now +0000" "$2"
  } | g hash-object -t commit -w --stdin
}

# Are there index entries that git is told not to look at?
has_flags() { g ls-files -v | grep -q '^[a-zS]'; }

# Sets TREE, the work tree as it stands, and STAGED, the index's own tree where there is one: through a temporary index
# and without filters, so that every byte is in the objects and neither branch nor index is touched. It begins as a copy
# of the index, which knows the files that are unchanged, unless that could hide some.
take_tree() {
  PLAIN=$S/plain.$$ INDEX=$S/index.$$ STAGED= TREE= # a rescue that a killed crew left may be under way beside this one
  mkdir -p "$S"
  rm -rf "$INDEX" "$INDEX.lock" "$PLAIN"
  printf '[core]\n\tsparseCheckout = false\n\tuntrackedCache = false\n' >"$PLAIN"
  g config --name-only --get-regexp '^filter\..*\.(clean|smudge|process|required)$' 2>/dev/null | sort -u |
    while IFS= read -r take_key; do
      take_value=
      case $take_key in *.required) take_value=false ;; esac
      g config -f "$PLAIN.new" "$take_key" "$take_value"
    done
  [ -f "$PLAIN.new" ] && cat "$PLAIN.new" >>"$PLAIN" && rm -f "$PLAIN.new"
  if [ -f "$W/.git/index" ] && [ ! -L "$W/.git/index" ]; then
    cp "$W/.git/index" "$INDEX" && STAGED=$(g write-tree 2>/dev/null)
  fi
  if [ -z "$STAGED" ] || has_flags; then
    rm -rf "$INDEX" "$INDEX.lock"
    g read-tree HEAD >/dev/null 2>&1 || g read-tree --empty
  fi
  add_all && TREE=$(g write-tree 2>/dev/null)
  rm -rf "$INDEX" "$INDEX.lock" "$PLAIN"
  INDEX= PLAIN=
  [ -n "$TREE" ]
}

# Adds the work tree to INDEX. A git that dies (of a file too large, of a KILL) has written no index at all, and one that
# found no room left something out. What it only cannot convert, as of an encoding that is not the file's, is added as it is.
add_all() {
  add_said=$(g add -A --ignore-errors . 2>&1)
  add_rc=$?
  if [ "$add_rc" = 128 ] && ! says_full "$add_said" && has_room; then
    VIEW=$S/view.$$
    rm -rf "$VIEW"
    mkdir -p "$VIEW/refs" "$VIEW/info" && cp "$W/.git/HEAD" "$W/.git/config" "$VIEW" &&
      { [ ! -f "$W/.git/info/exclude" ] || cp "$W/.git/info/exclude" "$VIEW/info"; } &&
      echo '* !text !eol !crlf !ident !filter !working-tree-encoding' >"$VIEW/info/attributes" &&
      add_said=$(g -c core.autocrlf=false add -A --ignore-errors . 2>&1)
    add_rc=$?
    rm -rf "$VIEW"
    VIEW=
  fi
  [ "$add_rc" -le 1 ] && ! says_full "$add_said" && { [ "$add_rc" = 0 ] || has_room; }
}

# Commits the work tree, and what was staged, at the ref $1 with every named commit as a parent. What the ref held
# stays reachable; when nothing is new the ref stays.
capture() {
  for capture_try in 1 2 3; do
    capture_once "$1" && return
    [ -z "$FAULT" ] || return 1
  done
  return 1
}

# Fails also when another one has moved the ref meanwhile.
capture_once() {
  clone_fault && return 1
  take_tree || return 1
  capture_parents=$S/parents.$$
  named_commits >"$capture_parents" || return 1
  capture_old=$(commit_at "$1")
  capture_words="Rescue of $CREW_ROLE

Captured: $( (printf '%s %s\n' "$TREE" "$STAGED" && cat "$capture_parents") | g hash-object --stdin)"
  if [ -z "$capture_old" ] || [ "$(g log -1 --format=%B "$capture_old" | sed -n 's/^Captured: //p')" != "${capture_words##*: }" ]; then
    if [ -n "$STAGED" ] && [ "$STAGED" != "$TREE" ] && [ "$STAGED" != "$(g rev-parse -q --verify 'HEAD^{tree}' 2>/dev/null)" ]; then
      commit_at HEAD | write_commit "$STAGED" "Staged in $CREW_ROLE" >>"$capture_parents" || return 1
    fi
    [ -z "$capture_old" ] || printf '%s\n' "$capture_old" >>"$capture_parents" || return 1
    # An agent may have made it anything: no commit, a symbolic ref, or what is no ref at all. One that is there before
    # the look and cannot be read is no other rescue's.
    capture_file=$W/.git/$1
    [ -f "$capture_file" ] || capture_file=
    capture_held=$(g rev-parse -q --verify "$1" 2>/dev/null)
    [ -n "$capture_held" ] || [ -z "$capture_file" ] || rm -f "$capture_file"
    capture_new=$(write_commit "$TREE" "$capture_words" <"$capture_parents") &&
      g update-ref --no-deref "$1" "$capture_new" "${capture_held:-$(printf '%s' "$capture_new" | tr 0-9a-f 0)}"
  fi
  capture_rc=$?
  rm -f "$capture_parents"
  return $capture_rc
}

# Makes work/ from C/source: its own repository that borrows the user's objects, at commit $2 on branch $1.
make_clone() {
  rm -rf "$W"
  mkdir -p "$W" "$C/home" || return 1
  env -i "PATH=$PATH" "HOME=$C/home" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null \
    git -c init.defaultBranch=none init -q --template= "--object-format=$(cat "$C/source/format")" "$W" || return 1
  mkdir -p "$W/.git/objects/info" "$W/.git/info"
  cp "$C/source/alternates" "$W/.git/objects/info/alternates" || return 1
  if [ -f "$C/source/shallow" ]; then cp "$C/source/shallow" "$W/.git/shallow" || return 1; fi
  g config user.name "crew/$CREW_ROLE" && g config user.email "$CREW_ROLE@crew.invalid" &&
    g config gc.auto 0 && g config maintenance.auto false && g config uploadpack.allowAnySHA1InWant true || return 1
  case $1 in
    '') g checkout -q -f --detach "$2" ;;
    *) g checkout -q -f -B "$1" "$2" ;;
  esac
}

# --- mail --------------------------------------------------------------------------------------------------------------

ID= ORDER= TURN=0 STAGE= WITHDRAWN= AGAIN= RESUMED= FRUITLESS=0

one_line() { printf '%s' "$1" | LC_ALL=C tr '\000-\037\177' ' ' | LC_ALL=C cut -c 1-500; }

phase() { # $1 = phase, $2 = detail; one that could not be written is said again
  PHASE=$1
  clear_place "$C/status.new" "$C/status"
  printf 'Phase: %s\nOrder: %s\nTurn: %s\nSince: %s\nDetail: %s\nFruitless: %s\n' "$1" "$ORDER" "$TURN" "$(date +%s)" \
    "$(one_line "${2-}")" "$FRUITLESS" >"$C/status.new" && mv -f "$C/status.new" "$C/status" || PHASE=
}

field() { sed -n "/^\$/q;s/^$1: //p" "$S/parts/header" 2>/dev/null | head -n 1; }

number() { case $1 in '' | 0* | *[!0-9]* | ??????????*) echo "$2" ;; *) echo "$1" ;; esac; }

safe_id() { case $1 in '' | .* | -* | *..* | *.lock | */* | *[[:space:][:cntrl:]%*?\[\\~^:]*) return 1 ;; esac; }

# Copies the parts of message $1 aside, so that a redelivery under way is never half read.
accept() {
  rm -rf "$S/parts.new" && mkdir "$S/parts.new" || return 1
  for accept_part in header prompt agent check setup beads; do
    accept_from=$C/inbox/msg/$1/$accept_part
    if [ -f "$accept_from" ] && [ ! -L "$accept_from" ]; then cp "$accept_from" "$S/parts.new/$accept_part" || return 1; fi
  done
  rm -rf "$S/parts" && mv "$S/parts.new" "$S/parts" || return 1
  true >"$C/inbox/cur/$1" && rm -rf "$C/inbox/new/$1"
}

# A copy under another name is no order: it would be done again, for whoever it names.
is_order() {
  safe_id "$1" && [ -f "$C/inbox/msg/$1/header" ] &&
    [ "$(sed -n '/^$/q;s/^Order: //p' "$C/inbox/msg/$1/header" | head -n 1 | sed 's,/,+,')" = "$1" ]
}
is_finished() { [ -e "$S/finished/$1" ] || [ -e "$C/outbox/$1" ]; }

# Looks through what has come. Sets WITHDRAWN and AGAIN for the order in hand.
look() {
  for look_entry in "$C"/inbox/new/*; do
    [ -e "$look_entry" ] || continue
    look_name=${look_entry##*/}
    if safe_id "$look_name" && is_finished "$look_name"; then # its parts may be gone, when it came while it was finished
      # One that crew has no report of comes again: it was not the supervisor who finished it.
      [ -n "$ID" ] || [ -e "$C/outbox/$look_name" ] || FRUITLESS=$((FRUITLESS + 1)) PHASE=
      rm -rf "$look_entry" "$C/inbox/msg/$look_name"
      continue
    fi
    if is_order "$look_name"; then
      if [ "$look_name" = "$ID" ]; then accept "$ID" && load_order && AGAIN=1; fi
      continue
    fi
    case $look_name in
      ack-*)
        safe_id "${look_name#ack-}" && [ -e "$C/outbox/${look_name#ack-}" ] &&
          true >"$S/finished/${look_name#ack-}" && rm -rf "$C/outbox/${look_name#ack-}"
        rm -rf "$look_entry"
        ;;
      withdraw-*)
        if [ "${look_name#withdraw-}" = "$ID" ]; then
          WITHDRAWN=1
        elif ! is_order "${look_name#withdraw-}" || is_finished "${look_name#withdraw-}"; then
          rm -rf "$look_entry"
        fi
        ;;
    esac
  done
}

# Waits until the order in hand is delivered again or withdrawn, or only until there is room where there was none.
# $1 = phase, $2 = why.
hold() {
  if ! has_room; then
    wait_for_room
    return
  fi
  phase "$1" "$2"
  AGAIN=
  look
  while [ -z "$AGAIN$WITHDRAWN" ]; do
    wait_on
    look
  done
}

# --- an order ----------------------------------------------------------------------------------------------------------

load_order() {
  ORDER=$(field Order) BEAD=$(field Bead) SUBJECT=$(field Title) START=$(field Start) MERGE=$(field Merge) BRANCH=$(field Branch)
  MAX_TURNS=$(number "$(field MaxTurns)" 1) LIMIT=$(number "$(field TurnTimeout)" 3600)
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
    "AGENT_ID=$CREW_ROLE" "BRANCH=$BRANCH"; do
    printf "%s='%s'\nexport %s\n" "${variable%%=*}" "$(printf '%s' "${variable#*=}" | sed "s/'/'\\\\''/g")" "${variable%%=*}"
  done
}

serve_order() { # $1 = mail id
  ID=$1 TURN=0 STAGE=new WITHDRAWN= AGAIN= RESUMED=
  load_order
  if read -r serve_id serve_stage serve_turn 2>/dev/null <"$S/progress" && [ "$serve_id" = "$ID" ]; then
    STAGE=$serve_stage TURN=$(number "$serve_turn" 0)
    [ "$STAGE" = agent ] && RESUMED=1
  fi
  look
  while :; do
    TITLE="order $ORDER, turn $TURN"
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
  rm -f "$S/feedback" "$S/notes" "$S/conclusion" "$S/detail" "$S/prompt"
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

# Runs setup when its text changed: three tries, then waits for the order to come again. Costs no turn.
prepare() {
  if [ -s "$S/parts/setup" ] && ! cmp -s "$S/parts/setup" "$S/setup.done"; then
    for prepare_wait in 1 5 0; do
      phase setup
      TITLE="order $ORDER"
      step setup "$S/parts/setup" /dev/null
      [ -z "$WITHDRAWN" ] || return 0
      if [ "$WHY" = full ]; then
        begin_again
        return 0
      fi
      if [ "$RC" = 0 ]; then
        cp "$S/step" "$S/setup.done"
        break
      fi
      TICKS=0 AGAIN=
      while [ "$TICKS" -lt "$prepare_wait" ] && [ -z "$AGAIN$WITHDRAWN" ]; do
        nap
        look
      done
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

# Found out before a turn is spent, where the agent's text begins with a plain name. Sets MISSING.
agent_missing() {
  read -r MISSING missing_rest <"$S/parts/agent"
  case $MISSING in '' | *[!A-Za-z0-9_./+-]*) return 1 ;; esac
  save_environment
  ! (cd "$W" && . "$S/environment" && PATH=$C/bin:$PATH && command -v "$MISSING") >/dev/null 2>&1
}

prompt_text() {
  cat "$S/parts/prompt" || return 1
  if [ -f "$S/feedback" ]; then printf '\n\n' && cat "$S/feedback" || return 1; fi
  [ -z "$RESUMED" ] || printf '\n\n%s\n' "This order was interrupted before your turn had ended. The working tree is as you left it. See what is there (git status, git log), and go on."
}

run_agent() {
  prompt_text >"$S/prompt.new" && mv -f "$S/prompt.new" "$S/prompt" || {
    hold broken "the prompt cannot be written"
    return 0
  }
  phase working
  step agent "$S/parts/agent" "$S/prompt"
  printf '%s %s %s %s\n' "$ID" "$TURN" "$TICKS" "${WHY:-$RC}" >>"$C/turns"
  if [ "$WHY" = full ]; then
    RESUMED=1
    begin_again
    return 0
  fi
  rm -f "$S/fruitless"
  FRUITLESS=0 RESUMED=
  [ -z "$WITHDRAWN" ] && ! clone_fault || return 0
  if [ "$WHY" = timeout ]; then
    take_tail
    next_turn failed "The turn was ended after $LIMIT s: it had not finished. Its last output:" "not finished after $LIMIT s"
  elif [ "$RC" != 0 ]; then
    take_tail
    next_turn failed "The agent ended with exit code $RC. Its last output:" "${LAST_LINE:-the agent ended with exit code $RC}"
  elif [ -n "$(unmerged | head -n 1)" ]; then
    unmerged >"$S/tail"
    next_turn unresolved "These paths are still unmerged. Resolve each and git add it:" "unmerged: $(head -n 1 "$S/tail")"
  elif [ -s "$S/parts/check" ]; then
    progress check
  else
    conclude done "" /dev/null
  fi
}

unmerged() { g ls-files -u | sed 's/^[^	]*	//' | LC_ALL=C sort -u; }

run_check() {
  phase checking
  step check "$S/parts/check" /dev/null
  [ -z "$WITHDRAWN" ] || return 0
  if [ "$WHY" = full ]; then
    begin_again
    return 0
  fi
  take_tail
  if [ "$WHY" = timeout ]; then
    next_turn failed "The check was ended after $LIMIT s: it had not finished. Its last output:" "the check had not finished after $LIMIT s"
  elif [ "$RC" != 0 ]; then
    next_turn failed "The check failed with exit code $RC. Its last output:" "${LAST_LINE:-the check failed with exit code $RC}"
  else
    conclude done "" /dev/null
  fi
}

# The turn failed: another with what went wrong, or the end as $1. $2 = words for the agent, $3 = the report's note.
next_turn() {
  printf '%s\n\n' "$2" | cat - "$S/tail" >"$S/feedback.new" && mv -f "$S/feedback.new" "$S/feedback"
  if [ "$TURN" -ge "$MAX_TURNS" ]; then
    conclude "$1" "$3" "$S/tail"
  else
    TURN=$((TURN + 1))
    progress agent
  fi
}

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

# What the agent said through bd: a question comes first, a reason for closing last. Its words join the detail.
agent_note() {
  [ -f "$S/notes" ] && [ ! -L "$S/notes" ] || return 0
  note_asked=$(sed -n 's/^blocked	//p' "$S/notes" | tail -n 1)
  note_reason=$(sed -n 's/^close	//p' "$S/notes" | tail -n 1)
  if [ -n "$note_asked" ]; then report_note="needs you: $note_asked"; else report_note=${report_note:-$note_reason}; fi
  [ -s "$S/detail" ] || sed 's/	/: /' "$S/notes" | tail -c 16384 >"$S/detail"
}

write_report() { # $1 = state, $2 = note, $3 = detail file, $4 = commit
  mkdir -p "$C/outbox" "$S/finished"
  clear_place "$C/outbox/.$ID.new" "$C/outbox/$ID"
  {
    printf 'Order: %s\nCommit: %s\nState: %s\nTurns: %s\nNote: %s\n\n' "$ORDER" "$4" "$1" "$TURN" "$(one_line "$2")"
    head -c 16384 "$3"
  } >"$C/outbox/.$ID.new" && mv -f "$C/outbox/.$ID.new" "$C/outbox/$ID" || return 1
  finish_order "$ID"
}

finish_order() { # idempotent: also after a crash that left the report and the order
  clear_place "$S/finished/$1"
  true >"$S/finished/$1" || return 1
  rm -rf "$C/inbox/cur/$1" "$C/inbox/msg/$1" "$C/inbox/new/$1" "$C/inbox/new/withdraw-$1" "$S/progress" "$S/parts"
  ID= ORDER= TURN=0 STAGE= WITHDRAWN=
}

# --- the supervisor's own life -----------------------------------------------------------------------------------------

# How often in a row a supervisor was ended while it had an order in hand, neither by TERM nor by the machine's end, and
# without a turn that was over. $S/alive lies there while one lives. Crew starts none after the third, so a person did.
count_starts() {
  FRUITLESS=$(number "$(cat "$S/fruitless" 2>/dev/null)" 0)
  if [ "$FRUITLESS" -ge 3 ]; then
    rm -f "$S/fruitless"
    FRUITLESS=0
  elif [ -s "$S/progress" ] && [ "$(cat "$S/alive" 2>/dev/null)" = "$BOOT" ]; then
    FRUITLESS=$((FRUITLESS + 1))
    echo "$FRUITLESS" >"$S/fruitless"
  fi
  echo "$BOOT" >"$S/alive"
}

# TERM: ends everything of the instance, keeps its work, leaves the order in hand for the next start.
stop() {
  trap '' TERM INT HUP USR1
  rm -f "$S/alive" "$S/fruitless"
  FRUITLESS=0
  phase stopping
  reap TERM
  clear_locks
  capture refs/crew/rescue
  phase stopped
  rm -f "$C/pid"
  exit 0
}

serve() {
  trap 'WOKEN=1' USR1
  claim
  trap stop TERM INT HUP
  clear_places
  mkdir -p "$C/inbox/new" "$C/inbox/cur" "$C/inbox/msg" "$C/outbox" "$C/log" "$C/home" "$S/finished"
  count_starts
  phase starting
  reap KILL
  rm -f "$C"/pid.* # of those that were ended while they tried to claim
  clear_locks
  clear_halves
  clear_places
  # of rescues and looks that were killed
  rm -rf "$C"/outbox/.*.new "$S"/index.* "$S"/plain.* "$S"/parents.* "$S"/view.* "$S"/snapshot.*
  PHASE=
  while [ -d "$C/inbox" ]; do # a folder that was removed needs no supervisor
    ID= ORDER= TURN=0
    look
    next=
    for serve_entry in "$C"/inbox/cur/* "$C"/inbox/new/*; do
      next=${serve_entry##*/}
      if [ -e "$serve_entry" ] && is_finished "$next"; then
        # one that was delivered again since look is taken away by the next one
        if [ "$serve_entry" = "$C/inbox/cur/$next" ]; then finish_order "$next"; fi
      elif [ -e "$serve_entry" ] && is_order "$next"; then
        { [ -e "$C/inbox/cur/$next" ] && [ -d "$S/parts" ] && [ ! -e "$C/inbox/new/$next" ]; } || accept "$next" || next=
        break
      fi
      next=
    done
    if [ -n "$next" ]; then
      serve_order "$next"
      PHASE=
    else
      [ "$PHASE" = idle ] || phase idle
      nap
    fi
  done
}

# Refuses while the supervisor lives: it makes its own rescue.
rescue() {
  if [ -f "$C/pid" ] && holds "$(cat "$C/pid")"; then
    echo "the instance is running" >&2
    exit 1
  fi
  if clone_fault; then
    echo "$FAULT" >&2
    exit 3
  fi
  clear_locks # nothing of the instance lives that could hold one
  clear_halves
  clear_places
  capture refs/crew/rescue || {
    has_room || echo "$ROOM: No space left on device" >&2
    exit 1
  }
}

# Beside a supervisor at work: in a folder of its own, and under a ref that nobody else writes.
snapshot() {
  if clone_fault; then
    echo "$FAULT" >&2
    exit 3
  fi
  S=$C/state/snapshot.$$
  mkdir -p "$S" || exit 1
  g update-ref -d refs/crew/live 2>/dev/null
  capture refs/crew/live
  snapshot_rc=$?
  rm -rf "$S"
  exit $snapshot_rc
}

upload_pack() {
  if clone_fault; then
    echo "$FAULT" >&2
    exit 1
  fi
  g -c uploadpack.allowAnySHA1InWant=true upload-pack --strict --timeout=120 "$W/.git"
}

if [ -z "${crew_library-}" ]; then
  : "${CREW_ROLE:?}"
  case ${1-} in
    rescue) paths "$2" && rescue ;;
    snapshot) paths "$2" && snapshot ;;
    upload-pack) paths "$2" && upload_pack ;;
    clone) paths "$2" && make_clone "$3" "$4" ;;
    *) : "${CREW_INSTANCE:?}" && paths "$1" && serve ;;
  esac
fi
