// mkdir, rmdir, chdir, getcwd, getdents64 and the C library's readdir family. mkdir(2), getdents(2), readdir(3)
#include <dirent.h>
#include "check.h"

static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static void list(const char *path) {
  struct dirent **names;
  int count = scandir(path, &names, NULL, by_name);
  if (count < 0) {
    say("%s: %s", path, errno_name(errno));
    return;
  }
  for (int i = 0; i < count; i++) say("%s/%s type %d", path, names[i]->d_name, names[i]->d_type);
}

CASE(make_and_remove) {
  TRY(mkdir("a", 0777));
  TRY(mkdir("a", 0777));
  TRY(mkdir("a/b/c", 0777));
  TRY(mkdir("a/b/", 0777));
  TRY(mkdir("", 0777));
  TRY(mkdir("a/.", 0777));
  TRY(mkdir("..", 0777));
  TRY(rmdir("a"));
  TRY(rmdir("a/b/."));
  TRY(rmdir("a/b/.."));
  TRY(rmdir("a/b/"));
  TRY(rmdir("a"));
  TRY(rmdir("a"));
  make_file("f", "");
  TRY(rmdir("f"));
  TRY(mkdir("f", 0777));
  TRY(mkdir("f/x", 0777));
  TRY(rmdir("/"));
}

CASE(mode_and_setgid) {
  struct stat st;
  umask(022);
  mkdir("d", 07777);
  stat("d", &st);
  say("%o", st.st_mode);
  chown("d", 0, 2000);
  chmod("d", 02755);
  mkdir("d/e", 0755);
  make_file("d/f", "");
  stat("d/e", &st);
  say("%o gid %d", st.st_mode, st.st_gid);
  stat("d/f", &st);
  say("%o gid %d", st.st_mode, st.st_gid);
}

CASE(listing) {
  mkdir("d", 0755);
  mkdir("d/sub", 0755);
  make_file("d/file", "");
  symlink("x", "d/link");
  mkfifo("d/fifo", 0600);
  make_file("d/.hidden", "");
  list("d");
  list("d/sub");
  list("d/file");
  list("nothing");
}

CASE(many_entries) {
  mkdir("d", 0755);
  char name[32];
  for (int i = 0; i < 700; i++) {
    snprintf(name, sizeof name, "d/entry-number-%d", i);
    close(open(name, O_CREAT | O_WRONLY, 0644));
  }
  DIR *dir = opendir("d");
  int count = 0;
  bool seen[700] = {};
  for (struct dirent *e; (e = readdir(dir));) {
    int number;
    if (sscanf(e->d_name, "entry-number-%d", &number) == 1) {
      if (seen[number]) say("twice: %d", number);
      seen[number] = true;
    }
    count++;
  }
  SHOW(count);
  closedir(dir);
  for (int i = 0; i < 700; i += 2) {
    snprintf(name, sizeof name, "d/entry-number-%d", i);
    unlink(name);
  }
  dir = opendir("d");
  for (count = 0; readdir(dir); count++) {}
  SHOW(count);
}

CASE(telldir_and_seekdir) {
  mkdir("d", 0755);
  char name[32], kept[16][32];
  long places[16];
  for (int i = 0; i < 12; i++) {
    snprintf(name, sizeof name, "d/%d", i);
    make_file(name, "");
  }
  DIR *dir = opendir("d");
  int count = 0;
  for (;;) {
    places[count] = telldir(dir);
    struct dirent *e = readdir(dir);
    if (!e) break;
    strcpy(kept[count++], e->d_name);
  }
  SHOW(count);
  for (int i = count - 1; i >= 0; i--) {
    seekdir(dir, places[i]);
    if (strcmp(readdir(dir)->d_name, kept[i]) != 0) say("place %d differs", i);
  }
  rewinddir(dir);
  YES(strcmp(readdir(dir)->d_name, kept[0]) == 0);
}

CASE(removed_while_listing) {
  mkdir("d", 0755);
  char name[32];
  for (int i = 0; i < 300; i++) {
    snprintf(name, sizeof name, "d/%d", i);
    make_file(name, "");
  }
  DIR *dir = opendir("d");
  int removed = 0;
  for (struct dirent *e; (e = readdir(dir));) {
    if (e->d_name[0] == '.') continue;
    if (unlinkat(dirfd(dir), e->d_name, 0) == 0) removed++;
  }
  SHOW(removed);
  TRY(rmdir("d"));
}

CASE(getdents_errors) {
  char buffer[1024];
  make_file("f", "");
  int file = open("f", O_RDONLY), dir = open(".", O_RDONLY);
  TRY(syscall(SYS_getdents64, file, buffer, sizeof buffer));
  TRY(syscall(SYS_getdents64, dir, buffer, 4));
  TRY(syscall(SYS_getdents64, 99, buffer, sizeof buffer));
  TRY(syscall(SYS_getdents64, dir, (void *)8, 1024));
  YES(syscall(SYS_getdents64, dir, buffer, sizeof buffer) > 0);
  TRY(syscall(SYS_getdents64, dir, buffer, sizeof buffer));
}

CASE(working_directory) {
  char start[PATH_MAX], path[PATH_MAX];
  getcwd(start, sizeof start);
  mkdir("d", 0755);
  mkdir("d/e", 0755);
  symlink("d/e", "link");
  make_file("f", "");
  TRY(chdir("link"));
  getcwd(path, sizeof path);
  TEXT(path + strlen(start));
  TRY(chdir(".."));
  getcwd(path, sizeof path);
  TEXT(path + strlen(start));
  TRY(chdir("../f"));
  TRY(chdir("nothing"));
  int fd = open("e", O_RDONLY);
  TRY(fchdir(fd));
  getcwd(path, sizeof path);
  TEXT(path + strlen(start));
  TRY(fchdir(99));
  TRY(fchdir(open("../../f", O_RDONLY)));
  YES(getcwd(path, 3) == NULL && errno == ERANGE);
  YES(getcwd(path, 0) == NULL && errno == EINVAL);
}

CASE(removed_working_directory) {
  mkdir("d", 0755);
  TRY(chdir("d"));
  TRY(rmdir("../d"));
  char path[PATH_MAX];
  YES(getcwd(path, sizeof path) == NULL);
  TEXT(errno_name(errno));
  TRY(open("x", O_CREAT | O_WRONLY, 0644));
  TRY(mkdir("y", 0755));
  TRY(chdir(".."));
  TRY(access("d", F_OK));
}

CASE(sticky_directory) {
  mkdir("d", 0777);
  chmod("d", 01777);
  make_file("d/root's", "");
  chmod("d/root's", 0666);
  pid_t pid;
  CHILD(pid) {
    setgid(1000);
    setuid(1000);
    TRY(unlink("d/root's"));
    TRY(rename("d/root's", "d/mine"));
    make_file("d/own", "");
    TRY(unlink("d/own"));
    TRY(rmdir("d"));
  }
  reap(pid);
}
