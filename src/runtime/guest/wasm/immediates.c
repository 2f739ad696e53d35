// Passing over the immediates of an instruction that has been validated.
#include "compiler.h"

static void skip_prefixed(struct reader *r) {
  const u32 opcode = read_u32(r);
  if (opcode <= LAST_SATURATING) return;
  if (opcode == MEMORY_FILL) read_byte(r);
  else {
    read_u32(r);
    if (opcode == MEMORY_INIT || opcode == MEMORY_COPY || opcode == TABLE_INIT || opcode == TABLE_COPY) read_u32(r);
  }
}

void skip_immediates(struct reader *r, u8 opcode) {
  if (opcode >= FIRST_MEMORY && opcode <= LAST_MEMORY) {
    read_u32(r);
    read_u32(r);
    return;
  }
  switch (opcode) {
    case BLOCK:
    case LOOP:
    case IF:
      read_block_type(r);
      return;
    case BR_TABLE:
      for (u32 n = read_u32(r) + 1; n; n--) read_u32(r);
      return;
    case CALL_INDIRECT:
    case RETURN_CALL_INDIRECT:
      read_u32(r);
      __attribute__((fallthrough));
    case BR:
    case BR_IF:
    case CALL:
    case RETURN_CALL:
    case LOCAL_GET:
    case LOCAL_SET:
    case LOCAL_TEE:
    case GLOBAL_GET:
    case GLOBAL_SET:
    case TABLE_GET:
    case TABLE_SET:
    case REF_FUNC:
      read_u32(r);
      return;
    case SELECT_T:
      read_u32(r);
      __attribute__((fallthrough));
    case MEMORY_SIZE:
    case MEMORY_GROW:
    case REF_NULL:
      read_byte(r);
      return;
    case I32_CONST:
      read_i32(r);
      return;
    case I64_CONST:
      read_i64(r);
      return;
    case F32_CONST:
      read_bytes(r, 4);
      return;
    case F64_CONST:
      read_bytes(r, 8);
      return;
    case PREFIX_FC:
      skip_prefixed(r);
  }
}
