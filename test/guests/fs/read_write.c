// read, write, pread, pwrite: counts, positions, ends of files, bad buffers. read(2), pwrite(2)
#include <sys/mman.h>
#include "check.h"

CASE(position_moves) {
  make_file("f", "0123456789");
  char b[20] = "";
  int fd = TRY(open("f", O_RDWR));
  TRY(read(fd, b, 4));
  TRY(lseek(fd, 0, SEEK_CUR));
  TRY(write(fd, "ab", 2));
  TRY(read(fd, b, 20));
  TEXT(b);
  TRY(read(fd, b, 20));
  TRY(lseek(fd, 0, SEEK_CUR));
  show_file("f");
}

CASE(pread_leaves_position) {
  make_file("f", "0123456789");
  char b[20] = "";
  int fd = TRY(open("f", O_RDWR));
  TRY(pread(fd, b, 3, 7));
  TEXT(b);
  TRY(pread(fd, b, 3, 10));
  TRY(pread(fd, b, 3, 1000));
  TRY(pread(fd, b, 3, -1));
  TRY(pwrite(fd, "x", 1, -1));
  TRY(pwrite(fd, "XY", 2, 9));
  TRY(lseek(fd, 0, SEEK_CUR));
  show_file("f");
}

CASE(write_beyond_end_leaves_zeros) {
  char b[16];
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  TRY(pwrite(fd, "end", 3, 5000));
  TRY(pread(fd, b, 8, 4996));
  for (int i = 0; i < 7; i++) SHOW(b[i]);
  TRY(lseek(fd, 0, SEEK_END));
}

CASE(nothing_to_do) {
  make_file("f", "abc");
  int fd = TRY(open("f", O_RDWR));
  char b[4];
  TRY(read(fd, b, 0));
  TRY(read(fd, NULL, 0));
  TRY(write(fd, NULL, 0));
  TRY(pread(fd, b, 0, 100));
  TRY(read(9, b, 0));
}

CASE(bad_buffers) {
  make_file("f", "abc");
  int fd = TRY(open("f", O_RDWR));
  TRY(read(fd, (void *)16, 3));
  TRY(lseek(fd, 0, SEEK_CUR));
  TRY(write(fd, (void *)16, 3));
  TRY(lseek(fd, 0, SEEK_CUR));
  TRY(read(fd, (void *)0xffff800000000000, 3));
  TRY(write(fd, (void *)-1, 1));
  show_file("f");
}

CASE(directories_are_not_read) {
  char b[10];
  int fd = TRY(open(".", O_RDONLY));
  TRY(read(fd, b, 10));
  TRY(pread(fd, b, 10, 0));
  TRY(write(fd, b, 1));
}

CASE(file_size_limit) {
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &(struct rlimit){10, 10});
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  TRY(write(fd, "0123456", 7));
  TRY(write(fd, "789abc", 6));
  TRY(write(fd, "d", 1));
  TRY(pwrite(fd, "e", 1, 100));
  TRY(ftruncate(fd, 11));
  TRY(ftruncate(fd, 10));
  show_file("f");
  pid_t pid;
  CHILD(pid) {
    signal(SIGXFSZ, SIG_DFL);
    write(fd, "x", 1);
  }
  reap(pid);
}

CASE(offsets_shared_by_dup_and_fork) {
  make_file("f", "0123456789");
  char b[4] = "";
  int fd = TRY(open("f", O_RDONLY));
  int copy = TRY(dup(fd));
  int other = TRY(open("f", O_RDONLY));
  TRY(read(fd, b, 2));
  TRY(lseek(copy, 0, SEEK_CUR));
  TRY(lseek(other, 0, SEEK_CUR));
  pid_t pid;
  CHILD(pid) TRY(read(fd, b, 3));
  reap(pid);
  TRY(lseek(copy, 0, SEEK_CUR));
}

CASE(big_writes_and_patterns) {
  static unsigned char out[300000], in[300000];
  for (size_t i = 0; i < sizeof out; i++) out[i] = i * 31 + (i >> 8);
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  TRY(write(fd, out, sizeof out));
  TRY(pwrite(fd, out, 100000, 1));
  memcpy(in, out, sizeof in);
  memcpy(in + 1, out, 100000);
  static unsigned char got[300001];
  TRY(pread(fd, got, sizeof got, 0));
  YES(memcmp(got, in, sizeof in) == 0);
}

CASE(write_goes_to_a_read_only_mapping) {
  static const char text[] = "constant";
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  TRY(write(fd, text, 8));
  TRY(pread(fd, (char *)text, 8, 0));
  TEXT(text);
}

CASE(times_move_on_write) {
  struct stat before, after;
  make_file("f", "a");
  struct timespec old[2] = {{1000, 5}, {2000, 6}};
  utimensat(AT_FDCWD, "f", old, 0);
  stat("f", &before);
  int fd = open("f", O_WRONLY);
  TRY(write(fd, "b", 1));
  stat("f", &after);
  YES(after.st_mtim.tv_sec > before.st_mtim.tv_sec);
  YES(after.st_atim.tv_sec == 1000 && after.st_atim.tv_nsec == 5);
  utimensat(AT_FDCWD, "f", old, 0);
  TRY(write(fd, "", 0));
  stat("f", &after);
  SHOW(after.st_mtim.tv_sec);
}

static void show_zeros(int fd, off_t at, size_t size) {
  static char block[16384];
  memset(block, 1, sizeof block);
  SHOW(pread(fd, block, size, at));
  size_t zeros = 0, same = 0;
  for (size_t i = 0; i < size; i++) zeros += block[i] == 0, same += block[i] == 'x';
  say("%zu zeros, %zu written", zeros, same);
}

// What a fault cuts short leaves nothing of other files or processes behind.
CASE(whole_pages) {
  char *p = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(p, 'x', 2 * 4096);
  munmap(p + 2 * 4096, 4096);
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  SHOW(write(fd, p, 3 * 4096));
  SHOW(pwrite(fd, p + 4096 + 2048, 4096, 4 * 4096));
  ftruncate(fd, 8 * 4096);
  show_zeros(fd, 0, 3 * 4096);
  show_zeros(fd, 4 * 4096, 4096);
  TRY(pwrite(fd, p + 2 * 4096, 4096, 5 * 4096));
  show_zeros(fd, 5 * 4096, 4096);
  // From a mapping of the very page that is written.
  char *own = mmap(NULL, 8 * 4096, PROT_READ, MAP_SHARED, fd, 0);
  SHOW(pwrite(fd, own + 6 * 4096, 4096, 6 * 4096));
  SHOW(pwrite(fd, own, 4096, 7 * 4096));
  show_zeros(fd, 6 * 4096, 2 * 4096);
  show_zeros(fd, 0, 4096);
}
