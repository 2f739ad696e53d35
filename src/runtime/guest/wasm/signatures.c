// Types of the instructions that have no immediates, as runs of opcodes that share one.
#include "opcodes.h"
#include "validate.h"

struct run {
  u8 last;  // opcode
  struct signature signature;
};

static const struct run RUNS[] = {
    {0x45, {1, I32, I32}}, {0x4f, {2, I32, I32}}, {0x50, {1, I64, I32}}, {0x5a, {2, I64, I32}}, {0x60, {2, F32, I32}},
    {0x66, {2, F64, I32}}, {0x69, {1, I32, I32}}, {0x78, {2, I32, I32}}, {0x7b, {1, I64, I64}}, {0x8a, {2, I64, I64}},
    {0x91, {1, F32, F32}}, {0x98, {2, F32, F32}}, {0x9f, {1, F64, F64}}, {0xa6, {2, F64, F64}}, {0xa7, {1, I64, I32}},
    {0xa9, {1, F32, I32}}, {0xab, {1, F64, I32}}, {0xad, {1, I32, I64}}, {0xaf, {1, F32, I64}}, {0xb1, {1, F64, I64}},
    {0xb3, {1, I32, F32}}, {0xb5, {1, I64, F32}}, {0xb6, {1, F64, F32}}, {0xb8, {1, I32, F64}}, {0xba, {1, I64, F64}},
    {0xbb, {1, F32, F64}}, {0xbc, {1, F32, I32}}, {0xbd, {1, F64, I64}}, {0xbe, {1, I32, F32}}, {0xbf, {1, I64, F64}},
    {0xc1, {1, I32, I32}}, {0xc4, {1, I64, I64}},
};

struct signature numeric_signature(u32 opcode) {
  const struct run *run = RUNS;
  while (run->last < opcode) run++;
  return run->signature;
}

struct memory_access memory_access(u32 opcode) {
  static const u8 LOG2[] = {2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2};
  static const u8 TYPE[] = {I32, I64, F32, F64, I32, I32, I32, I32, I64, I64, I64, I64,
                            I64, I64, I32, I64, F32, F64, I32, I32, I64, I64, I64};
  const u32 i = opcode - FIRST_MEMORY;
  return (struct memory_access){LOG2[i], TYPE[i], opcode >= FIRST_STORE};
}
