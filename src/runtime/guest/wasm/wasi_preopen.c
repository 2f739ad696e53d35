// What a program finds open: its standard streams and directories. `/` and `.` together are the whole tree. wasi-libc forgets
// the slash that a path begins with and looks for the preopened directory with the longest name that the rest begins with; so in a
// working directory other than `/`, those of the root are preopened, too, by which /etc/passwd is told from etc/passwd.
#include "wasi.h"

enum { O_WRONLY = 1, O_DIRECTORY = 0200000, O_CLOEXEC = 02000000, O_PATH = 010000000, F_GETFL = 3, DT_DIR = 4, DT_LNK = 10 };

enum {
  REGULAR_RIGHTS = R_DATASYNC | R_READ | R_SEEK | R_SET_FLAGS | R_SYNC | R_TELL | R_WRITE | R_ADVISE | R_ALLOCATE | R_STAT |
                   R_SET_SIZE | R_SET_TIMES | R_POLL,
  DIRECTORY_RIGHTS = R_SET_FLAGS | R_SYNC | R_ADVISE | R_CREATE_DIRECTORY | R_CREATE_FILE | R_LINK_SOURCE | R_LINK_TARGET |
                     R_OPEN | R_READDIR | R_READLINK | R_RENAME_SOURCE | R_RENAME_TARGET | R_PATH_STAT | R_PATH_SET_SIZE |
                     R_PATH_SET_TIMES | R_STAT | R_SET_TIMES | R_SYMLINK | R_UNLINK | R_REMOVE_DIRECTORY | R_POLL,
  STREAM_RIGHTS = R_READ | R_WRITE | R_SET_FLAGS | R_STAT | R_POLL | R_SHUTDOWN | R_ACCEPT,
};

void rights_of(long fd, u8 type, u32 *rights, u32 *inheriting) {
  u8 settings[64];
  *inheriting = 0;
  *rights = type == T_DIRECTORY ? DIRECTORY_RIGHTS : type == T_STREAM ? STREAM_RIGHTS : REGULAR_RIGHTS;
  if (type == T_DIRECTORY) *inheriting = DIRECTORY_RIGHTS | REGULAR_RIGHTS;
  // By these C libraries tell a terminal: it cannot seek.
  if (type == T_CHARACTER && !failed(call3(SYS_ioctl, fd, 0x5401, settings))) *rights &= ~(R_SEEK | R_TELL);
}

static void add_standard(int fd) {
  struct stat st;
  struct descriptor d = {.fd = -1};
  if (!failed(call2(SYS_fstat, fd, &st))) {
    d.fd = fd;
    d.type = file_type_of(st.mode);
    rights_of(fd, d.type, &d.rights, &d.inheriting);
    const long mode = call2(SYS_fcntl, fd, F_GETFL) & 3;
    if (mode == 0) d.rights &= ~R_WRITE;
    if (mode == O_WRONLY) d.rights &= ~R_READ;
  }
  place_descriptor(fd, d);
}

static void preopen(const char *name) {
  long fd = call3(SYS_open, name, O_DIRECTORY | O_CLOEXEC, 0);
  if (failed(fd)) fd = call3(SYS_open, name, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  if (failed(fd)) return;
  struct descriptor d = {.fd = fd, .type = T_DIRECTORY, .preopened = name};
  rights_of(fd, T_DIRECTORY, &d.rights, &d.inheriting);
  new_descriptor(d);
}

struct linux_entry {
  u64 ino, next;
  u16 size;
  u8 type;
  char name[];
};

static void preopen_entry(const struct linux_entry *entry) {
  if (entry->name[0] == '.' || (entry->type != DT_DIR && entry->type != DT_LNK)) return;
  const u64 n = length(entry->name);
  char *const name = allocate(n + 2);
  name[0] = '/';
  copy(name + 1, entry->name, n + 1);
  preopen(name);
}

static void preopen_root_directories(void) {
  static u8 buffer[4096];
  const long root = call3(SYS_open, "/", O_DIRECTORY | O_CLOEXEC, 0);
  for (long n; (n = call3(SYS_getdents64, root, buffer, sizeof buffer)) > 0;) {
    for (long at = 0; at < n; at += ((struct linux_entry *)(buffer + at))->size)
      preopen_entry((struct linux_entry *)(buffer + at));
  }
  call1(SYS_close, root);
}

void open_descriptors(void) {
  static char directory[4096];
  for (int fd = 0; fd < 3; fd++) add_standard(fd);
  preopen("/");
  call2(SYS_getcwd, directory, sizeof directory);
  if (!same(directory, "/")) preopen_root_directories();
  preopen(".");
}
