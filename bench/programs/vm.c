#include "bench.h"

// A bytecode interpreter with a jump table, as scripting languages have. Its program is a linear congruential
// generator whose values are counted by their remainder.
enum { CONST, LOAD, STORE, ADD, MUL, REM, LESS, JUMP_IF, HALT };

// Variables: 0 = rounds, 1 = round, 2 = value, 3 = sum.
static const int32_t CODE[] = {
  /* 0 */ LOAD, 2, CONST, 1103515, MUL, CONST, 12345, ADD, CONST, 2147483647, REM, STORE, 2,
  /* 13 */ LOAD, 3, LOAD, 2, CONST, 97, REM, ADD, STORE, 3,
  /* 23 */ LOAD, 1, CONST, 1, ADD, STORE, 1,
  /* 30 */ LOAD, 1, LOAD, 0, LESS, JUMP_IF, 0,
  /* 37 */ HALT,
};

static int64_t run(const int32_t *code, int64_t rounds) {
  int64_t stack[16], vars[4] = {rounds, 0, 1, 0}, *sp = stack;
  for (const int32_t *pc = code;;) {
    switch (*pc++) {
      case CONST: *sp++ = *pc++; break;
      case LOAD: *sp++ = vars[*pc++]; break;
      case STORE: vars[*pc++] = *--sp; break;
      case ADD: sp--, sp[-1] += sp[0]; break;
      case MUL: sp--, sp[-1] *= sp[0]; break;
      case REM: sp--, sp[-1] %= sp[0]; break;
      case LESS: sp--, sp[-1] = sp[-1] < sp[0]; break;
      case JUMP_IF: pc = *--sp ? code + *pc : pc + 1; break;
      case HALT: return vars[3];
    }
  }
}

uint64_t work(int scale) { return run(CODE, scale * 100000); }
