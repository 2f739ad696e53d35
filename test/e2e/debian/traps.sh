# Signals, traps, wait statuses.
trap 'echo got USR1' USR1
kill -USR1 $$
trap 'echo got TERM' TERM
(kill -TERM $$); echo after
sleep 30 & p=$!
{ kill -9 $p; wait $p; } 2>/dev/null; echo "killed $?"
{ (kill -SEGV $BASHPID); } 2>/dev/null; echo "segv $?"
{ bash -c 'kill -ABRT $$'; } 2>/dev/null; echo "abrt $?"
bash -c 'trap "" INT; kill -INT $$; echo survived'
bash -c 'trap "echo bye; exit 9" INT; kill -INT $$; echo unreachable'; echo "status $?"
trap 'echo exit trap' EXIT
trap 'echo "err $? at $LINENO"' ERR
false
trap - ERR
trap -p USR1
timeout 0.1 sleep 5; echo "timeout $?"
{ timeout -s KILL 0.1 sleep 5; } 2>/dev/null; echo "timeout kill $?"
bash -c 'sleep 0.1 & wait -n; echo "wait -n $?"'
(sleep 0.05; exit 3) & wait $!; echo "waited $?"
