# openssl, bc, file, xz, zstd, bzip2, lua, zsh, gawk.
openssl dgst -sha256 /etc/passwd | cut -c1-40; echo secret | openssl enc -aes-256-cbc -pbkdf2 -k k -S 0102030405060708 | openssl base64; openssl genrsa 1024 2>/dev/null | openssl rsa -check -noout 2>&1 | head -1; echo x | openssl dgst -sha3-256 | tail -c 20
echo 'scale=60; 4*a(1); e(1); 2^200; sqrt(2)' | bc -l; file /bin/ls | cut -d, -f1-3; file /etc/passwd
for z in xz zstd bzip2 gzip; do seq 30000 | $z -c | $z -dc | sha256sum | cut -c1-12; done; seq 30000 | xz -9 -c | sha256sum | cut -c1-12
lua5.4 -e 'print(10//3, 2^53, ("x"):rep(3), string.format("%q", 0.1), #arg); local t={5,2,9}; table.sort(t); print(table.concat(t,","), math.type(3), 7 // 2.0)'
zsh -c 'a=(c a b); print ${(o)a} ${#a} ${a[1]}; print {1..3}; [[ foo == f* ]] && print match; print $((2.5 * 2))'
gawk 'BEGIN { printf "%s %.10f %d\n", strftime("%F", 0, 1), atan2(0, -1), length("héllo"); split("c b a", s); asort(s); print s[1], gensub(/l+/, "L", "g", "hello"), and(12, 10) }'
