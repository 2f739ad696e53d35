# A compiler, its assembler and linker, and what they made.
cd /tmp
cat > a.c <<'END'
#include <stdio.h>
int main(void) {
  for (int i = 0; i < 9; i++) printf("%d\n", i * i);
  return 7;
}
END
gcc -O2 -o a a.c && ./a
echo $?
