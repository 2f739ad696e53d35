// Big things: sparse files, directories, the stack. lseek(2), getdents(2), getrlimit(2), sigaltstack(2)
#include <dirent.h>
#include <sys/mman.h>
#include "check.h"

enum { ENTRIES = 100000 };
static const off_t GIGABYTE = 1 << 30;

CASE(sparse_gigabyte) {
  int fd = open("sparse", O_RDWR | O_CREAT, 0644);
  TRY(ftruncate(fd, GIGABYTE));
  for (off_t at = 0; at < GIGABYTE; at += GIGABYTE / 8) SHOW(pwrite(fd, "data", 4, at + 4096));
  struct stat st;
  fstat(fd, &st);
  SHOW(st.st_size);
  YES(st.st_blocks > 0 && st.st_blocks < 1024);
  char text[8];
  SHOW(pread(fd, text, 8, GIGABYTE / 8 + 4094));
  SHOW(text[0] == 0 && memcmp(text + 2, "data", 4) == 0);
  SHOW(pread(fd, text, 8, GIGABYTE - 4));
  SHOW(lseek(fd, GIGABYTE / 2 + 8192, SEEK_DATA) / 4096);
  SHOW(lseek(fd, 4096, SEEK_HOLE) / 4096);
  const char *p = mmap(NULL, GIGABYTE, PROT_READ, MAP_SHARED, fd, 0);
  SHOW(p[GIGABYTE / 4 + 4096]);
  SHOW(p[GIGABYTE - 1]);
  munmap((void *)p, GIGABYTE);
  TRY(ftruncate(fd, 4100));
  fstat(fd, &st);
  SHOW(st.st_size);
}

CASE(hundred_thousand_entries) {
  char name[32];
  mkdir("many", 0755);
  int directory = open("many", O_RDONLY | O_DIRECTORY), made = 0, found = 0, removed = 0;
  for (int i = 0; i < ENTRIES; i++) {
    snprintf(name, sizeof name, "entry-%d", i);
    made += mknodat(directory, name, S_IFREG | 0600, 0) == 0;
  }
  SHOW(made);
  static char seen[ENTRIES];
  DIR *stream = opendir("many");
  for (struct dirent *entry; (entry = readdir(stream));) {
    int i;
    if (sscanf(entry->d_name, "entry-%d", &i) == 1) found += !seen[i], seen[i] = 1;
  }
  SHOW(found);
  // Removing while the stream is read: nothing is seen twice, nothing that stays is missed.
  rewinddir(stream);
  int left = 0;
  for (struct dirent *entry; (entry = readdir(stream));)
    if (entry->d_name[0] == 'e') left++, removed += unlinkat(directory, entry->d_name, 0) == 0;
  SHOW(left);
  SHOW(removed);
  closedir(stream);
  TRY(rmdir("many"));
}

static long depth;
static char *deepest;

__attribute__((noinline)) static int descend(int n) {
  volatile char frame[4000];
  frame[0] = n, deepest = (char *)frame, depth++;
  return descend(n + 1) + frame[0];
}

static void on_overflow(int signal, siginfo_t *info, void *context) {
  say("%s %s, address near the deepest frame: %s", signal_name(signal), info->si_code == SEGV_MAPERR ? "MAPERR" : "ACCERR",
      labs((char *)info->si_addr - deepest) < 65536 ? "yes" : "no");
  say("depth in MiB: %ld", depth * 4 / 1024);
  _exit(3);
}

static void overflow(void) {
  static char stack[65536];
  sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
  sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = on_overflow, .sa_flags = SA_SIGINFO | SA_ONSTACK}, NULL);
  descend(0);
}

CASE(recursion_to_the_stack_limit) {
  pid_t pid;
  CHILD(pid) overflow();
  reap(pid);
  CHILD(pid) descend(0);
  reap(pid);
  CHILD(pid) {
    struct rlimit limit = {1 << 20, RLIM_INFINITY};
    setrlimit(RLIMIT_STACK, &limit);
    overflow();
  }
  reap(pid);
}
