#!/bin/sh
# The supervisor of one role: takes an order, sets the clone to its start, runs setup, agent and check, writes one report.
# It decides nothing about beads or merges and speaks to crew only through files, whose formats stand in mailbox.ts.
# Crash-only: killed at any instant, the next one goes on where the files say. dash, busybox sh and bash run it alike.
#
#   supervisor.sh C                      serves the folder C until TERM; USR1 means: look into the inbox now
#   supervisor.sh rescue C               makes the rescue commit in a stopped instance's clone
#   supervisor.sh snapshot C             captures the work as it stands under refs/crew/live
#   supervisor.sh upload-pack C          speaks git's upload-pack on its stdio
#   supervisor.sh wheel C WORDS          keeps the wheel for a person while its stdin is open
#   supervisor.sh session C TEXT COLS ROWS  what the person types into; resize C COLS ROWS
#   supervisor.sh clone C BRANCH COMMIT  makes C/work from C/source
#
# Environment: CREW_KEPT, the folder of what an image keeps of a setup; CREW_ROLE, and CREW_INSTANCE, the marker in brackets that every process of the instance carries.
set -u
unset OLDPWD
crew_environment=$(export -p) # the agent's, before any variable here changes one that it shares a name with
unset CDPATH ENV

# CREW_MAIL and CREW_BIN: where mailbox and scripts lie, when it is not in C. CREW_STREAM: what is logged is said on stdout
# too, and every change of the status on stderr, for whoever follows from outside.
paths() { C=$1 W=$1/work S=$1/state LOG=$1/log/agent M=${CREW_MAIL:-$1} B=${CREW_BIN:-$1/bin}; }

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

