# initdb, server, psql over a unix socket and TCP, transactions and locks, parallel query, crash recovery, pgbench.
cat > steps.sh <<'P'
cd /tmp
initdb -A trust -E UTF8 --locale=C.UTF-8 | grep -v '^$'
echo "unix_socket_directories = '/tmp'" >> $PGDATA/postgresql.conf
pg_ctl -w -s -l pg.log start; echo started $?
psql -h /tmp -d postgres -At <<'Q' 2>&1 | sed 's, with PID [0-9]*,,'
select 6 * 7, version() ~ '^PostgreSQL 15';
create table t(id serial primary key, name text unique, at timestamptz default '2024-02-29 12:00Z', v numeric(20, 10));
insert into t(name, v) select 'name' || i, sqrt(i::numeric) from generate_series(1, 20000) i;
select count(*), sum(v), max(md5(name)) from t where id % 7 = 3;
insert into t(name) values ('name5');
begin; delete from t; savepoint s; select count(*) from t; select 1 / 0; rollback to s; rollback;
select count(*) from t;
create index on t using gin (to_tsvector('simple', name)); analyze t;
select name from t where to_tsvector('simple', name) @@ 'name77';
select jsonb_pretty('{"b": [1, 2, {"c": null}]}'::jsonb -> 'b' -> 2), '2024-03-10'::date - '2023-12-25'::date, regexp_replace('hello', 'l+', 'L');
with recursive f(a, b) as (values (0, 1) union all select b, a + b from f where b < 1000) select string_agg(a::text, ' ') from f;
create function double(n int) returns int language plpgsql as 'begin return n * 2; end'; select sum(double(id)) from t;
set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0; set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0; set enable_indexonlyscan = off; select count(*), avg(length(name)) from t;
copy (select id, name from t order by id limit 2) to stdout csv header; listen l; notify l, 'payload';
select pg_advisory_lock(1), pg_sleep(0.05);
vacuum full t; select pg_relation_size('t') > 0, current_setting('server_encoding'), to_char(now(), 'YYYY') > '2000';
Q
cat > locker.sql <<'Q'
begin; lock table t;
\! touch held; until test -e go; do sleep 0.1; done
update t set name = 'first' where id = 1; commit;
Q
psql -h /tmp -d postgres -At -f locker.sql > locker.out 2>&1 &
until test -e held; do sleep 0.1; done
psql -h 127.0.0.1 -d postgres -Atc "set lock_timeout = '100ms'; select count(*) from t" 2>&1
touch go; wait; cat locker.out
psql -h 127.0.0.1 -d postgres -Atc 'select name from t where id = 1'
kill -9 $(head -1 $PGDATA/postmaster.pid); sleep 0.5; pg_ctl -w -s -l pg.log start; echo restarted $?;
grep -c 'redo done' pg.log
psql -h /tmp -d postgres -Atc 'select name, count(*) over () from t where id < 3 order by id'
pgbench -h /tmp -i -q -s 1 postgres 2>&1 | grep -E '^(vacuum|creating|generating)'
pgbench -h /tmp -n -c 4 -j 2 ${RUN:--t 50} postgres 2>/dev/null | grep -E '^(number of failed|number of clients|transaction type)'
psql -h /tmp -d postgres -Atc "select (select sum(abalance) from pgbench_accounts) = (select sum(delta) from pgbench_history), (select sum(bbalance) from pgbench_branches) = (select sum(tbalance) from pgbench_tellers), count(*) >= ${LEAST:-200} from pgbench_history"
pg_dump -h /tmp -t t --schema-only postgres | grep -c CREATE; pg_ctl -w -s -m fast stop; echo stopped $?;
pg_controldata | grep 'cluster state'; grep -E 'PANIC|FATAL' pg.log | sed 's,.*\] ,,'
P
chmod 1777 /tmp
su postgres -s /bin/bash -c "PATH=$PATH:/usr/lib/postgresql/15/bin PGDATA=/tmp/pg RUN='$RUN' LEAST='$LEAST' bash steps.sh"; exit $?
