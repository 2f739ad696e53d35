# Text tools of coreutils.
seq 1 20 > n; shuf --random-source=n n >/dev/null; echo "shuf $?"
sort -t, -k2,2n -k1,1r <<'X'
b,2
a,10
c,2
d,1
X
printf 'b\na\nb\nc\na\n' | sort | uniq -c | sed 's/^ *//'
paste -d: <(seq 3) <(seq 4 6); join <(printf '1 a\n2 b\n') <(printf '1 x\n3 y\n'); comm -12 <(seq 1 5) <(seq 3 8)
echo 'Hello World' | tr 'a-zA-Z' 'n-za-mN-ZA-M' ; echo abcabc | tr -d b | tr -s a; echo "a,b;c" | tr ',;' '\n\n'
cut -d: -f1,3- <<< "a:b:c:d"; cut -c2-4 <<< abcdef; head -c 5 <<< abcdefgh; echo; tail -n +18 n; tac n | head -2
nl -ba <(printf 'x\n\ny\n'); fold -w 10 <<< "the quick brown fox jumps"; fmt -w 20 <<< "the quick brown fox jumps over the lazy dog"
wc n | awk '{print $1,$2,$3}'; od -An -tx1 -c <<< "hi$(printf '\001')"; expand <<< "a	b"; unexpand -a <<< "a       b"
base64 <<< "wasm box" | tee b64 ; base64 -d b64; sha256sum n | cut -c1-16; md5sum n | cut -c1-8; cksum n | cut -d' ' -f1; sum n
split -l 7 n part; wc -l part* | awk '{print $1,$2}'; csplit -s n 5 10; cat xx01
expr 3 + 4 \* 2; expr length hello; expr match abc123 '[a-z]*'; factor 123456789012; numfmt --to=iec 1234567; seq -f '%03g' 8 2 12
date -u -d @1700000000 '+%F %T %a %j'; date -u -d '2024-02-29 +1 year' +%F; TZ=Europe/Berlin date -d @0 +%H%z
printf '%.10f\n' 0.1; echo 'scale' | cat -A; echo -e 'a\tb\n' | cat -T; yes | head -c 10 | od -c | head -1
tsort <<< "a b b c"; pr -t -2 -l 5 <(seq 6) | cat -A; dd if=n bs=4 count=2 2>/dev/null; echo
