#!/usr/bin/env bash
# Builds the versions of beads' bd that the tests run against, as ordinary Go dependencies, into FOLDER/<version>/bd.
# What is there is left alone. Usage: scripts/build-bd.sh FOLDER [VERSION...]
set -euo pipefail
folder=$1
shift
[ $# -gt 0 ] || set -- 0.47.1 1.0.5 1.2.2

command -v go >/dev/null || { echo "bd cannot be built: there is no go" >&2; exit 1; }

# Downloads fail in bad minutes; what was fetched stays fetched.
build() {
  local try
  for try in 1 2 3; do
    if GOFLAGS=-mod=mod go build "$@"; then return 0; fi
    echo "try $try of 3 failed: go build $*" >&2
    sleep $((try * 2))
  done
  return 1
}

for version in "$@"; do
  target=$folder/$version/bd
  [ ! -x "$target" ] || continue
  # From 1.0 on an embedded database needs C; its regular expressions are taken in Go.
  case $version in
    0.*) cgo=0 tags=() ;;
    *) cgo=1 tags=(-tags=gms_pure_go) ;;
  esac
  work=$(mktemp -d)
  printf 'module bd\n\ngo 1.24\n\ntool github.com/steveyegge/beads/cmd/bd\n\nrequire github.com/steveyegge/beads v%s\n' "$version" >"$work/go.mod"
  echo "building bd $version"
  (cd "$work" && CGO_ENABLED=$cgo build "${tags[@]}" -o bd github.com/steveyegge/beads/cmd/bd)
  mkdir -p "$folder/$version"
  mv "$work/bd" "$target.new"
  mv "$target.new" "$target"
  rm -rf "$work"
done
