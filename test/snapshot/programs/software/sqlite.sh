# A database file with an index.
cd /tmp
sqlite3 a.db "create table t(a, b);
with recursive c(x) as (select 1 union all select x + 1 from c where x < 3000) insert into t select x, x * x % 97 from c;
create index i on t(b);
select b, count(*), sum(a) from t group by b order by 3 desc limit 9;
pragma integrity_check"
