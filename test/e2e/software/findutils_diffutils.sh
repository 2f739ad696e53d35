# find and xargs; diff, cmp, diff3, sdiff; file.
mkdir -p t/{a,b}/{x,y} u; for i in 1 2 3; do seq $i > t/a/x/f$i; seq $((i * 2)) > t/b/y/f$i; done
ln t/a/x/f1 t/b/x/hard; ln -s ../a t/b/link; mkfifo t/pipe; touch -d '2001-02-03 UTC' t/old; chmod 4711 t/a/x/f2
truncate -s 1M t/sparse; touch 't/new
line' 't/sp ace'; chmod 000 t/a/y
find t -type f -links +1 | sort; find t -newermt 2002-01-01 ! -newermt 2100-01-01 -name 'f*' | sort
find t -size +1000k; find t -perm -4000; find t -samefile t/a/x/f1 | sort; find -L t -type f -name f1 | sort
find t -lname '*a' -printf '%p -> %l\n'; find t -type p -o -type l | sort; find t -depth -name '[ab]' | sort -r
find t -regex '.*/f[12]' -exec sh -c 'echo "$#"' sh {} +; find t -mtime +300 -ls | awk '{print $3, $11}'
find t -print0 | tr '\0' '|' | wc -c; find t -path '*/x/*' -prune -o -type f -print | sort
find t -name 'f*' -execdir echo {} \; | sort | uniq -c; find t -maxdepth 1 -quit; find missing; echo $?
find t -type f -inum $(stat -c %i t/old); find t -user root -group root | wc -l
find t -name 'f?' -printf '%f %s %m %n %y %d\n' | sort | uniq -c; find t -empty | wc -l
seq 10 | xargs -n 3 echo; seq 3 | xargs -I{} echo 'a {} b'; printf 'x\0y z\0' | xargs -0 -n1 echo
seq 6 | xargs -P 3 -n 2 sh -c 'exit 0'; echo $?; seq 3 | xargs -n1 sh -c 'exit 255'; echo $?
echo a | xargs sh -c 'kill -9 $$'; echo $?; seq 100000 | xargs echo | wc -l | awk '{print $1 > 1}'
xargs -r echo < /dev/null; xargs --show-limits -r < /dev/null 2>&1 | tail -1 | grep -c .
seq 10 > 1; seq 10 | sed '3d;7s/7/seven/;10a eleven' > 2; diff 1 2; diff -u --label a --label b 1 2; diff -y -W 30 1 2
diff -q 1 2; echo $?; diff -r t/a t/b; diff -rN t/a/x t/b/y | wc -l; cmp 1 2; cmp -l 1 2 | head -3
cmp -n 4 1 2 && echo prefix; sed 's/5/five/' 1 > 3; diff3 2 1 3; diff3 -m 2 1 3 | head -12; sdiff -s -w 40 1 2
diff -e 1 2; diff <(printf 'a \n') <(printf 'a\n') -b && echo blanks; diff 1 /dev/null | wc -l
diff -i <(echo A) <(echo a); echo $?; head -c 3000 /bin/ls > bin; diff bin 1
diff --color=always 1 2 | head -2 | od -c | head -2
for f in /bin/ls /etc/passwd /usr/bin/bash /dev/null /tmp t/pipe t/b/link t/sparse /usr/lib/x86_64-linux-gnu/libc.so.6
do file -b $f | cut -d, -f1-3; done; gzip -nc 1 > g.gz; bzip2 -k 1; xz -k 2; tar cf r.tar 1 2
printf '\x89PNG\r\n\x1a\n' > p; echo '#!/bin/sh' > s; printf '\xff\xfeh\0i\0' > w; file -i g.gz 1.bz2 2.xz r.tar p s w
file -z g.gz; echo data | file -; file -f <(ls) | wc -l
