# Processes: environment, nice, nohup, exec, exit statuses, /proc.
env -i A=1 B=2 env | sort; env -u HOME sh -c 'echo ${HOME-unset}'
exec 9>&1; (exec sh -c 'echo replaced >&9'); echo "back"
sh -c 'exit 300'; echo $?; nonexistent_command 2>/dev/null; echo $?; ./ 2>/dev/null; echo $?
echo 'echo script $0 $1' > s; chmod +x s; ./s arg; printf '#!/bin/sh -e\nfalse\necho no\n' > s2; chmod +x s2; ./s2; echo $?
printf '#!/nonexistent\n' > s3; chmod +x s3; ./s3 2>/dev/null; echo $?; echo x > s4; ./s4 2>/dev/null; echo $?
cat /proc/self/comm; tr '\0' ' ' < /proc/self/cmdline; echo; readlink /proc/self/exe; ls /proc/self/fd | head -3
[ -r /proc/self/maps ] && grep -c stack /proc/self/maps; head -1 /proc/self/status; grep -c processor /proc/cpuinfo | grep -qE '[1-9]' && echo cpu
nice -n 5 nice; nohup true 2>/dev/null; echo $?; sh -c 'echo $$' | grep -qE '^[0-9]+$' && echo pid
for i in 1 2 3 4 5 6 7 8 9 10; do sh -c "exit $i" & pids+=($!); done; for p in "${pids[@]}"; do wait $p; echo -n "$? "; done; echo
seq 1 50 | while read -r i; do (exit $((i % 2))) || echo -n .; done; echo
sleep 0.01 && echo slept; times | wc -l; id -u | grep -qE '^[0-9]+$' && echo id; hostname >/dev/null && echo host; uname -s -m; pwd | sed 's/.*\///' | grep -c .
tty; echo | stty 2>&1 | head -1; [ -t 0 ] || echo "not a terminal"
