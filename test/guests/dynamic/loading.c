// dlopen, dlsym, symbol interposition, thread-local storage of libraries, lazy binding, the loader's view. dlopen(3)
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <sys/auxv.h>
#include "check.h"

void say_from_program(const char *text) {
  say("library: %s", text);
}

// Cases run in directories below the one with the library.
#define PLUGIN "../plugin.so"

CASE(open_call_close) {
  void *library = dlopen(PLUGIN, RTLD_LAZY);
  if (!library) say("%s", dlerror());
  int (*add)(int, int) = dlsym(library, "plugin_add");
  SHOW(add(40, 2));
  int *counter = dlsym(library, "plugin_counter");
  SHOW(*counter);
  YES(dlsym(library, "nothing") == NULL && dlerror() != NULL);
  YES(dlopen(PLUGIN, RTLD_NOW) == library);
  SHOW(dlclose(library));
  SHOW(dlclose(library));
  YES(dlopen(PLUGIN, RTLD_NOW | RTLD_NOLOAD) == NULL);
}

CASE(missing_library) {
  YES(dlopen("./nothing.so", RTLD_NOW) == NULL);
  YES(strstr(dlerror(), "cannot open shared object file") != NULL);
  make_file("text.so", "not a library, but long enough to hold a header of sixty-four bytes........");
  YES(dlopen("./text.so", RTLD_NOW) == NULL);
  YES(strstr(dlerror(), "invalid ELF header") != NULL);
}

static void *in_thread(void *arg) {
  int (*add)(int, int) = dlsym(arg, "plugin_add");
  int (*calls)(void) = dlsym(arg, "plugin_calls");
  add(1, 1);
  return (void *)(long)calls();
}

CASE(thread_local_of_a_library) {
  void *library = dlopen(PLUGIN, RTLD_NOW), *value;
  int (*add)(int, int) = dlsym(library, "plugin_add");
  int (*calls)(void) = dlsym(library, "plugin_calls");
  add(1, 1);
  add(1, 1);
  pthread_t t;
  pthread_create(&t, NULL, in_thread, library);
  pthread_join(t, &value);
  say("%d %ld", calls(), (long)value);
}

CASE(preloading) {
  pid_t pid;
  CHILD(pid) {
    setenv("LD_BIND_NOW", "1", 1);
    void *libc = dlopen("libc.so.6", RTLD_NOW);
    YES(dlsym(libc, "printf") == dlsym(RTLD_DEFAULT, "printf"));
    YES(dlsym(RTLD_NEXT, "strlen") != NULL);
  }
  reap(pid);
}

static int objects, with_program_headers;

static int visits(struct dl_phdr_info *info, size_t size, void *data) {
  objects++;
  with_program_headers += info->dlpi_phnum > 0;
  return 0;
}

CASE(objects_and_addresses) {
  dl_iterate_phdr(visits, NULL);
  YES(objects >= 3 && objects == with_program_headers + 0);
  Dl_info info;
  YES(dladdr((void *)say_from_program, &info) != 0);
  TEXT(info.dli_sname);
}

CASE(auxiliary_vector) {
  SHOW(getauxval(AT_PAGESZ));
  SHOW(getauxval(AT_CLKTCK));
  SHOW(getauxval(AT_SECURE));
  SHOW(getauxval(AT_UID));
  YES(getauxval(AT_BASE) != 0);
  YES(getauxval(AT_RANDOM) != 0);
  YES(getauxval(AT_PHNUM) > 5);
  TEXT((char *)getauxval(AT_PLATFORM));
  YES(strrchr((char *)getauxval(AT_EXECFN), '/') != NULL);
  errno = 0;
  SHOW(getauxval(9999));
  TEXT(errno_name(errno));
}

CASE(plugin_calls_back_under_fork) {
  void *library = dlopen(PLUGIN, RTLD_NOW);
  int (*add)(int, int) = dlsym(library, "plugin_add");
  pid_t pid;
  CHILD(pid) {
    SHOW(add(2, 3));
    exit(0);
  }
  reap(pid);
  int *counter = dlsym(library, "plugin_counter");
  SHOW(*counter);
}
