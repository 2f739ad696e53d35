// Imports by their names, with the types they must have.
#include "wasi.h"

static const struct host_import *find_in(const struct host_import *list, struct name field) {
  for (; list->name; list++)
    if (name_is(field, list->name)) return list;
  return 0;
}

static const struct host_import *find(struct name module_name, struct name field) {
  if (name_is(module_name, "wasi_snapshot_preview1")) {
    const struct host_import *const lists[] = {WASI_FD, WASI_PATH, WASI_OTHER};
    for (u32 i = 0; i < ARRAY_SIZE(lists); i++) {
      const struct host_import *found = find_in(lists[i], field);
      if (found) return found;
    }
  }
  if (name_is(module_name, "env")) return find_in(WASMBOX, field);
  return 0;
}

static int fits(const struct func_type *type, const char *signature) {
  u32 i = 0;
  for (; *signature != ':'; signature++, i++)
    if (i == type->params || type->types[i] != (*signature == 'l' ? I64 : I32)) return 0;
  if (i != type->params) return 0;
  const u8 result = signature[1];
  if (!result) return type->results == 0;
  return type->results == 1 && type->types[i] == (result == 'l' ? I64 : I32);
}

static void complain(struct name module_name, struct name field, const char *what) {
  say(program_name);
  say(what);
  call3(SYS_write, 2, module_name.bytes, module_name.length);
  say("::");
  call3(SYS_write, 2, field.bytes, field.length);
  say("\n");
  leave(EXIT_REFUSED);
}

host_function *find_import(struct name module_name, struct name field, const struct func_type *type) {
  const struct host_import *import = find(module_name, field);
  if (!import) complain(module_name, field, ": unknown import ");
  if (!fits(type, import->signature)) complain(module_name, field, ": incompatible import type for ");
  return import->function;
}
