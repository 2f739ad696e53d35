// What the parts of the compiler share. It makes machine code of a validated function in one pass: the operand stack is
// kept as descriptions (values.h), so that an instruction is emitted only where a value is computed, stored or branched on.
#ifndef COMPILER_H
#define COMPILER_H
#include "opcodes.h"
#include "values.h"

// After ud2, which kind of trap it is.
enum trap_kind { TRAP_UNREACHABLE, TRAP_TABLE, TRAP_NULL, TRAP_TYPE, TRAP_CONVERSION, TRAP_KINDS };

struct fixup {
  struct fixup *next;
  u8 *at;  // a displacement of 32 bits, counted from behind it; or with `absolute` an address of 64
  u8 absolute;
};

struct label {
  u8 opcode;
  u32 height;              // of the stack below its parameters
  struct block_type type;
  u8 *start;  // of a loop
  struct fixup *fixups, *otherwise;
};

extern struct reader code;  // the instructions
extern int dead;            // does nothing get here?

void compile_function(struct function *f, const struct function_facts *facts);
void fix_calls(void);

// Jumps whose targets come later.
void jump(struct fixup **list);
void jump_if(u8 condition, struct fixup **list);
void note_fixup(struct fixup **list, int absolute);
void fix(struct fixup *list, u8 *target);
// Within one instruction's code: `short_jump` returns what `land` makes lead to where it is called.
u8 *short_jump(int condition);
void land(u8 *jump);
enum { ALWAYS = -1 };
void trap_if(u8 condition, enum trap_kind kind);
void emit_traps(void);
void forget_traps(void);

// The local that the next instruction sets, when its register can take this instruction's result; else NO_REG.
u8 target_register(u8 type);
// Where to compute a result that starts as lhs; other: what must stay as it is until the result is there, or 0.
u8 destination(struct value lhs, const struct value *other, u8 type);
// The result is in reg: on the stack, or in the local that the next instruction, which is then done, sets.
void finish(u8 type, u8 reg);
void push_condition(u8 condition);
void compare_with_zero(u8 type, u8 condition);

void compile_control(u8 opcode);
void open_function(struct block_type type);
void compile_numeric(u32 opcode);
void compile_float(u32 opcode);
void compile_conversion(u32 opcode);
void compile_saturating(u32 opcode);
void compile_memory(u8 opcode);
void compile_bulk(u32 opcode);
void compile_table(u8 opcode);
void compile_call(u8 opcode);
void call_helper(void *helper, u32 arguments, u8 result);
void skip_immediates(struct reader *r, u8 opcode);
extern u32 label_count;  // blocks that are open, the function among them

extern u32 memory_pages;
#endif
