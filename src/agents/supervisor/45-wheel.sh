# --- the wheel: a person at the session in the agent's place -----------------------------------------------------------
# state/wheel holds its holder, as `lives` has it, and a line of words about the person. It counts while the holder lives,
# and only where that is none of the agent's own processes. state/wheel.free names the holder once nothing of the agent runs.

WHEEL_BY= WHEEL_CLAIM= SPENT=0

# Does a person want the wheel, or hold it?
wheel_wanted() {
  [ -f "$S/wheel" ] && [ ! -L "$S/wheel" ] || return 1
  WHEEL_BY= WHEEL_CLAIM=
  { read -r WHEEL_CLAIM && read -r WHEEL_BY; } 2>/dev/null <"$S/wheel"
  if lives "$WHEEL_CLAIM" && { [ ! -r /proc/self/environ ] || ! holds "$WHEEL_CLAIM"; }; then return 0; fi
  rm -rf "$S/wheel" "$S/wheel.free"
  return 1
}

# Hands the wheel over while it is wanted. What the person started ends with it; what they did stays in the tree.
give_wheel() {
  wheel_wanted || return 1
  rm -rf "$S/wheel.free" "$S/wheel.new" "$S/tty"
  if [ -z "$ID" ]; then
    BEAD= BRANCH=$(g symbolic-ref -q --short HEAD)
  fi
  find_session # that of the turn which has just stopped
  save_environment agent && true >"$S/person" || return 1
  phase attached "by $(one_line "$WHEEL_BY")"
  printf '%s\n' "$WHEEL_CLAIM" >"$S/wheel.new" && mv -f "$S/wheel.new" "$S/wheel.free"
  while wheel_wanted; do
    nap
    look
  done
  rm -rf "$S/wheel" "$S/wheel.free"
  SPARED=$SLEEPER
  reap HUP
  SPARED=
  clear_locks
  clear_places
  PHASE=
}

# Beside the supervisor, as the holder: says `free` once the wheel is, and lets go when its stdin ends, which it does with
# whoever started it. $1 = words about the person.
wheel() {
  if wheel_wanted; then
    echo "taken $WHEEL_BY"
    exit 3
  fi
  start_of $$ || exit 1
  wheel_mine="$$ $START_TIME"
  clear_place "$S/wheel.$$"
  printf '%s\n%s\n' "$wheel_mine" "$(one_line "$1")" >"$S/wheel.$$" || exit 1
  if ! ln "$S/wheel.$$" "$S/wheel" 2>/dev/null; then
    rm -f "$S/wheel.$$"
    echo "taken another one"
    exit 3
  fi
  rm -f "$S/wheel.$$"
  trap 'exit 0' TERM INT HUP
  (
    until [ "$(cat "$S/wheel.free" 2>/dev/null)" = "$wheel_mine" ]; do
      lives "$wheel_mine" || exit 0
      sleep 0.1
    done
    echo free
  ) </dev/null &
  cat >/dev/null
  [ "$(head -n 1 "$S/wheel" 2>/dev/null)" != "$wheel_mine" ] || rm -f "$S/wheel"
  exit 0
}

# What the person types into, on a terminal of its own: $1 = shell text, or nothing for a shell; $2, $3 = columns and rows.
session() {
  cd -P "$W" || exit 1
  if [ ! -t 0 ]; then
    command -v script >/dev/null 2>&1 || {
      echo "script (util-linux) is not installed: there is no terminal to attach to" >&2
      exit 127
    }
    # script takes one line of shell; quoted, it is this same call again
    session_line="exec $(quoted "$0") session $(quoted "$C") $(quoted "$1") $2 $3"
    SHELL=/bin/sh exec script -qefc "$session_line" /dev/null
  fi
  stty cols "$2" rows "$3" 2>/dev/null
  clear_place "$S/tty"
  tty >"$S/tty"
  session_term=${CREW_TERM:-xterm}
  . "$S/environment"
  TERM=$session_term PATH=$B:$PATH PWD=$(pwd)
  export TERM PATH PWD
  if [ -n "$1" ]; then exec sh -c "$1"; fi
  if command -v bash >/dev/null 2>&1; then exec bash; fi
  exec sh
}

quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

# The person's window has another size now: $1, $2 = columns and rows.
resize() {
  resize_tty=$(cat "$S/tty" 2>/dev/null)
  case $resize_tty in /dev/*) stty cols "$1" rows "$2" <"$resize_tty" 2>/dev/null ;; esac
}

