#!/bin/sh
# spawn-agent.sh <branch> <agent-id>: one more agent beside those that are there. It becomes a role of crew.yaml, which is
# made from compose.agents.yml where there is none, and is brought up; nothing that runs already is touched.
set -eu

say() { printf '%s\n' "$*" >&2; }

if [ $# -ne 2 ] || [ -z "$1" ] || [ -z "$2" ]; then
  say "Usage: $0 <branch> <agent-id>"
  exit 1
fi
branch=$1 role=$2
# A number alone names no role that anybody wants to read.
case $role in *[!0-9]*) ;; *) role=agent-$role ;; esac
case $branch$role in
*[!A-Za-z0-9._/@-]*) say "Only letters, digits and ._/@- are taken here; write $role into crew.yaml by hand."; exit 1 ;;
esac

file=crew.yaml
cd "$(git rev-parse --show-toplevel)"
if [ ! -e "$file" ]; then
  if [ ! -e compose.agents.yml ]; then
    say "There is neither $file nor compose.agents.yml in $PWD."
    exit 1
  fi
  crew import compose.agents.yml --role "$role=$branch"
fi

# The branch of the role, as crew reads the file; nothing where there is no such role.
branch_of_role() {
  crew config | awk -v role="$role" '
    /^[^ ]/ { in_roles = /^roles:/; next }
    in_roles && /^  [^ ]/ { name = $0; gsub(/^  "?|"?:.*$/, "", name); next }
    in_roles && name == role && /^    branch: / { sub(/^    branch: "?/, ""); sub(/"$/, ""); print; exit }'
}

# Writes crew.yaml with the role below "roles:", indented as the roles there are.
with_role() {
  awk -v role="$role" -v branch="$branch" '
    { lines[NR] = $0 }
    /^roles:[ \t]*(#.*)?$/ { at = NR }
    END {
      if (!at) exit 1
      indent = "  "
      for (i = at + 1; i <= NR; i++) {
        if (lines[i] ~ /^[ \t]*(#.*)?$/) continue
        if (match(lines[i], /^ +/)) indent = substr(lines[i], 1, RLENGTH)
        break
      }
      for (i = 1; i <= NR; i++) {
        print lines[i]
        if (i == at) print indent role ": {branch: " branch "}"
      }
    }' "$file"
}

# One script at a time changes the file: who makes the new one has the right to.
lock() {
  tries=0
  until (set -C && : >"$file.new") 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 30 ]; then
      say "$file.new is there: another $0 is at work, or one was killed. Then remove it: rm $file.new"
      exit 1
    fi
    sleep 1
  done
  trap 'rm -f "$file.new"' EXIT
  trap 'exit 130' INT TERM HUP
}

lock
is=$(branch_of_role)
if [ -z "$is" ]; then
  if ! with_role >"$file.new"; then
    say "The roles of $file are not written one below the other; add this there: $role: {branch: $branch}"
    exit 1
  fi
  crew --file "$file.new" config -q
  # At once: a driver that runs reads the old file or the new one.
  mv "$file.new" "$file"
elif [ "$is" != "$branch" ]; then
  say "$role is there already, on $is. Take another id, or change its branch in $file."
  exit 1
fi
rm -f "$file.new"
trap - EXIT

crew up -d "$role"
