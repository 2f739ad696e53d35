# tar and gzip: round trips, listings, formats.
umask 022
mkdir -p src/sub; seq 1 5000 > src/numbers; echo text > src/sub/text; ln src/numbers src/hard; ln -s sub/text src/link; chmod 600 src/sub/text
touch -d @1600000000 src src/sub src/numbers src/sub/text; touch -h -d @1600000000 src/link
tar --sort=name --owner=0 --group=0 --numeric-owner -cf a.tar src; sha256sum a.tar | cut -c1-20
tar -tvf a.tar --utc | awk '{print $1,$3,$4,$6,$7,$8}'
gzip -n -9 -k a.tar; sha256sum a.tar.gz | cut -c1-20; gzip -l a.tar.gz | awk 'NR==2{print $2}'; gzip -t a.tar.gz && echo fine
mkdir out; tar -C out -xzpf a.tar.gz; diff -r src out/src && echo equal; stat -c '%a %Y %h' out/src/sub/text out/src/numbers
gzip -1 < src/numbers | gzip -dc | cmp - src/numbers && echo round
tar -cz src | tar -xzO src/sub/text; tar --exclude='*.none' --transform 's,^src,dst,' -cf b.tar src; tar -tf b.tar | sort
tar -rf b.tar a.tar.gz; tar -tf b.tar | tail -1; tar --delete -f b.tar a.tar.gz; tar -xf a.tar.gz nothing 2>&1 | head -1; echo garbage | gzip -d 2>&1; echo $?
head -c 100 a.tar.gz | gzip -dc 2>&1 >/dev/null; echo "cut $?"; printf 'x' | gzip -n | od -An -tx1
