// access, faccessat, faccessat2: as root, as another user, with real and effective ids. access(2)
#include "check.h"

CASE(root_may_nearly_all) {
  make_file("f", "");
  chmod("f", 0);
  TRY(access("f", F_OK));
  TRY(access("f", R_OK | W_OK));
  TRY(access("f", X_OK));
  chmod("f", 0010);
  TRY(access("f", X_OK));
  mkdir("d", 0);
  TRY(access("d", R_OK | W_OK | X_OK));
  TRY(access("nothing", F_OK));
  TRY(access("f", 8));
  TRY(access("f/x", F_OK));
}

CASE(other_user) {
  int modes[] = {0777, 0444, 0222, 0111, 0700, 0};
  char name[8];
  for (int i = 0; i < 6; i++) {
    snprintf(name, sizeof name, "f%o", modes[i]);
    make_file(name, "");
    chmod(name, modes[i]);
  }
  pid_t pid;
  CHILD(pid) {
    setgid(1000);
    setuid(1000);
    for (int i = 0; i < 6; i++) {
      snprintf(name, sizeof name, "f%o", modes[i]);
      int r = access(name, R_OK), w = access(name, W_OK), x = access(name, X_OK);
      say("%s: r %d w %d x %d", name, r, w, x);
    }
  }
  reap(pid);
}

CASE(owner_group_and_others_are_exclusive) {
  make_file("owner", "");
  chown("owner", 1000, 1000);
  chmod("owner", 0077);
  make_file("group", "");
  chown("group", 0, 1000);
  chmod("group", 0707);
  pid_t pid;
  CHILD(pid) {
    setgid(1000);
    setuid(1000);
    TRY(access("owner", R_OK));
    TRY(access("group", R_OK));
    TRY(open("owner", O_RDONLY));
    TRY(open("group", O_RDONLY));
  }
  reap(pid);
}

CASE(supplementary_groups) {
  make_file("f", "");
  chown("f", 0, 2000);
  chmod("f", 0040);
  pid_t pid;
  CHILD(pid) {
    gid_t groups[] = {3000, 2000};
    setgroups(2, groups);
    setgid(1000);
    setuid(1000);
    TRY(access("f", R_OK));
    TRY(access("f", W_OK));
  }
  reap(pid);
}

CASE(real_ids_decide) {
  make_file("f", "");
  chmod("f", 0600);
  pid_t pid;
  CHILD(pid) {
    setresuid(1000, 0, 0);
    TRY(access("f", R_OK));
    TRY(faccessat(AT_FDCWD, "f", R_OK, AT_EACCESS));
    TRY(open("f", O_RDONLY));
  }
  reap(pid);
}

CASE(flags) {
  symlink("nowhere", "link");
  int dir = open(".", O_RDONLY);
  TRY(faccessat(dir, "link", F_OK, 0));
  TRY(faccessat(dir, "link", F_OK, AT_SYMLINK_NOFOLLOW));
  TRY(syscall(SYS_faccessat2, dir, "link", F_OK, AT_SYMLINK_NOFOLLOW));
  TRY(syscall(SYS_faccessat2, dir, "", F_OK, AT_EMPTY_PATH));
  TRY(syscall(SYS_faccessat2, dir, "link", F_OK, 0x4000));
  TRY(syscall(SYS_faccessat2, 88, "link", F_OK, 0));
}
