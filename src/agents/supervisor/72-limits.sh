# --- limits: when nothing may be asked of the model --------------------------------------------------------------------
# state/limit: whose it is, until when in epoch seconds, how often in a row, words.

LIMIT_AT_MOST=1209600 # seconds from now: no limit is longer, whoever says so

# Until the time that the program named; where it named none, for 30 s, doubled each time in a row up to 15 minutes.
limit_until() {
  until_now=$(date +%s) until_tries=0
  read_limit && until_tries=$LIMIT_TRIES
  until_at=$(epoch "$(told until)")
  [ "$until_at" != 0 ] || until_at=$(until_clock "$(told until-clock)")
  if [ "$until_at" -le "$until_now" ] || [ "$until_at" -gt $((until_now + LIMIT_AT_MOST)) ]; then
    until_wait=30 until_step=0
    while [ "$until_step" -lt "$until_tries" ] && [ "$until_wait" -lt 900 ]; do
      until_wait=$((until_wait * 2)) until_step=$((until_step + 1))
    done
    [ "$until_wait" -le 900 ] || until_wait=900
    until_at=$((until_now + until_wait))
  fi
  write_limit "$until_at" "$((until_tries + 1))" "$heed_words"
}

write_limit() { # $1 = until, $2 = how often in a row, $3 = words
  clear_place "$S/limit.new" "$S/limit"
  printf '%s %s %s %s\n' "$(whose_limit)" "$1" "$2" "$3" >"$S/limit.new" && mv -f "$S/limit.new" "$S/limit"
}

# Of the credential, met by another role: told with the order in hand, and said in the status from then on.
heed_limit() {
  limit_told=$(epoch "$(field Limit)")
  [ "$limit_told" != 0 ] && [ "$limit_told" -le $(($(date +%s) + LIMIT_AT_MOST)) ] || return 0
  read_limit || LIMIT_UNTIL=0 LIMIT_TRIES=0
  [ "$limit_told" -gt "$LIMIT_UNTIL" ] && [ -n "$PHASE" ] || return 0
  LIMIT_UNTIL=$limit_told
  write_limit "$limit_told" "$LIMIT_TRIES" "another role has met the limit of its credential"
  [ "$PHASE" = limited ] || phase "$PHASE"
}

epoch() { case $1 in '' | 0* | *[!0-9]* | ????????????*) echo 0 ;; *) echo "$1" ;; esac; }

# The end of the next minute that a clock here shows as `3:39 PM`, in epoch seconds: what is named by its minute is over
# within it. 0 where that has just been: nobody means tomorrow then.
until_clock() {
  case $1 in
    [0-9]:[0-5][0-9]\ [AP]M | 1[0-2]:[0-5][0-9]\ [AP]M) ;;
    *)
      echo 0
      return
      ;;
  esac
  clock_hour=${1%%:*} clock_minute=${1#*:}
  clock_minute=${clock_minute%% *}
  [ "$clock_hour" != 12 ] || clock_hour=0
  case $1 in *PM) clock_hour=$((clock_hour + 12)) ;; esac
  clock_now=$(date '+%s 1%H 1%M 1%S')
  set -- $clock_now
  clock_wait=$((clock_hour * 3600 + (1$clock_minute - 100) * 60 + 60 - (($2 - 100) * 3600 + ($3 - 100) * 60 + $4 - 100)))
  if [ "$clock_wait" -le -600 ]; then clock_wait=$((clock_wait + 86400)); fi
  if [ "$clock_wait" -le 0 ]; then echo 0; else echo $(($1 + clock_wait)); fi
}

# A limit is of what the program signs in with, and where: another credential has none. What else an environment has, such
# as the name of its machine, is another one with each instance.
whose_limit() {
  {
    printf '%s\n' "$crew_environment" | grep -E '^[a-z -]*[A-Z0-9_]*(KEY|TOKEN|SECRET|AUTH|PASSWORD|URL|CONFIG)[A-Z0-9_]*='
    for whose_one in ${CREW_AGENT_SECRETS-}; do (cd "$W" && cat "${whose_one#*:}"); done
  } 2>/dev/null | cksum | tr ' ' -
}

# Sets LIMIT_UNTIL, LIMIT_TRIES and LIMIT_WORDS; fails where there is none.
read_limit() {
  [ -f "$S/limit" ] && [ ! -L "$S/limit" ] || return 1
  { read -r limit_whose LIMIT_UNTIL LIMIT_TRIES LIMIT_WORDS; } <"$S/limit" || return 1
  LIMIT_UNTIL=$(epoch "$LIMIT_UNTIL") LIMIT_TRIES=$(number "$LIMIT_TRIES" 0)
  [ "$limit_whose" = "$(whose_limit)" ]
}

# Asks nothing of the model before its time. Fails where something else is to be done first.
await_limit() {
  is_preset && read_limit && [ "$(date +%s)" -lt "$LIMIT_UNTIL" ] || return 0
  phase limited "$LIMIT_WORDS" "$LIMIT_UNTIL"
  while [ "$(date +%s)" -lt "$LIMIT_UNTIL" ]; do
    nap
    look
    [ -z "$WITHDRAWN" ] && ! wheel_wanted || return 1
  done
}

