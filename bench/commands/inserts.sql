CREATE TABLE sale (id INTEGER PRIMARY KEY, shop TEXT, amount REAL);
CREATE INDEX by_shop ON sale (shop);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
INSERT INTO sale SELECT i, 'shop ' || (i * 7919 % 500), (i % 1000) / 10.0 FROM n;
COMMIT;
SELECT shop, count(*), round(sum(amount), 1) FROM sale GROUP BY shop ORDER BY 3 DESC LIMIT 5;
