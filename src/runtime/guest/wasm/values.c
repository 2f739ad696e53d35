// See values.h. Scratch registers: rax rdx rsi rdi r8 r9 rcx, xmm0 to xmm7; all others are for locals.
#include "values.h"

static const u8 GPR_ORDER[SCRATCH_GPRS] = {RAX, RDX, RSI, RDI, R8, R9, RCX};

struct value *stack;
static u32 stack_room;
u32 height;
struct local locals[MOST_LOCALS];
i32 slots_offset;
static i32 owner[32];  // entry of the stack, or -1
static u32 taken;      // for the instruction at hand, a bit each

void reset_values(u32 most_height) {
  if (most_height + 16 > stack_room) {
    stack_room = most_height * 2 + 1024;
    stack = allocate(stack_room * sizeof *stack);
  }
  height = 0;
  for (u32 i = 0; i < ARRAY_SIZE(owner); i++) owner[i] = -1;
  taken = 0;
}

void begin_instruction(void) { taken = 0; }

void push_value(struct value v) {
  if (v.kind == V_REG) owner[v.reg] = height;
  if (v.kind == V_LOCAL) locals[v.local].uses++;
  stack[height++] = v;
}

void push_reg(u8 type, u8 reg) { push_value((struct value){.type = type, .kind = V_REG, .reg = reg}); }
void push_slot(u8 type) { push_value((struct value){.type = type, .kind = V_SLOT, .local = height}); }

static void release(struct value v) {
  if (v.kind == V_REG) owner[v.reg] = -1;
  if (v.kind == V_LOCAL) locals[v.local].uses--;
}

struct value pop_value(void) {
  const struct value v = stack[--height];
  release(v);
  if (v.kind == V_REG) taken |= 1u << v.reg;
  return v;
}

void truncate_to(u32 new_height) {
  while (height > new_height) release(stack[--height]);
}

static void store_register(struct operand to, u8 type, u8 reg) {
  if (is_xmm(reg)) instruct(type == F32 ? MOVSS_STORE : MOVSD_STORE, reg, to);
  else instruct(MOV_STORE | WIDE, reg, to);
}

void spill(u32 index) {
  struct value *v = &stack[index];
  if (v->kind == V_SLOT) return;
  store_value(slot(index), *v);
  release(*v);
  v->kind = V_SLOT;
  v->local = index;
}

static u8 take(const u8 *order, u32 count, u8 first) {
  for (u32 i = 0; i < count; i++) {
    const u8 reg = order ? order[i] : first + i;
    if (owner[reg] >= 0 || taken >> reg & 1) continue;
    taken |= 1u << reg;
    return reg;
  }
  for (u32 i = 0; i < height; i++) {
    const u8 reg = stack[i].reg;
    if (stack[i].kind != V_REG || is_xmm(reg) != is_xmm(first)) continue;
    spill(i);
    taken |= 1u << reg;
    return reg;
  }
  refuse("internal error: no register is left");
}

u8 take_gpr(void) { return take(GPR_ORDER, SCRATCH_GPRS, RAX); }
u8 take_xmm(void) { return take(0, SCRATCH_XMMS, XMM0); }
u8 take_for(u8 type) { return is_float(type) ? take_xmm() : take_gpr(); }

void claim(u8 reg) {
  taken |= 1u << reg;
  const i32 index = owner[reg];
  if (index < 0) return;
  struct value *v = &stack[index];
  owner[reg] = -1;
  v->kind = V_SLOT;
  v->local = index;
  u8 other = NO_REG;
  for (u32 i = 0; i < SCRATCH_GPRS && other == NO_REG; i++)
    if (owner[GPR_ORDER[i]] < 0 && !(taken >> GPR_ORDER[i] & 1)) other = GPR_ORDER[i];
  if (other == NO_REG) return store_register(slot(index), v->type, reg);
  instruct_regs(MOV_LOAD | WIDE, other, reg);
  v->kind = V_REG;
  v->reg = other;
  owner[other] = index;
}

struct operand local_operand(u32 index) {
  const struct local *local = &locals[index];
  return local->reg != NO_REG ? in_reg(local->reg) : in_mem(RSP, local->offset);
}

struct operand float_constant(u64 bits) {
  static u64 *pool;
  static u32 used, room;
  for (u32 i = used; i-- > 0 && used - i < 64;)
    if (pool[i] == bits) return at_address((u64)&pool[i]);
  if (used == room) {
    room = 512;
    used = 0;
    pool = allocate_low(room * sizeof *pool);
  }
  pool[used] = bits;
  return at_address((u64)&pool[used++]);
}

void move_register(u8 type, u8 to, u8 from) {
  if (to == from) return;
  if (is_xmm(to)) instruct_regs(MOVAPS, to, from);
  else instruct_regs(MOV_LOAD | wide(type), to, from);
}

void load_keeping_flags(u8 reg, struct value v) {
  if (v.kind == V_CONST && !is_xmm(reg)) return move_imm(reg, v.type == I32 ? (u32)v.bits : v.bits);
  const struct operand from = operand_of(v);
  if (from.kind == OP_REG) return move_register(v.type, reg, from.reg);
  if (is_xmm(reg)) instruct(v.type == F32 ? MOVSS_LOAD : MOVSD_LOAD, reg, from);
  else instruct(MOV_LOAD | wide(v.type), reg, from);
}

void load(u8 reg, struct value v) {
  if (v.kind != V_CONST || v.bits) return load_keeping_flags(reg, v);
  if (is_xmm(reg)) instruct_regs(MAP_0F | 0x57, reg, reg);  // xorps
  else instruct_regs(XOR, reg, reg);
}

struct operand operand_of(struct value v) {
  if (v.kind == V_REG) return in_reg(v.reg);
  if (v.kind == V_LOCAL) return local_operand(v.local);
  if (v.kind == V_SLOT) return slot(v.local);
  if (is_float(v.type)) return float_constant(v.bits);
  return in_reg(to_register(v));
}

u8 to_register(struct value v) {
  if (v.kind == V_REG) return v.reg;
  if (v.kind == V_LOCAL && locals[v.local].reg != NO_REG) return locals[v.local].reg;
  const u8 reg = take_for(v.type);
  load(reg, v);
  return reg;
}

u8 to_own_register(struct value v) {
  if (v.kind == V_REG) return v.reg;
  const u8 reg = take_for(v.type);
  load(reg, v);
  return reg;
}

int is_imm32(struct value v) {
  return v.kind == V_CONST && !is_float(v.type) && (v.type == I32 || (i64)v.bits == (i32)v.bits);
}

// Through the machine's stack: no register, no flags. What rsp points to moves in between.
void move_memory(struct operand to, struct operand from) {
  instruct(GROUP5, 6, from);  // push
  instruct(0x8f, 0, to);      // pop: its address counts from the rsp after it
}

static void store_constant(struct operand to, u8 type, u64 bits) {
  if (type == I32 || type == F32) return instruct_imm32(MOV_IMM, 0, to, bits);
  if ((i64)bits == (i32)bits) return instruct_imm32(MOV_IMM | WIDE, 0, to, bits);
  instruct_imm32(MOV_IMM, 0, to, bits);
  to.disp += 4;
  instruct_imm32(MOV_IMM, 0, to, bits >> 32);
}

void store_value(struct operand to, struct value v) {
  if (v.kind == V_CONST) return store_constant(to, v.type, v.bits);
  const struct operand from = operand_of(v);
  if (from.kind == OP_REG) store_register(to, v.type, from.reg);
  else if (to.disp != from.disp) move_memory(to, from);
}

void flush_from(u32 first) {
  for (u32 i = first; i < height; i++) spill(i);
}

void flush_registers(void) {
  for (u32 i = 0; i < height; i++)
    if (stack[i].kind == V_REG) spill(i);
}

void detach_local(u32 index) {
  for (u32 i = height; locals[index].uses && i-- > 0;) {
    struct value *v = &stack[i];
    if (v->kind != V_LOCAL || v->local != index) continue;
    const u8 reg = take_for(v->type);
    load_keeping_flags(reg, *v);
    locals[index].uses--;
    v->kind = V_REG;
    v->reg = reg;
    owner[reg] = i;
  }
}
