# A server under load: twenty clients at once, commands in pipelines, and what they have left behind.
cd /tmp
redis-server --port 7779 --save '' --daemonize no > log 2>&1 &
for i in $(seq 50); do redis-cli -p 7779 ping 2>/dev/null | grep -q PONG && break; sleep 0.1; done
redis-benchmark -p 7779 -c 20 -n 1500 -q incr counter > bench 2>&1 &
redis-benchmark -p 7779 -c 5 -n 1000 -P 10 -q lpush list value > pipes 2>&1 &
wait %2 %3
redis-cli -p 7779 mget counter none
redis-cli -p 7779 llen list
redis-cli -p 7779 debug digest
redis-cli -p 7779 shutdown nosave
wait
echo done
