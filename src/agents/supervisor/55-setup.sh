# --- what a setup is known by, and what an image keeps of one that ran -------------------------------------------------

# Where an image that crew made has key, list, work/ and home/ (gate.sh writes them); empty where there are no images.
KEPT=${CREW_KEPT-}

# Prints what the setup in folder $1 is known by: its text, and for each file of its key what that holds in the work tree.
setup_key() {
  cat "$1/setup"
  [ -s "$1/setup-key" ] || return 0
  while IFS= read -r key_file; do
    if [ -f "$W/$key_file" ]; then
      key_holds=$(g hash-object --no-filters -- "$key_file" </dev/null 2>/dev/null)
    else
      key_holds=$(g rev-parse -q --verify "HEAD:$key_file" </dev/null 2>/dev/null)
    fi
    printf '\n%s %s' "${key_holds:--}" "$key_file"
  done <"$1/setup-key"
}

# Puts into the clone and HOME what the image keeps of the setup whose key is in file $1. Fails where it keeps none, or
# anything of the clone's stands where that would go; then the clone is as it was.
take_kept() {
  [ -n "$KEPT" ] && [ -f "$KEPT/key" ] && cmp -s "$KEPT/key" "$1" || return 1
  while IFS= read -r kept_one; do
    case $kept_one in */*) [ -d "$W/${kept_one%/*}" ] || return 1 ;; esac
    if [ -e "$W/$kept_one" ] || [ -L "$W/$kept_one" ]; then return 1; fi
  done <"$KEPT/list"
  # cp puts no folder over a link: nothing lands outside of the clone
  if cp -a "$KEPT/work/." "$W/" && take_home "$KEPT/home" "$C/home"; then
    mark_log "setup, $TITLE, taken from the image: it ran there on the same files"
    return
  fi 2>>"$LOG"
  while IFS= read -r kept_one; do rm -rf "${W:?}/$kept_one"; done <"$KEPT/list"
  return 1
}

# What is in HOME already stays.
take_home() (
  for home_one in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    home_to=$2/${home_one##*/}
    if [ ! -e "$home_one" ] && [ ! -L "$home_one" ]; then
      continue
    elif [ ! -e "$home_to" ] && [ ! -L "$home_to" ]; then
      cp -a "$home_one" "$home_to" || exit 1
    elif [ -d "$home_one" ] && [ ! -L "$home_one" ] && [ -d "$home_to" ] && [ ! -L "$home_to" ]; then
      take_home "$home_one" "$home_to" || exit 1
    fi
  done
)

