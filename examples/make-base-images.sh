#!/bin/sh
# Makes base images from Debian packages and imports them into the local store: `busybox` (one static binary) and
# `debian:bookworm` (debootstrap, variant minbase). Usage: make-base-images.sh [busybox] [debian]; both by default.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
wbx() { node "$here/../dist/bin/wbx.cjs" "$@"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_busybox() {
  mkdir -p "$work/busybox/bin" "$work/busybox/etc" "$work/busybox/tmp" "$work/busybox/root"
  chmod 1777 "$work/busybox/tmp"
  sh "$here/fetch-busybox.sh" "$work/busybox/bin/busybox"
  for applet in $("$work/busybox/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$work/busybox/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$work/busybox/etc/passwd"
  echo 'root:x:0:' >"$work/busybox/etc/group"
  wbx import "$work/busybox" busybox --cmd sh
}

make_debian() {
  command -v debootstrap >/dev/null || {
    echo 'debootstrap is missing: apt-get install debootstrap' >&2
    exit 1
  }
  [ "$(id -u)" = 0 ] || {
    echo 'debootstrap needs root: run this script with sudo' >&2
    exit 1
  }
  debootstrap --variant=minbase bookworm "$work/debian"
  rm -rf "$work/debian"/var/cache/apt/archives/*.deb "$work/debian"/var/lib/apt/lists/*
  wbx import "$work/debian" debian:bookworm --cmd bash
}

[ $# -gt 0 ] || set -- busybox debian
for image in "$@"; do
  case $image in
    busybox) make_busybox ;;
    debian) make_debian ;;
    *) echo "unknown image $image: busybox or debian" >&2 && exit 1 ;;
  esac
done
