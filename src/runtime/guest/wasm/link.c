// Imports by their names, with the types they must have.
#include "wali.h"
#include "wasi.h"

static const struct host_import *find_in(const struct host_import *list, struct name field) {
  for (; list->name; list++)
    if (name_is(field, list->name)) return list;
  return 0;
}

static const struct host_import *find(struct name module_name, struct name field) {
  if (name_is(module_name, WASI_MODULE)) {
    const struct host_import *const lists[] = {WASI_FD, WASI_PATH, WASI_OTHER};
    for (u32 i = 0; i < ARRAY_SIZE(lists); i++) {
      const struct host_import *found = find_in(lists[i], field);
      if (found) return found;
    }
  }
  if (name_is(module_name, "env")) return find_in(WASMBOX, field);
  return 0;
}

int has_signature(const struct func_type *type, const char *signature) {
  u32 i = 0;
  for (; *signature != ':'; signature++, i++)
    if (i == type->params || type->types[i] != (*signature == 'l' ? I64 : I32)) return 0;
  if (i != type->params) return 0;
  const u8 result = signature[1];
  if (!result) return type->results == 0;
  return type->results == 1 && type->types[i] == (result == 'l' ? I64 : I32);
}

struct import find_import(const struct function *f) {
  const struct func_type *const type = &module.types[f->type];
  if (name_is(f->module, "wali")) {
    void *const bound = find_wali(f->field, type);
    if (bound) return (struct import){(void *)wali_import, bound};
  }
  const struct host_import *const import = find(f->module, f->field);
  return (struct import){import && has_signature(type, import->signature) ? import->function : 0, 0};
}

int imports_from(const char *module_name) {
  for (u32 i = 0; i < module.imported_functions; i++)
    if (name_is(module.functions[i].module, module_name)) return 1;
  return 0;
}

static void complain(const struct function *f) {
  say(program_name);
  say(find(f->module, f->field) ? ": incompatible import type for " : ": unknown import ");
  call3(SYS_write, 2, f->module.bytes, f->module.length);
  say("::");
  call3(SYS_write, 2, f->field.bytes, f->field.length);
  say("\n");
  leave(EXIT_REFUSED);
}

void check_imports(void) {
  for (u32 i = 0; i < module.imported_functions; i++)
    if (!find_import(&module.functions[i]).function) complain(&module.functions[i]);
}
