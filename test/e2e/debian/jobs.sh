# Job control in a script: background jobs, set -m, fg, stop and continue.
set -m
sleep 0.2 & sleep 0.3 &
jobs | sed 's/  */ /g'
wait; echo "all done"
(kill -STOP $BASHPID; echo continued) &
p=$!
while [ "$(ps -o stat= -p $p 2>/dev/null || sed 's/.*) //; s/ .*//' /proc/$p/stat)" != T ] && ! grep -q '^State:.*T' /proc/$p/status; do sleep 0.02; done
jobs -s | sed 's/  */ /g; s/(.*//'
fg >/dev/null; echo "status $?"
(sleep 0.1; exit 4) & fg >/dev/null; echo "fg $?"
cat <(sleep 0.05; echo substituted)
coproc C { while read -r l; do echo "co:$l"; done; }
echo hi >&"${C[1]}"; read -r answer <&"${C[0]}"; echo "$answer"
eval "exec ${C[1]}>&-"; wait "$C_PID" 2>/dev/null; echo "coproc $?"
disown -a; echo end
