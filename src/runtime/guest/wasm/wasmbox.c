// The module is told of each message of the box's host, and its callbacks are messages to the host (docs/MESSAGES.md). Both are
// strings as bincode has them: their length, u64, and their bytes.
#include "wasmbox.h"
#include "wasi.h"

enum { FRAME_HEAD = 4, STRING_HEAD = 8, MOST_MESSAGE = 4 << 20, O_RDWR = 2, O_CLOEXEC = 02000000 };

static long channel = -1;

static void fully(long nr, u8 *at, u64 size) {
  while (size) {
    const long n = call3(nr, channel, at, size);
    if (failed(n)) refuse("/dev/wbx: input or output error");
    if (n == 0) leave(0);
    at += n;
    size -= n;
  }
}

static void open_channel(void) {
  if (channel >= 0) return;
  channel = call2(SYS_open, "/dev/wbx", O_RDWR | O_CLOEXEC);
  if (failed(channel)) refuse("no host talks to this box by messages: /dev/wbx cannot be opened (see wbx talk)");
}

static u64 callback(const u64 *a) {
  u8 *const string = guest(a[0], a[1]);
  u64 size;
  if (!string || (u32)a[1] < STRING_HEAD) trap("wasmbox_callback: no string");
  copy(&size, string, sizeof size);
  if (size > (u32)a[1] - STRING_HEAD || size > MOST_MESSAGE) trap("wasmbox_callback: no string");
  open_channel();
  u32 head = size;
  fully(SYS_write, (u8 *)&head, sizeof head);
  fully(SYS_write, string + STRING_HEAD, size);
  return 0;
}

const struct host_import WASMBOX[] = {{"wasmbox_callback", callback, "ii:"}, {0}};

static struct function *exported(const char *name, const char *signature) {
  const struct export *export = find_export(name, EXTERNAL_FUNCTION);
  if (!export) refuse("a module with wasmbox_initialize exports wasmbox_send, wasmbox_malloc and wasmbox_free, too");
  struct function *const f = &module.functions[export->index];
  if (!has_signature(&module.types[f->type], signature)) refuse("a function of wasmbox is exported with another type");
  return f;
}

static struct exports {
  struct function *initialize, *send, *malloc, *free;
} exports;

static void find_exports(void) {
  exports = (struct exports){exported("wasmbox_initialize", ":"), exported("wasmbox_send", "ii:"),
                             exported("wasmbox_malloc", "i:i"), exported("wasmbox_free", "ii:")};
}

int is_wasmbox(void) { return find_export("wasmbox_initialize", EXTERNAL_FUNCTION) != 0; }

static void deliver(u32 size) {
  const u64 all = size + STRING_HEAD, length = size;
  const u64 at = enter(exports.malloc, &all, 1);
  u8 *const string = guest(at, all);
  if (!string) trap("wasmbox_malloc: no memory");
  copy(string, &length, STRING_HEAD);
  fully(SYS_read, string + STRING_HEAD, size);
  const u64 arguments[] = {(u32)at, all};
  enter(exports.send, arguments, 2);
  enter(exports.free, arguments, 2);
}

void run_wasmbox(void) {
  find_exports();
  if (find_export("_initialize", EXTERNAL_FUNCTION)) enter(exported("_initialize", ":"), 0, 0);
  enter(exports.initialize, 0, 0);
  open_channel();
  for (;;) {
    u32 size;
    fully(SYS_read, (u8 *)&size, sizeof size);
    deliver(size);
  }
}
