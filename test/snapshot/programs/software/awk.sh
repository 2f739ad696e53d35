# Floating point, big numbers, compression.
gawk 'BEGIN { for (i = 0; i < 20000; i++) s[i % 101] += i * i; for (i = 0; i < 9; i++) print i, s[i] }'
echo 'scale=60; 4*a(1)' | bc -l
seq 3000 | xz | xz -d | md5sum
