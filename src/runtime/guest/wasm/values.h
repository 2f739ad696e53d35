// The operand stack while a function is compiled: where each value is. Invariant: a scratch register belongs to one entry
// of the stack, or was taken for the instruction at hand; locals that are used most stay in registers of their own.
#ifndef VALUES_H
#define VALUES_H
#include "validate.h"
#include "x86.h"

enum value_kind { V_SLOT, V_REG, V_CONST, V_LOCAL, V_FLAGS };
struct value {
  u8 type, kind;
  u8 reg;     // or the condition of V_FLAGS
  u32 local;  // V_LOCAL: the value that the local has now; V_SLOT: its own index, by which its home is found
  u64 bits;   // V_CONST
};

struct local {
  u8 type;
  u8 reg;       // NO_REG when it is in memory
  u32 uses;     // entries of the stack that stand for it
  i32 offset;   // from rsp
};
enum { NO_REG = 255, SCRATCH_GPRS = 7, SCRATCH_XMMS = 8 };

extern struct value *stack;
extern u32 height;
extern struct local locals[MOST_LOCALS];
extern i32 slots_offset;  // of the first entry's home, from rsp

static inline int is_float(u8 type) { return type == F32 || type == F64; }
static inline u32 wide(u8 type) { return type == I32 ? 0 : WIDE; }
static inline struct operand slot(u32 index) { return in_mem(RSP, slots_offset + index * 8); }

void reset_values(u32 most_height);
void begin_instruction(void);
void push_value(struct value v);
void push_reg(u8 type, u8 reg);
void push_slot(u8 type);
struct value pop_value(void);
void truncate_to(u32 new_height);
// A register of the same kind for the instruction at hand.
u8 take_gpr(void);
u8 take_xmm(void);
u8 take_for(u8 type);
// That very register, moving what is in it.
void claim(u8 reg);
void load(u8 reg, struct value v);
// With the flags as they are.
void load_keeping_flags(u8 reg, struct value v);
u8 to_register(struct value v);
// A register that may be changed.
u8 to_own_register(struct value v);
// A register or memory; constants of floating point are in memory, others in registers.
struct operand operand_of(struct value v);
void store_value(struct operand to, struct value v);
// To its home.
void spill(u32 index);
void flush_from(u32 first);
void flush_registers(void);
// Is about to change: entries that stand for its old value get it.
void detach_local(u32 index);
int is_imm32(struct value v);
struct operand float_constant(u64 bits);
void move_memory(struct operand to, struct operand from);
struct operand local_operand(u32 index);
void move_register(u8 type, u8 to, u8 from);
#endif
