// What the transcendental instructions of x87 would give with 113 bits: the functions of glibc's _Float128, which use no x87.
// stdin: repeated struct point; stdout: a _Float128 for each. Angles are reduced as the unit does it, by a pi of 66 bits.
#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>

struct point {
  uint64_t opcode; /* the byte behind D9 */
  long double st0, st1;
};

/* The pi of 66 bits, halved. */
static const _Float128 HALF_PI = 0x3.243f6a8885a308d3p-1F128;

static _Float128 circular(int cosine, long double angle) {
  int quotient = 0;
  _Float128 rest = remquof128(angle, HALF_PI, &quotient);
  switch ((quotient + cosine) & 3) {
    case 0: return sinf128(rest);
    case 1: return cosf128(rest);
    case 2: return -sinf128(rest);
    default: return -cosf128(rest);
  }
}

static _Float128 exact(const struct point *p) {
  switch (p->opcode) {
    case 0xf0: return expm1f128(p->st0 * M_LN2f128);
    case 0xf1: return p->st1 * log2f128(p->st0);
    case 0xf2: return circular(0, p->st0) / circular(1, p->st0);
    case 0xf3: return atan2f128(p->st1, p->st0);
    case 0xf9: return p->st1 * log1pf128(p->st0) * M_LOG2Ef128;
    case 0xfe: return circular(0, p->st0);
    case 0xff: return circular(1, p->st0);
    default: return NAN;
  }
}

int main(void) {
  struct point p;
  while (fread(&p, sizeof p, 1, stdin) == 1) {
    _Float128 value = exact(&p);
    fwrite(&value, sizeof value, 1, stdout);
  }
  return 0;
}
