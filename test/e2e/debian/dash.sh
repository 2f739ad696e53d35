# The same in dash: the system's /bin/sh.
dash <<'X'
set -e
x=$(printf '%s' "a b"); echo "[$x]" "${x#a }" "${x%b}" "${#x}"
f() { return 3; }; f || echo "f $?"
i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo -n "$i "; done; echo
trap 'echo trapped' EXIT
case abc in a*) echo match;; esac
echo one two | { read a b; echo "$b"; }
(exit 5) || echo "sub $?"
eval 'y=5'; echo $y; set -- 1 2 3; shift; echo "$# $*"; for a; do echo "$a"; done
cat <<EOF
here $y
EOF
test -n "$y" && echo ok; kill -l 9; umask; : ${v:=w}; echo $v; printf '%d %x\n' 10 255
sleep 0.05 & wait $!; echo "waited $?"
X
echo "dash $?"
