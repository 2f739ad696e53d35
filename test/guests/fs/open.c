// open, openat, creat, close: flags, modes and every errno a path can earn. open(2)
#include "check.h"

CASE(creates_with_umask) {
  struct stat st;
  umask(027);
  TRY(open("a", O_CREAT | O_WRONLY, 0777));
  fstat(3, &st);
  HEX(st.st_mode);
  SHOW(st.st_size);
  umask(0);
  TRY(open("b", O_CREAT | O_RDWR, 07777));
  fstat(4, &st);
  HEX(st.st_mode);
  TRY(creat("c", 0));
  fstat(5, &st);
  HEX(st.st_mode);
  SHOW(fcntl(5, F_GETFL) & O_ACCMODE);
}

CASE(lowest_descriptor) {
  make_file("f", "x");
  TRY(open("f", O_RDONLY));
  TRY(open("f", O_RDONLY));
  TRY(open("f", O_RDONLY));
  TRY(close(4));
  TRY(open("f", O_RDONLY));
  TRY(close(4));
  TRY(close(4));
  TRY(close(-1));
  TRY(close(1000));
}

CASE(errors) {
  make_file("f", "x");
  mkdir("d", 0755);
  symlink("loop", "loop");
  symlink("nowhere", "dangling");
  TRY(open("nothing", O_RDONLY));
  TRY(open("", O_RDONLY));
  TRY(open("f/x", O_RDONLY));
  TRY(open("f/", O_RDONLY));
  TRY(open("nothing/x", O_RDONLY | O_CREAT, 0644));
  TRY(open("d", O_WRONLY));
  TRY(open("d", O_RDWR));
  TRY(open("d", O_RDONLY | O_CREAT, 0644));
  TRY(open("d/", O_RDONLY | O_CREAT, 0644));
  TRY(open("new/", O_RDONLY | O_CREAT, 0644));
  TRY(open("f", O_RDONLY | O_CREAT | O_EXCL, 0644));
  TRY(open("dangling", O_RDONLY));
  TRY(open("dangling", O_RDONLY | O_CREAT | O_EXCL, 0644));
  TRY(open("loop", O_RDONLY));
  TRY(open("f", O_RDONLY | O_DIRECTORY));
  TRY(open("dangling", O_RDONLY | O_NOFOLLOW));
  TRY(open((char *)8, O_RDONLY));
}

CASE(long_names) {
  char name[300];
  memset(name, 'n', sizeof name);
  name[255] = 0;
  TRY(open(name, O_CREAT | O_WRONLY, 0644));
  name[255] = 'n';
  name[256] = 0;
  TRY(open(name, O_CREAT | O_WRONLY, 0644));
  static char path[5000];
  for (int i = 0; i < 4094; i += 2) memcpy(path + i, "./", 2);
  strcpy(path + 4094, "f");
  TRY(open(path, O_CREAT | O_WRONLY, 0644));
  strcpy(path + 4094, "ff");
  TRY(open(path, O_CREAT | O_WRONLY, 0644));
}

CASE(dangling_symlink_creates_target) {
  symlink("target", "link");
  TRY(open("link", O_WRONLY | O_CREAT, 0600));
  TRY(access("target", F_OK));
  TRY(open("link", O_RDONLY | O_NOFOLLOW));
  TRY(open("link", O_PATH | O_NOFOLLOW));
}

CASE(truncate_on_open) {
  make_file("f", "0123456789");
  struct stat st;
  TRY(open("f", O_RDONLY));
  stat("f", &st);
  SHOW(st.st_size);
  TRY(open("f", O_WRONLY | O_TRUNC));
  stat("f", &st);
  SHOW(st.st_size);
}

CASE(append) {
  make_file("f", "abc");
  TRY(open("f", O_WRONLY | O_APPEND));
  TRY(lseek(3, 0, SEEK_CUR));
  TRY(write(3, "def", 3));
  TRY(lseek(3, 0, SEEK_CUR));
  TRY(lseek(3, 0, SEEK_SET));
  TRY(write(3, "ghi", 3));
  TRY(pwrite(3, "X", 1, 0));
  show_file("f");
}

CASE(openat_relative_to_descriptor) {
  mkdir("d", 0755);
  make_file("d/f", "in d");
  make_file("g", "outside");
  int dir = TRY(open("d", O_RDONLY | O_DIRECTORY));
  TRY(openat(dir, "f", O_RDONLY));
  TRY(openat(dir, "../g", O_RDONLY));
  TRY(openat(AT_FDCWD, "g", O_RDONLY));
  TRY(openat(5, "f", O_RDONLY));
  TRY(openat(99, "f", O_RDONLY));
  TRY(openat(99, "/", O_RDONLY));
  TRY(openat(dir, "", O_RDONLY));
}

CASE(o_path) {
  make_file("f", "text");
  int fd = TRY(open("f", O_PATH));
  char byte;
  struct stat st;
  TRY(read(fd, &byte, 1));
  TRY(write(fd, "x", 1));
  TRY(fstat(fd, &st));
  TRY(fchmod(fd, 0600));
  TRY(ftruncate(fd, 0));
  TRY(lseek(fd, 0, SEEK_SET));
  TRY(fcntl(fd, F_GETFD));
  SHOW((fcntl(fd, F_GETFL) & O_PATH) != 0);
  TRY(dup(fd));
}

CASE(o_tmpfile) {
  struct stat st;
  int fd = TRY(open(".", O_TMPFILE | O_RDWR, 0640));
  TRY(write(fd, "unnamed", 7));
  fstat(fd, &st);
  SHOW(st.st_nlink);
  HEX(st.st_mode);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  TRY(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
  show_file("named");
  TRY(open(".", O_TMPFILE | O_RDONLY, 0640));
  make_file("f", "");
  TRY(open("f", O_TMPFILE | O_RDWR, 0640));
}

CASE(access_mode_is_kept) {
  make_file("f", "text");
  char byte;
  TRY(open("f", O_WRONLY));
  TRY(read(3, &byte, 1));
  TRY(open("f", O_RDONLY));
  TRY(write(4, "x", 1));
  TRY(open("f", O_ACCMODE));
  TRY(read(5, &byte, 1));
  TRY(write(5, "x", 1));
}

CASE(flags_are_reported) {
  make_file("f", "");
  int fd = TRY(open("f", O_RDWR | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_CREAT | O_TRUNC));
  HEX(fcntl(fd, F_GETFL) & ~O_LARGEFILE);
  SHOW(fcntl(fd, F_GETFD));
}

CASE(permissions_of_another_user) {
  make_file("f", "root's");
  chmod("f", 0600);
  mkdir("d", 0700);
  make_file("d/g", "hidden");
  chmod("d", 0700);
  chmod(".", 0755);
  pid_t pid;
  CHILD(pid) {
    setgid(65534);
    setuid(65534);
    TRY(open("f", O_RDONLY));
    TRY(open("d/g", O_RDONLY));
    TRY(open("d", O_RDONLY));
    TRY(open("new", O_CREAT | O_WRONLY, 0644));
    TRY(open("d/nothing", O_RDONLY));
  }
  reap(pid);
}

CASE(limit_of_descriptors) {
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){6, 6});
  TRY(open(".", O_RDONLY));
  TRY(open(".", O_RDONLY));
  TRY(open(".", O_RDONLY));
  TRY(open(".", O_RDONLY));
  TRY(dup(0));
  TRY(dup2(0, 6));
  TRY(dup2(0, 5));
}

CASE(open_unlinked_file_stays) {
  make_file("f", "still here");
  int fd = TRY(open("f", O_RDWR));
  TRY(unlink("f"));
  struct stat st;
  TRY(fstat(fd, &st));
  SHOW(st.st_nlink);
  char text[20] = "";
  TRY(read(fd, text, sizeof text));
  TEXT(text);
  TRY(write(fd, "!", 1));
  fstat(fd, &st);
  SHOW(st.st_size);
  TRY(open("f", O_RDONLY));
}
