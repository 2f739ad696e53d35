// Files and directories as a C library shows them: printed, to be compared with the same program on Linux.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char *what, long result) {
  // Of one error the C libraries do not use the same words.
  if (result < 0) printf("%s: %s\n", what, errno == ELOOP ? "a loop of links" : strerror(errno));
  else printf("%s: %ld\n", what, result);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path) {
  char *names[200];
  int n = 0;
  DIR *d = opendir(path);
  if (!d) return show(path, -1);
  for (struct dirent *e; (e = readdir(d)) && n < 200;) names[n++] = strdup(e->d_name);
  closedir(d);
  qsort(names, n, sizeof *names, by_name);
  printf("%s has %d:", path, n);
  for (int i = 0; i < n && i < 12; i++) printf(" %s", names[i]);
  printf("\n");
}

static void show_stat(const char *path, int follow) {
  struct stat st;
  const int result = follow ? stat(path, &st) : lstat(path, &st);
  if (result < 0) return show(path, -1);
  printf("%s: type %c links %lu size %ld\n", path,
         S_ISREG(st.st_mode) ? 'f' : S_ISDIR(st.st_mode) ? 'd' : S_ISLNK(st.st_mode) ? 'l' : S_ISCHR(st.st_mode) ? 'c' : '?',
         (unsigned long)(S_ISDIR(st.st_mode) ? 0 : st.st_nlink), (long)(S_ISREG(st.st_mode) ? st.st_size : 0));
}

static void contents(void) {
  char buffer[64] = {0};
  const int fd = open("d/file", O_RDWR | O_CREAT | O_EXCL, 0644);
  show("write", write(fd, "hello, world", 12));
  show("lseek", lseek(fd, -5, SEEK_END));
  show("read", read(fd, buffer, sizeof buffer));
  printf("<%s>\n", buffer);
  show("pwrite", pwrite(fd, "J", 1, 0));
  memset(buffer, 0, sizeof buffer);
  show("pread", pread(fd, buffer, 5, 0));
  printf("<%s>\n", buffer);
  show("before the start", lseek(fd, -1, SEEK_SET));
  show("ftruncate", ftruncate(fd, 100));
  show("beyond", lseek(fd, 10, SEEK_END));
  show("one more", write(fd, "!", 1));
  show("fsync", fsync(fd));
  show("close", close(fd));
  show("close again", close(fd));
  show("again exclusively", open("d/file", O_RDWR | O_CREAT | O_EXCL, 0644));
  const int appending = open("d/file", O_WRONLY | O_APPEND);
  show("append", write(appending, "end", 3));
  show("where", lseek(appending, 0, SEEK_CUR));
  show("read what is for writing", read(appending, buffer, 1) < 0 ? 0 : 1);
  close(appending);
}

static void names(void) {
  show("link", link("d/file", "d/hard"));
  show("symlink", symlink("file", "d/soft"));
  show("dangling", symlink("nowhere", "d/dangling"));
  show("loop", symlink("loop", "d/loop"));
  show_stat("d/hard", 1);
  show_stat("d/soft", 1);
  show_stat("d/soft", 0);
  show_stat("d/dangling", 1);
  show_stat("d/loop", 1);
  char target[64] = {0};
  show("readlink", readlink("d/soft", target, sizeof target));
  printf("<%s>\n", target);
  show("readlink of a file", readlink("d/file", target, sizeof target));
  show("rename", rename("d/hard", "d/renamed"));
  show("rename what is not there", rename("d/hard", "d/x"));
  show("rename over a directory", rename("d/file", "d/sub"));
  show("open below a file", open("d/file/x", O_RDONLY));
  show("write a directory", open("d/sub", O_WRONLY));
  show("a file as a directory", open("d/file", O_RDONLY | O_DIRECTORY));
  show("follow no link", open("d/soft", O_RDONLY | O_NOFOLLOW));
  show("unlink a directory", unlink("d/sub") < 0 ? 0 : 1);
  show("rmdir of a file", rmdir("d/file"));
  show("rmdir of what is full", rmdir("d"));
  show("unlink", unlink("d/renamed"));
  show("unlink it again", unlink("d/renamed"));
  list("d");
  list("none");
}

static void many(void) {
  char name[64];
  for (int i = 0; i < 150; i++) {
    snprintf(name, sizeof name, "d/sub/file-with-a-rather-long-name-%d", i);
    close(open(name, O_WRONLY | O_CREAT, 0600));
  }
  list("d/sub");
  for (int i = 0; i < 150; i++) {
    snprintf(name, sizeof name, "d/sub/file-with-a-rather-long-name-%d", i);
    if (unlink(name)) show(name, -1);
  }
  list("d/sub");
}

static void times(void) {
  struct stat st;
  const struct timespec set[2] = {{1000000000, 5}, {1234567890, 123456789}};
  show("utimensat", utimensat(AT_FDCWD, "d/file", set, 0));
  stat("d/file", &st);
  printf("%ld.%09ld %ld.%09ld\n", (long)st.st_atim.tv_sec, st.st_atim.tv_nsec, (long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
  const struct timespec one[2] = {{0, UTIME_OMIT}, {1700000000, 0}};  // wasi-libc does not know UTIME_NOW
  const int fd = open("d/file", O_RDWR);
  show("futimens", futimens(fd, one));
  fstat(fd, &st);
  printf("%ld %d\n", (long)st.st_atim.tv_sec, st.st_mtim.tv_sec > 1600000000);
  close(fd);
}

int main(void) {
  show("mkdir", mkdir("d", 0755));
  show("mkdir again", mkdir("d", 0755));
  show("mkdir in nothing", mkdir("none/d", 0755));
  show("mkdir sub", mkdir("d/sub", 0755));
  contents();
  names();
  many();
  times();
  show("open an absolute path", open("/dev/null", O_RDWR) < 0 ? -1 : 0);
  show_stat("/dev/null", 1);
  const char *const left[] = {"d/file", "d/soft", "d/dangling", "d/loop"};
  for (int i = 0; i < 4; i++) show(left[i], unlink(left[i]));
  show("rmdir sub", rmdir("d/sub"));
  show("rmdir", rmdir("d"));
  return 0;
}
