# Subshells, pipelines, traps and signals.
for i in $(seq 60); do echo $i $((i * i)) $(printf %x $i | tr a-f A-F); done | sort -k2 -n | tail -20
trap 'echo usr1' USR1
trap 'echo bye' EXIT
(sleep 0.1; kill -USR1 $$) &
wait
wait
sleep 0.2
