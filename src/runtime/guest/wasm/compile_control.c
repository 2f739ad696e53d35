// Blocks and branches. Where control flow meets, values are in their homes: those below a block when it is entered, the
// results at its end. Constants below a block stay constants, since nothing inside can change them.
#include "compiler.h"

static struct label *labels;
static u32 labels_room;
u32 label_count;

static struct label *label_at(u32 depth) { return &labels[label_count - 1 - depth]; }

static struct label *open_label(u8 opcode, struct block_type type) {
  if (label_count == labels_room) {
    struct label *more = allocate((labels_room * 2 + 64) * sizeof *more);
    copy(more, labels, labels_room * sizeof *more);
    labels = more;
    labels_room = labels_room * 2 + 64;
  }
  struct label *label = &labels[label_count++];
  *label = (struct label){.opcode = opcode, .type = type, .height = height - type.params};
  return label;
}

void open_function(struct block_type type) { open_label(BLOCK, type); }

// Also of what only runs when a branch is taken: the stack's description stays as it is.
static void move_to_home(u32 home, u32 index) {
  const struct value v = stack[index];
  if (v.kind != V_SLOT || v.local != home) store_value(slot(home), v);
}

static u32 arity(const struct label *label) {
  return label->opcode == LOOP ? label->type.params : label->type.results;
}

static int is_function(const struct label *label) { return label == labels; }

// The operands of a branch go to where its target looks for them.
static void pass_values(const struct label *label) {
  const u32 count = arity(label);
  if (is_function(label) && count == 1) {
    const struct value v = stack[height - 1];
    return load_keeping_flags(is_float(v.type) ? XMM0 : RAX, v);
  }
  for (u32 i = 0; i < count; i++) move_to_home(label->height + i, height - count + i);
}

static void jump_to(struct label *label) {
  if (label->opcode != LOOP) return jump(&label->fixups);
  emit(0xe9);
  emit32(label->start - (here + 4));
}

static void jump_to_if(struct label *label, u8 condition) {
  struct fixup *list = 0;
  if (label->opcode != LOOP) return jump_if(condition, &label->fixups);
  jump_if(condition, &list);
  fix(list, label->start);
}

static void die(void) {
  dead = 1;
  truncate_to(labels[label_count - 1].height);
}

static void branch(u32 depth) {
  struct label *label = label_at(depth);
  pass_values(label);
  jump_to(label);
  die();
}

// Pops a condition, which afterwards is in the flags.
static u8 pop_condition(void) {
  const struct value v = pop_value();
  if (v.kind == V_FLAGS) return v.reg;
  const u8 reg = to_register(v);
  instruct_regs(TEST, reg, reg);
  return CC_NE;
}

static u8 opposite(u8 condition) { return condition == CC_FEQ ? CC_FNE : condition == CC_FNE ? CC_FEQ : inverse(condition); }

static void branch_if(void) {
  struct label *label = label_at(read_u32(&code));
  const u8 condition = pop_condition();
  if (arity(label) == 0) return jump_to_if(label, condition);
  struct fixup *past = 0;
  jump_if(opposite(condition), &past);
  pass_values(label);
  jump_to(label);
  fix(past, here);
}

// jmp [reg * 8 + table]; the table comes next.
static u8 *jump_through_table(u8 reg) {
  instruct_indexed(GROUP5, 4, RBP, reg, 3, 0);
  here[-6] &= 0x3f;  // ModRM: no base
  *(u32 *)(here - 4) = (u64)here;
  return here;
}

static void branch_table(void) {
  const u32 count = read_u32(&code);
  const struct value index = pop_value();
  const u8 reg = to_register(index);
  const struct reader targets = code;
  struct label *last = 0;
  for (u32 i = 0; i <= count; i++) last = label_at(read_u32(&code));
  // Targets with operands are reached by a piece of code each.
  const u32 operands = arity(last);
  if (operands) flush_from(height - operands);
  if (here + count * 8ul + (u64)(count + 1) * (operands * 24 + 16) > (u8 *)CODE_END - 4096) refuse("the module is too large");
  instruct_imm32(ALU_IMM, 7, in_reg(reg), count);
  struct fixup *beyond = 0;
  jump_if(CC_AE, &beyond);
  u8 *const entries = jump_through_table(reg);
  here += count * 8;
  code = targets;
  for (u32 i = 0; i <= count; i++) {
    struct label *label = label_at(read_u32(&code));
    if (i == count) fix(beyond, here);
    else if (!operands) {
      u8 *const after = here;
      here = entries + i * 8;
      if (label->opcode == LOOP) emit64((u64)label->start);
      else note_fixup(&label->fixups, 1);
      here = after;
      continue;
    } else *(u64 *)(entries + i * 8) = (u64)here;
    pass_values(label);
    jump_to(label);
  }
  die();
}

static void open_block(u8 opcode) {
  const struct block_type type = read_block_type(&code);
  u8 condition = 0;
  if (opcode == IF) condition = pop_condition();
  for (u32 i = label_count ? labels[label_count - 1].height : 0; i < height; i++)
    if (stack[i].kind != V_CONST || i >= height - type.params) spill(i);
  struct label *label = open_label(opcode, type);
  label->start = here;
  if (opcode == IF) jump_if(opposite(condition), &label->otherwise);
}

static void otherwise(void) {
  struct label *label = label_at(0);
  if (!dead) {
    pass_values(label);
    jump(&label->fixups);
  }
  fix(label->otherwise, here);
  label->otherwise = 0;
  label->opcode = ELSE;
  truncate_to(label->height);
  for (u32 i = 0; i < label->type.params; i++) push_slot(label->type.types[i]);
  dead = 0;
}

static void end_function(struct label *label) {
  if (!dead) pass_values(label);
  fix(label->fixups, here);
  label_count = 0;
}

static void end(void) {
  struct label *label = label_at(0);
  if (is_function(label)) return end_function(label);
  label_count--;
  if (label->opcode == LOOP || (!label->fixups && !label->otherwise)) return;  // nothing meets here
  const u8 *results = label->type.types + label->type.params;
  if (!dead) flush_from(label->height);
  fix(label->fixups, here);
  fix(label->otherwise, here);
  truncate_to(label->height);
  for (u32 i = 0; i < label->type.results; i++) push_slot(results[i]);
  dead = 0;
}

// tested: the register of the condition, NO_REG when it is in the flags.
static void select_float(struct value a, struct value b, u8 tested, u8 cc) {
  const u8 reg = a.kind == V_REG ? a.reg : take_xmm();
  load_keeping_flags(reg, a);
  if (tested != NO_REG) instruct_regs(TEST, tested, tested);
  u8 *const keep = short_jump(cc);
  load_keeping_flags(reg, b);
  land(keep);
  push_reg(a.type, reg);
}

static void select(void) {
  const struct value condition = pop_value();
  const u8 tested = condition.kind == V_FLAGS ? NO_REG : to_register(condition);
  const u8 cc = condition.kind == V_FLAGS ? condition.reg : CC_NE;
  const struct value b = pop_value(), a = pop_value();
  if (is_float(a.type)) return select_float(a, b, tested, cc);
  u8 reg = target_register(a.type);
  const int busy = reg != NO_REG && (reg == tested || (b.kind == V_LOCAL && locals[b.local].reg == reg));
  if (reg == NO_REG || busy) reg = a.kind == V_REG ? a.reg : take_gpr();
  struct operand other;
  if (b.kind == V_CONST) {
    other = in_reg(take_gpr());
    load_keeping_flags(other.reg, b);
  } else other = operand_of(b);
  load_keeping_flags(reg, a);
  if (tested != NO_REG) instruct_regs(TEST, tested, tested);
  instruct(CMOVCC | inverse(cc) | wide(a.type), reg, other);
  finish(a.type, reg);
}

// Passes over what nothing gets to, up to the end of the block or its else.
static void skip(void) {
  for (u32 depth = 0;;) {
    const u8 opcode = *code.at;
    if (depth == 0 && (opcode == END || opcode == ELSE)) return;
    if (opcode == END) depth--;
    if (opcode == BLOCK || opcode == LOOP || opcode == IF) depth++;
    code.at++;
    skip_immediates(&code, opcode);
  }
}

void compile_control(u8 opcode) {
  switch (opcode) {
    case BLOCK:
    case LOOP:
    case IF:
      open_block(opcode);
      break;
    case ELSE:
      otherwise();
      break;
    case END:
      end();
      break;
    case BR:
      branch(read_u32(&code));
      break;
    case BR_IF:
      branch_if();
      break;
    case BR_TABLE:
      branch_table();
      break;
    case RETURN:
      branch(label_count - 1);
      break;
    case SELECT_T:
      read_u32(&code);
      read_byte(&code);
      __attribute__((fallthrough));
    case SELECT:
      select();
      break;
    case UNREACHABLE:
      emit(0x0f);
      emit(0x0b);
      emit(TRAP_UNREACHABLE);
      die();
      break;
  }
  if (dead && label_count) skip();
}
