#!/bin/sh
# npm run demo: builds a box from examples/hello/Dockerfile and runs it. Needs Node and, for the program inside the box,
# Debian's busybox-static, which it fetches when it is not installed. Writes below build/demo only.
set -eu
cd "$(dirname "$0")/.."
sh tools/prepare.sh
dir=build/demo
mkdir -p "$dir"
cp examples/hello/* "$dir"
sh examples/fetch-busybox.sh "$dir/busybox"
export XDG_DATA_HOME="$PWD/$dir/store"
echo
echo "$ wbx build -o $dir/hello.wasm $dir"
node dist/bin/wbx.cjs build -o "$dir/hello.wasm" "$dir"
echo
echo "$ wbx run $dir/hello.wasm"
node dist/bin/wbx.cjs run "$dir/hello.wasm"
echo
echo "$ wbx run $dir/hello.wasm sh -c 'uname -a; ls /; echo \$((6 * 7))'"
node dist/bin/wbx.cjs run "$dir/hello.wasm" sh -c 'uname -a; ls /; echo $((6 * 7))'
