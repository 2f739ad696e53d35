# A server with threads for its connections, clients side by side, random members.
cd /tmp
redis-server --port 7778 --io-threads 3 --io-threads-do-reads yes --save '' --daemonize no > log 2>&1 &
for i in $(seq 50); do redis-cli -p 7778 ping 2>/dev/null | grep -q PONG && break; sleep 0.1; done
redis-benchmark -p 7778 -c 10 -n 400 -r 1000 -q sadd s __rand_int__ > bench 2>&1
for i in $(seq 4); do redis-cli -p 7778 srandmember s 3 & done
wait $(jobs -p | tail -n +2)
redis-cli -p 7778 spop s 5
redis-cli -p 7778 info server | grep -E 'run_id|process_id|server_time'
redis-cli -p 7778 shutdown nosave
wait
