// Jumps, forward ones above all, and the places that trap.
#include "compiler.h"

static struct fixup *free_fixups;
static struct fixup *traps[TRAP_KINDS];

void note_fixup(struct fixup **list, int absolute) {
  struct fixup *fixup = free_fixups;
  if (fixup) free_fixups = fixup->next;
  else fixup = allocate(sizeof *fixup);
  *fixup = (struct fixup){*list, here, absolute};
  *list = fixup;
  if (absolute) emit64(0);
  else emit32(0);
}

void fix(struct fixup *list, u8 *target) {
  while (list) {
    struct fixup *next = list->next;
    if (list->absolute) *(u64 *)list->at = (u64)target;
    else *(i32 *)list->at = target - (list->at + 4);
    list->next = free_fixups;
    free_fixups = list;
    list = next;
  }
}

void jump(struct fixup **list) {
  emit(0xe9);
  note_fixup(list, 0);
}

static void plain_jump_if(u8 condition, struct fixup **list) {
  emit(0x0f);
  emit(0x80 | condition);
  note_fixup(list, 0);
}

void jump_if(u8 condition, struct fixup **list) {
  if (condition == CC_FEQ) {
    u8 *const unordered = short_jump(CC_P);
    plain_jump_if(CC_E, list);
    return land(unordered);
  }
  if (condition == CC_FNE) {
    plain_jump_if(CC_P, list);
    condition = CC_NE;
  }
  plain_jump_if(condition, list);
}

u8 *short_jump(int condition) {
  emit(condition == ALWAYS ? 0xeb : 0x70 | condition);
  emit(0);
  return here;
}

void land(u8 *jump) { jump[-1] = here - jump; }

void forget_traps(void) {
  for (u32 i = 0; i < TRAP_KINDS; i++) traps[i] = 0;
}

void trap_if(u8 condition, enum trap_kind kind) { plain_jump_if(condition, &traps[kind]); }

void emit_traps(void) {
  for (u32 i = 0; i < TRAP_KINDS; i++) {
    if (!traps[i]) continue;
    fix(traps[i], here);
    emit(0x0f);  // ud2
    emit(0x0b);
    emit(i);
  }
}
