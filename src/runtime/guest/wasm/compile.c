// A function: where its locals live, its frame, its instructions. The frame, from rsp up:
//   arguments of calls | homes of the operand stack | locals in memory | saved registers | return address | own arguments
// Arguments are passed in memory, the first result in rax or xmm0, further ones where the arguments were.
#include "compiler.h"

enum { LOCAL_GPRS = 8, LOCAL_XMMS = 8, LEAST_WEIGHT = 3, MOST_FRAME = 3 << 20, MOST_CODE_OF_INSTRUCTION = 256 };
static const u8 GPRS[LOCAL_GPRS] = {RBX, RBP, R12, R13, R14, R15, R10, R11};

struct reader code;
int dead;
static u8 saved[LOCAL_GPRS + LOCAL_XMMS];
static u32 saved_count;
static i32 frame_size, saved_offset;
static struct block_type own_type;

// The locals that are used most get registers: of each kind the `room` heaviest.
static void place_in_registers(const struct function_facts *facts, int floats, u32 room) {
  for (u32 n = 0; n < room; n++) {
    u32 best = facts->local_count, weight = LEAST_WEIGHT - 1;
    for (u32 i = 0; i < facts->local_count; i++) {
      if (locals[i].reg != NO_REG || is_float(locals[i].type) != floats || facts->local_weight[i] <= weight) continue;
      best = i;
      weight = facts->local_weight[i];
    }
    if (best == facts->local_count) return;
    const u8 reg = floats ? XMM8 + n : GPRS[n];
    locals[best].reg = reg;
    saved[saved_count++] = reg;
  }
}

static void lay_out(const struct function_facts *facts) {
  for (u32 i = 0; i < facts->local_count; i++)
    locals[i] = (struct local){.type = facts->local_types[i], .reg = NO_REG};
  saved_count = 0;
  place_in_registers(facts, 0, LOCAL_GPRS);
  place_in_registers(facts, 1, LOCAL_XMMS);
  slots_offset = facts->most_out * 8;
  u64 offset = slots_offset + (u64)facts->most_height * 8;
  for (u32 i = own_type.params; i < facts->local_count; i++) {
    if (locals[i].reg != NO_REG) continue;
    locals[i].offset = offset;
    offset += 8;
  }
  saved_offset = offset;
  offset += saved_count * 8;
  if (offset > MOST_FRAME) refuse("a function is too large");
  frame_size = offset;
  for (u32 i = 0; i < own_type.params; i++) locals[i].offset = frame_size + 8 + i * 8;
}

static void save_registers(int back) {
  for (u32 i = 0; i < saved_count; i++) {
    const struct operand place = in_mem(RSP, saved_offset + i * 8);
    if (is_xmm(saved[i])) instruct(back ? MOVSD_LOAD : MOVSD_STORE, saved[i], place);
    else instruct((back ? MOV_LOAD : MOV_STORE) | WIDE, saved[i], place);
  }
}

static void zero_locals(const struct function_facts *facts) {
  u32 in_memory = 0, first = 0;
  for (u32 i = own_type.params; i < facts->local_count; i++) {
    const u8 reg = locals[i].reg;
    if (reg != NO_REG) instruct_regs(is_xmm(reg) ? MAP_0F | 0x57 : XOR, reg, reg);
    else if (in_memory++ == 0) first = i;
  }
  if (in_memory > 8) {
    instruct(LEA | WIDE, RDI, in_mem(RSP, locals[first].offset));
    move_imm(RCX, in_memory);
    instruct_regs(XOR, RAX, RAX);
    emit(0xf3);  // rep stosq
    emit(0x48);
    emit(0xab);
    return;
  }
  for (u32 i = 0; i < in_memory; i++)
    instruct_imm32(MOV_IMM | WIDE, 0, in_mem(RSP, locals[first].offset + i * 8), 0);
}

static void emit_entry(const struct function_facts *facts) {
  if (frame_size) instruct_imm32(ALU_IMM | WIDE, 5, in_reg(RSP), frame_size);
  save_registers(0);
  for (u32 i = 0; i < own_type.params; i++) {
    const u8 reg = locals[i].reg;
    if (reg == NO_REG) continue;
    const struct operand from = in_mem(RSP, locals[i].offset);
    if (is_xmm(reg)) instruct(locals[i].type == F32 ? MOVSS_LOAD : MOVSD_LOAD, reg, from);
    else instruct(MOV_LOAD | wide(locals[i].type), reg, from);
  }
  zero_locals(facts);
}

// The results are in rax or xmm0, or when there are several in the first homes.
static void emit_exit(void) {
  if (own_type.results > 1) {
    const u8 first = own_type.types[own_type.params];
    load(is_float(first) ? XMM0 : RAX, (struct value){.type = first, .kind = V_SLOT, .local = 0});
    for (u32 i = 1; i < own_type.results; i++) move_memory(in_mem(RSP, frame_size + 8 + i * 8), slot(i));
  }
  save_registers(1);
  if (frame_size) instruct_imm32(ALU_IMM | WIDE, 0, in_reg(RSP), frame_size);
  emit(0xc3);
}

u8 target_register(u8 type) {
  const u8 opcode = *code.at;
  if (opcode != LOCAL_SET && opcode != LOCAL_TEE) return NO_REG;
  struct reader ahead = {code.at + 1, code.end};
  const struct local *local = &locals[read_u32(&ahead)];
  return local->uses || is_float(local->type) != is_float(type) ? NO_REG : local->reg;
}

static int is_in(const struct value *v, u8 reg) {
  return v && v->kind == V_LOCAL && locals[v->local].reg == reg;
}

u8 destination(struct value lhs, const struct value *other, u8 type) {
  const u8 target = target_register(type);
  if (target != NO_REG && !is_in(other, target)) {
    load(target, lhs);
    return target;
  }
  return to_own_register(lhs);
}

void finish(u8 type, u8 reg) {
  if (target_register(type) != reg) return push_reg(type, reg);
  const u8 opcode = read_byte(&code);
  const u32 index = read_u32(&code);
  if (opcode == LOCAL_TEE) push_value((struct value){.type = type, .kind = V_LOCAL, .local = index});
}

static void set_local(u8 opcode) {
  const u32 index = read_u32(&code);
  const struct value v = pop_value();
  struct local *local = &locals[index];
  const int same = v.kind == V_LOCAL && v.local == index;
  if (!same) detach_local(index);
  if (local->reg != NO_REG) load(local->reg, v);
  else store_value(in_mem(RSP, local->offset), v);
  if (opcode == LOCAL_TEE) {
    // What was in a register or constant is nearer there than in memory.
    if (local->reg == NO_REG && (v.kind == V_REG || v.kind == V_CONST)) push_value(v);
    else push_value((struct value){.type = local->type, .kind = V_LOCAL, .local = index});
  }
}

static void get_local(void) {
  const u32 index = read_u32(&code);
  push_value((struct value){.type = locals[index].type, .kind = V_LOCAL, .local = index});
}

static void get_global(void) {
  const u32 index = read_u32(&code);
  const u8 type = module.globals[index].type;
  const struct operand from = at_address((u64)&module.global_values[index]);
  u8 reg = target_register(type);
  if (reg == NO_REG) reg = take_for(type);
  if (is_float(type)) instruct(type == F32 ? MOVSS_LOAD : MOVSD_LOAD, reg, from);
  else instruct(MOV_LOAD | wide(type), reg, from);
  finish(type, reg);
}

static void set_global(void) {
  const u32 index = read_u32(&code);
  struct value v = pop_value();
  const int in_register = v.kind == V_REG || (v.kind == V_LOCAL && locals[v.local].reg != NO_REG);
  if (!in_register && v.kind != V_CONST) v = (struct value){.type = v.type, .kind = V_REG, .reg = to_register(v)};
  store_value(at_address((u64)&module.global_values[index]), v);
}

static void push_constant(u8 opcode) {
  struct value v = {.type = I32 - (opcode - I32_CONST), .kind = V_CONST};
  if (opcode == I32_CONST) v.bits = (u64)(i64)read_i32(&code);
  else if (opcode == I64_CONST) v.bits = read_i64(&code);
  else copy(&v.bits, read_bytes(&code, opcode == F32_CONST ? 4 : 8), opcode == F32_CONST ? 4 : 8);
  push_value(v);
}

static void compile_instruction(u8 opcode) {
  if (opcode >= FIRST_MEMORY && opcode <= LAST_MEMORY) return compile_memory(opcode);
  if (opcode >= FIRST_NUMERIC && opcode <= LAST_NUMERIC) return compile_numeric(opcode);
  if (opcode >= I32_CONST && opcode <= F64_CONST) return push_constant(opcode);
  switch (opcode) {
    case LOCAL_GET:
      return get_local();
    case LOCAL_SET:
    case LOCAL_TEE:
      return set_local(opcode);
    case GLOBAL_GET:
      return get_global();
    case GLOBAL_SET:
      return set_global();
    case DROP:
      pop_value();
      return;
    case NOP:
      return;
    case MEMORY_SIZE:
    case MEMORY_GROW:
    case PREFIX_FC:
      return compile_bulk(opcode);
    case TABLE_GET:
    case TABLE_SET:
    case REF_NULL:
    case REF_IS_NULL:
    case REF_FUNC:
      return compile_table(opcode);
    case CALL:
    case CALL_INDIRECT:
    case RETURN_CALL:
    case RETURN_CALL_INDIRECT:
      return compile_call(opcode);
  }
  compile_control(opcode);
}

static void check_room(void) {
  if (here + MOST_CODE_OF_INSTRUCTION + height * 32ul + slots_offset * 4ul > (u8 *)CODE_END) refuse("the module is too large");
}

void compile_function(struct function *f, const struct function_facts *facts) {
  const struct func_type *type = &module.types[f->type];
  own_type = (struct block_type){type->params, type->results, type->types};
  here = (u8 *)(((u64)here + 15) & ~15ul);
  f->code = here;
  reset_values(facts->most_height);
  lay_out(facts);
  if (here + 65536 > (u8 *)CODE_END) refuse("the module is too large");
  emit_entry(facts);
  code = (struct reader){facts->code, f->end};
  dead = 0;
  forget_traps();
  open_function((struct block_type){0, type->results, type->types + type->params});
  while (label_count) {
    check_room();
    begin_instruction();
    compile_instruction(read_byte(&code));
  }
  emit_exit();
  emit_traps();
}
