#!/usr/bin/env bash
# Makes the images that the tests with a Docker engine use: archives in FOLDER, made once, imported where the engine lacks
# them. Needs root, debootstrap and a static busybox; no docker program. Usage: scripts/test-images.sh FOLDER
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
engine="$(cd "$(dirname "$0")" && pwd)/engine.mjs"
work=
trap 'rm -rf --one-file-system "$work"' EXIT

# image NAME ARCHIVE MAKER: MAKER fills a folder with what the image holds.
image() {
  local archive=$folder/$2
  node "$engine" ping
  if node "$engine" has "$1" 2>/dev/null; then return 0; fi
  if [ ! -s "$archive" ]; then
    echo "making $archive"
    work=$(mktemp -d)
    "$3" "$work/root"
    tar --numeric-owner -C "$work/root" -cf "$archive.new" .
    mv "$archive.new" "$archive"
    rm -rf --one-file-system "$work"
  fi
  echo "importing $1"
  node "$engine" import "$1" "$archive"
}

# Debian with git, and the authorities that this machine believes.
base() {
  local try
  for try in 1 2 3; do
    if debootstrap --variant=minbase --include=git,ca-certificates bookworm "$1" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}; then
      rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*
      if [ -s /etc/ssl/certs/ca-certificates.crt ]; then
        cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
      fi
      return 0
    fi
    echo "try $try of 3 failed: debootstrap" >&2
    rm -rf --one-file-system "$1"
    sleep $((try * 2))
  done
  return 1
}

# One program under many names: the smallest that has a shell, and neither git nor Node.
tiny() {
  local busybox applet
  busybox=$(command -v busybox)
  if ldd "$busybox" >/dev/null 2>&1; then
    echo "$busybox is not static (busybox-static is)" >&2
    return 1
  fi
  mkdir -p "$1"/{bin,sbin,usr/bin,usr/sbin,etc,root,tmp,var,proc,sys,dev}
  chmod 1777 "$1/tmp"
  cp "$busybox" "$1/bin/busybox"
  busybox --list-full | while read -r applet; do
    mkdir -p "$1/$(dirname "$applet")"
    [ -e "$1/$applet" ] || ln "$1/bin/busybox" "$1/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$1/etc/group"
}

image crew-test-base:bookworm base-bookworm.tar base
image crew-test-tiny:busybox tiny-busybox.tar tiny
