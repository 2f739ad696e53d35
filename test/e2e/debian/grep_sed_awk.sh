# grep, sed, mawk, find, xargs.
cat > t <<'X'
alpha 1 red
beta 22 green
gamma 333 blue
Delta 4444 red
X
grep -n 'a$\|d$' t; grep -c red t; grep -vi delta t | wc -l; grep -oE '[0-9]{3,}' t; grep -A1 -B1 gamma t; grep -q zzz t; echo $?
grep -P '(?<=beta )\d+' -o t; grep -rl green . | sort; grep -w 22 t; grep -e alpha -e beta --color=never t; grep -F '.' t; echo "f $?"
sed -n '2,3p' t; sed 's/\([a-z]*\) \([0-9]*\)/\2 \1/' t; sed -e '/red/d' -e 's/e/E/g' t; sed '1!G;h;$!d' t | head -2; sed -i.bak 's/red/RED/' t; diff t t.bak | head -2
sed -E ':a;s/^([0-9]+)([0-9]{3})/\1,\2/;ta' <<< 1234567; sed 'y/abc/xyz/;2q' t; sed -n '/beta/,/Delta/{=;p}' t; sed '$a last' t | tail -1
mawk '{s+=$2; c[$3]++} END {print s; for (k in c) print k, c[k] | "sort"}' t
mawk -F: 'BEGIN{OFS="-"; x=1e6; print x, 1/3, int(7/2), substr("hello",2,3), index("hello","l"), length("abc"), toupper("q")}'
mawk 'BEGIN{printf "%d %s %5.2f %c\n", 42.9, "s", 3.14159, 65; n=split("a b c",p); print n, p[3]; gsub(/b/,"X"); print match("foobar","o+"), RSTART, RLENGTH}'
mawk 'NR%2{print $1; next} {print "even", NF}' t; seq 10 | mawk '$1>5 && /[79]/'
mkdir -p x/y z; touch x/1.c x/y/2.c z/3.h
find . -name '*.c' | sort; find x -type d | sort; find . -maxdepth 1 -type f -newer t.bak | sort; find . -name '*.h' -exec echo found {} \; ; find . -empty -type f | sort | head -3
find . -name '*.c' -print0 | sort -z | xargs -0 -n1 basename; seq 5 | xargs -n2 echo; echo a b c | xargs -I{} echo "<{}>"; find x -name y -prune -o -type f -print; find . -perm -u+r -name t -printf '%f %s\n'; find x -delete; ls x 2>&1
seq 3 | xargs -P2 -I{} sh -c 'exit {}'; echo "xargs $?"
