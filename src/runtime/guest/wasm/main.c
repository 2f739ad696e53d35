// Runs a WebAssembly module as a program: what exec starts for a file that begins with the magic number of one, with its path and
// then the arguments of the program. The module is validated, compiled to machine code and entered at its export _start.
#include "../start.h"
#include "validate.h"
#include "runtime.h"
#include "wasi.h"
#include "compiler.h"
#include "wasmbox.h"

char **program_arguments, **program_environment;
u32 argument_count, environment_count;

static u32 count_strings(char **list) {
  u32 n = 0;
  while (list[n]) n++;
  return n;
}

static void read_module(const char *path, u8 **bytes, u64 *size) {
  struct stat st;
  const long fd = call2(SYS_open, path, 0);
  if (failed(fd) || failed(call2(SYS_fstat, fd, &st))) refuse("the module cannot be read");
  if (st.size > MOST_MODULE) refuse("the module is too large");
  u8 *p = allocate(st.size + 1);
  u64 done = 0;
  for (long n; done < (u64)st.size; done += n) {
    n = call3(SYS_read, fd, p + done, st.size - done);
    if (failed(n)) refuse("the module cannot be read");
    if (n == 0) break;
  }
  call1(SYS_close, fd);
  *bytes = p;
  *size = done;
}

static void compile(void) {
  here = map_at(CODE_START, CODE_END - CODE_START, PROT_READ | PROT_WRITE);
  make_thunks();
  for (u32 i = module.imported_functions; i < module.function_count; i++) {
    struct function_facts facts;
    validate_function(&module.functions[i], &facts);
    compile_function(&module.functions[i], &facts);
  }
  // Only now: a module that is not valid is called that, whatever it imports.
  check_imports();
  fix_calls();
  const u64 size = ((u64)here - CODE_START + 4095) & ~4095ul;
  call3(SYS_mprotect, CODE_START, size, PROT_READ | PROT_EXEC);
}

static struct function *command_start(void) {
  const struct export *export = find_export("_start", EXTERNAL_FUNCTION);
  if (!export) refuse("no program: the module exports neither _start nor wasmbox_initialize");
  struct function *f = &module.functions[export->index];
  const struct func_type *type = &module.types[f->type];
  if (type->params || type->results) refuse("_start has parameters or results");
  return f;
}

__attribute__((used)) void program(u64 *at) {
  const u64 argc = at[0];
  char **argv = (char **)(at + 1);
  program_environment = argv + argc + 1;
  environment_count = count_strings(program_environment);
  if (argc < 2) {
    say("usage: wbx-wasm MODULE [NAME [ARGUMENT...]]\n");
    leave(2);
  }
  program_arguments = argc > 2 ? argv + 2 : argv + 1;
  argument_count = count_strings(program_arguments);
  program_name = program_arguments[0];
  u8 *bytes;
  u64 size;
  read_module(argv[1], &bytes, &size);
  parse_module(bytes, size);
  compile();
  catch_traps();
  make_stack();
  if (imports_from(WASI_MODULE)) open_descriptors();
  instantiate();
  if (is_wasmbox()) run_wasmbox();
  else enter(command_start(), 0, 0);
  leave(0);
}
