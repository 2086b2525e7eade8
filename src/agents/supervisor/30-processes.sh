# --- processes: everything that carries the marker, its descendants and their sessions ---------------------------------

SPARED= SESSION=

# Sets OTHERS: "pid:start" of every other process of the instance, but for those in SPARED and their descendants.
# A session counts when its leader is one of them, when it is the step's own (SESSION), or when its leader is dead and
# a marked process is in it.
others() {
  OTHERS=
  ! alone || return 0
  others_tries=0
  until list_others || [ "$others_tries" -ge 100 ]; do
    others_tries=$((others_tries + 1))
    sleep 0.05
  done
  others_left=
  for others_one in $OTHERS; do same "$others_one" && others_left="$others_left $others_one"; done
  OTHERS=$others_left
}

# Are there only those to be seen that this one comes from? So it is in an idle container, and nobody has to be asked more of.
# Whoever is gone again may have left another behind.
alone() {
  [ -r /proc/self/stat ] || return 1
  alone_line=' ' alone_pid=$$
  while [ "$alone_pid" -gt 0 ]; do
    alone_line="$alone_line$alone_pid "
    start_of "$alone_pid" || return 1
    alone_pid=$PARENT
  done
  for alone_one in /proc/[0-9]*; do
    case $alone_line in *" ${alone_one#/proc/} "*) continue ;; esac
    if start_of "${alone_one#/proc/}" || [ -z "$stat_text" ]; then return 1; fi
  done
}

# Each list ends with a word of its own: one that lacks it is not whole, as where there are too many processes for one more.
list_others() {
  others_marked=.
  if [ -r /proc/self/stat ]; then
    # head names each file before what is in it; busybox grep would not look beyond a file's first NUL
    others_marked=$(head -c 1048576 /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | awk '
      BEGIN { marker = "CREW_INSTANCE=" ENVIRON["CREW_INSTANCE"] }
      /^==> \/proc\/[0-9]+\/environ <==$/ { pid = $2; gsub(/[^0-9]/, "", pid); next }
      $0 == marker { printf "%s ", pid }
      END { if (pid != "") print "." }')
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
        if (self in parent) print "."
      }'
  )
  case $others_marked:$OTHERS in *.:*.) OTHERS=${OTHERS%.} ;; *) return 1 ;; esac
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

