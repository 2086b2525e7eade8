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
    g for-each-ref --format='%(objectname) %(refname)' 2>/dev/null
    { [ -s "$W/.git/logs/refs/stash" ] || [ -d "$W/.git/reftable" ]; } && g rev-list -g refs/stash 2>/dev/null
    g rev-list --ignore-missing --parents --reflog --not HEAD --exclude=refs/crew/rescue --exclude=refs/crew/live --all 2>/dev/null |
      awk '{ seen[$1] = 1; for (i = 2; i <= NF; i++) parent[$i] = 1 } END { for (c in seen) if (!(c in parent)) print c }'
  } | sed '/ refs\/crew\/\(rescue\|live\)$/d;s/ .*//;/^$/d;s/$/^{commit}/' | g cat-file --batch-check='%(objecttype) %(objectname)' 2>/dev/null |
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
# of the index, which knows the files that are unchanged, unless that could hide some; as old as the index is, since git
# looks again into what was changed no earlier than that (Documentation/technical/racy-git).
take_tree() {
  PLAIN=$S/plain.$$ INDEX=$S/index.$$ STAGED= TREE= # a rescue that a killed crew left may be under way beside this one
  mkdir -p "$S"
  rm -rf "$INDEX" "$INDEX.lock" "$PLAIN"
  printf '[core]\n\tsparseCheckout = false\n\tuntrackedCache = false\n' >"$PLAIN"
  g config --name-only --get-regexp '^filter\..*\.(clean|smudge|process|required)$' 2>/dev/null |
    while IFS= read -r take_key; do
      take_value=
      case $take_key in *.required) take_value=false ;; esac
      g config -f "$PLAIN.new" "$take_key" "$take_value"
    done
  [ -f "$PLAIN.new" ] && cat "$PLAIN.new" >>"$PLAIN" && rm -f "$PLAIN.new"
  if [ -f "$W/.git/index" ] && [ ! -L "$W/.git/index" ]; then
    cp -p "$W/.git/index" "$INDEX" && STAGED=$(g write-tree 2>/dev/null)
  fi
  if [ -z "$STAGED" ] || has_flags; then
    rm -rf "$INDEX" "$INDEX.lock"
    g read-tree HEAD >/dev/null 2>&1 || g read-tree --empty
  fi
  # One that git had nothing to write into is of the same tree.
  if add_all; then
    if [ -n "$STAGED" ] && cmp -s "$W/.git/index" "$INDEX"; then TREE=$STAGED; else TREE=$(g write-tree 2>/dev/null); fi
  fi
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
# stays reachable; when nothing is new the ref stays. Sets CAPTURED to "nothing" where no rescue was needed at all.
capture() {
  for capture_try in 1 2 3; do
    capture_once "$1" && return
    [ -z "$FAULT" ] || return 1
  done
  return 1
}

# Are the files as they were cloned, with the commit in the file $1 all that anything there names? Then the repository has
# everything already.
is_untouched() {
  [ -f "$M/source/commit" ] && { read -r untouched_from || [ -n "$untouched_from" ]; } <"$M/source/commit" || return 1
  { read -r untouched_named && ! read -r untouched_more && [ "$untouched_named" = "$untouched_from" ]; } <"$1" || return 1
  [ "$TREE" = "$(g rev-parse -q --verify 'HEAD^{tree}' 2>/dev/null)" ] && [ "${STAGED:-$TREE}" = "$TREE" ]
}

# Fails also when another one has moved the ref meanwhile.
capture_once() {
  clone_fault && return 1
  take_tree || return 1
  capture_parents=$S/parents.$$
  named_commits >"$capture_parents" || return 1
  capture_old=$(commit_at "$1")
  CAPTURED=yes
  if [ "$1" = refs/crew/rescue ] && [ -z "$capture_old" ] && is_untouched "$capture_parents"; then
    CAPTURED=nothing
    rm -f "$capture_parents"
    return 0
  fi
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
    git -c init.defaultBranch=none init -q --template= "--object-format=$(cat "$M/source/format")" "$W" || return 1
  mkdir -p "$W/.git/objects/info" "$W/.git/info"
  cp "$M/source/alternates" "$W/.git/objects/info/alternates" || return 1
  if [ -f "$M/source/shallow" ]; then cp "$M/source/shallow" "$W/.git/shallow" || return 1; fi
  g config user.name "crew/$CREW_ROLE" && g config user.email "$CREW_ROLE@crew.invalid" &&
    g config gc.auto 0 && g config maintenance.auto false && g config uploadpack.allowAnySHA1InWant true || return 1
  case $1 in
    '') g checkout -q -f --detach "$2" ;;
    *) g checkout -q -f -B "$1" "$2" ;;
  esac
}

# One that was broken off, as where its git was killed, says nothing of what it is made of: three tries. Sets CLONE_SAID.
clone_in_three() {
  for clone_try in 1 2 3; do
    [ "$clone_try" = 1 ] || nap
    CLONE_SAID=$(make_clone "$@" 2>&1) && return
    has_room || return 1
  done
  return 1
}
