# sqlite3 and redis.
sqlite3 d.db "create table t(id integer primary key, name text); with recursive n(i) as (select 1 union all select i+1 from n where i<5000) insert into t select i, 'name'||(i*7919%5000) from n; create index i on t(name); select count(distinct name), max(id) from t; select * from t where name='name42'; pragma integrity_check; begin; delete from t where id>10; rollback; select count(*) from t;"
redis-server --port 7000 --save '' --daemonize yes > /dev/null; for i in 1 2 3 4 5 6 7 8 9 10; do redis-cli -p 7000 ping 2>/dev/null | grep -q PONG && break; sleep 0.2; done
c() { redis-cli -p 7000 "$@"; }
c set a 5; c incr a; c rpush l x y z; c lrange l 0 -1; c hset h f v; c hgetall h; c eval 'return redis.call("get", KEYS[1]) * 2' 1 a; c zadd z 3 c 1 a 2 b; c zrange z 0 -1 withscores; c expire a 100; c ttl a | grep -cE '^(99|100)$'; c shutdown nosave 2>&1; sleep 0.2; c ping 2>&1 | head -1
