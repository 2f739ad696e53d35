// Validation of code, and what the compiler needs to know of a function before it begins.
#ifndef VALIDATE_H
#define VALIDATE_H
#include "module.h"

// Of one function at a time; the arrays are valid until the next.
struct function_facts {
  u32 local_count;         // with the parameters
  const u8 *local_types;
  const u32 *local_weight;  // how often each is used, loops counting more
  u32 most_height;         // of the operand stack
  u32 most_out;            // arguments or results of a call
  const u8 *code;          // where the instructions begin
};

void validate_function(struct function *f, struct function_facts *facts);
struct constant read_constant(struct reader *r, u8 type);
u8 read_value_type(struct reader *r);
int is_reference(u8 type);

struct block_type {
  u32 params, results;
  const u8 *types;
};
struct block_type read_block_type(struct reader *r);

// Signatures of the instructions without immediates, 0x45 to 0xc4, and of 0xfc 0 to 7.
struct signature {
  u8 operands, operand, result;
};
struct signature numeric_signature(u32 opcode);
// Bytes that a memory instruction, 0x28 to 0x3e, accesses, as a power of two; its type; is it a store?
struct memory_access {
  u8 log2, type, store;
};
struct memory_access memory_access(u32 opcode);
#endif
