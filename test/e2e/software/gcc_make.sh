# Compiling, linking and running C; make.
cat > h.c <<'C'
#include <math.h>
#include <stdio.h>
int square(int);
int main(void) { printf("%d %.15f\n", square(12), sqrt(2.0)); return 0; }
C
echo 'int square(int x) { return x * x; }' > s.c
printf 'h: h.o s.o\n\tgcc -o $@ $^ -lm\n%%.o: %%.c\n\tgcc -O2 -Wall -c $<\n' > Makefile
make; ./h; make; gcc -O2 -S -o - s.c | grep -c imull; echo 'int main( {' > bad.c; gcc bad.c 2>&1 | head -1; gcc -shared -fPIC -o libs.so s.c && nm -D libs.so | grep square | cut -d' ' -f2-
