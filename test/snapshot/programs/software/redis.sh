# A server, a client for every command, loopback connections.
cd /tmp
redis-server --port 7777 --save '' --daemonize no > log 2>&1 &
for i in $(seq 50); do redis-cli -p 7777 ping 2>/dev/null | grep -q PONG && break; sleep 0.1; done
for i in $(seq 12); do redis-cli -p 7777 incr n; redis-cli -p 7777 rpush l $i; done
redis-cli -p 7777 lrange l 0 -1
redis-cli -p 7777 shutdown nosave
wait
echo done
