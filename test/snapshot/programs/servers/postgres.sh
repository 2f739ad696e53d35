# A cluster made, its server with its processes, clients side by side, a transaction broken off.
cat > /tmp/steps.sh <<'P'
cd /tmp
initdb -A trust -E UTF8 --locale=C --no-sync --no-instructions > initdb.log || cat initdb.log
echo "unix_socket_directories = '/tmp'" >> $PGDATA/postgresql.conf
pg_ctl -w -s -l pg.log start; echo started $?
ask() { psql -h /tmp -d postgres -At -c "$1"; }
ask 'create table t(id serial primary key, v int)'
for n in 1 2 3; do ask "insert into t(v) select i * $n from generate_series(1, 200) i" & done
wait
ask 'begin; delete from t; rollback' 
ask 'select count(*), sum(v) from t'
ask 'select string_agg(v::text, $$ $$ order by v desc) from t where v % 97 = 0'
pg_ctl -w -s stop; echo stopped $?
P
export PATH=/usr/lib/postgresql/15/bin:$PATH PGDATA=/tmp/pg
su postgres -s /bin/sh -c 'sh /tmp/steps.sh'
