#!/bin/sh
# Puts a static busybox (Debian package busybox-static, unmodified) at the path $1. Installs nothing on the machine.
set -eu
target=$1
if [ -x "$target" ]; then exit 0; fi
if [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1; then
  cp /bin/busybox "$target"
  exit 0
fi
echo 'fetching the Debian package busybox-static'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# apt drops to the user _apt, who must be able to write here.
chmod 755 "$work"
(cd "$work" && apt-get download -q busybox-static >apt.log 2>&1) || {
  [ "$(id -u)" = 0 ] && apt-get update -qq && (cd "$work" && apt-get download -q busybox-static >apt.log 2>&1)
} || {
  cat "$work/apt.log" >&2
  echo 'cannot download busybox-static: run "apt-get update" as root, or put a static busybox at' "$target" >&2
  exit 1
}
dpkg-deb -x "$work"/busybox-static_*.deb "$work/root"
cp "$(find "$work/root" -type f -name busybox -path '*bin*' | head -n 1)" "$target"
chmod 755 "$target"
