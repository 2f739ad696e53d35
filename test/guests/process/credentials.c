// User and group ids, their three kinds, supplementary groups, capabilities. credentials(7), capabilities(7)
#define CHECK_OWN_MAIN
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include "check.h"

// Name under which this program only tells its ids.
#define SHOW_IDS "show-ids"

static void show_uids(void) {
  uid_t r, e, s;
  getresuid(&r, &e, &s);
  say("uids %d %d %d", r, e, s);
}

CASE(setuid_of_root_is_final) {
  show_uids();
  TRY(setuid(1000));
  show_uids();
  TRY(setuid(0));
  TRY(seteuid(0));
  TRY(setgid(0));
  TRY(setgid(5));
}

CASE(saved_id_allows_return) {
  TRY(setresuid(1000, 1001, 0));
  show_uids();
  TRY(seteuid(1000));
  TRY(seteuid(0));
  show_uids();
  TRY(setresuid(-1, 1000, 1000));
  TRY(setresuid(0, 0, 0));
  TRY(setresuid(1000, 1000, 1000));
  show_uids();
}

CASE(setreuid_rules) {
  TRY(setreuid(1000, 1001));
  show_uids();
  TRY(setreuid(1001, 1000));
  show_uids();
  TRY(setreuid(5, -1));
  TRY(setreuid(-1, -1));
  show_uids();
}

CASE(groups) {
  gid_t list[4] = {10, 20, 30}, got[8], r, e, s;
  TRY(setgroups(3, list));
  TRY(getgroups(0, NULL));
  TRY(getgroups(8, got));
  say("%d %d %d", got[0], got[1], got[2]);
  TRY(getgroups(2, got));
  TRY(setgroups(70000, list));
  TRY(setresgid(1, 2, 3));
  getresgid(&r, &e, &s);
  say("gids %d %d %d", r, e, s);
  TRY(setregid(-1, 3));
  TRY(setuid(1000));
  TRY(setgroups(0, NULL));
  TRY(setgid(3));
  TRY(setgid(4));
}

CASE(fs_ids) {
  SHOW(setfsuid(-1));
  SHOW(setfsuid(1000));
  SHOW(setfsuid(-1));
  make_file("f", "x");
  int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
  struct stat st;
  fstat(fd, &st);
  SHOW(st.st_uid);
  SHOW(setfsgid(77));
  SHOW(setfsgid(-1));
}

static void show_caps(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {};
  TRY(syscall(SYS_capget, &header, data));
  say("effective %s permitted %s setuid %d chown %d", data[0].effective ? "some" : "none",
      data[0].permitted ? "some" : "none", !!(data[0].effective & 1 << CAP_SETUID), !!(data[0].effective & 1 << CAP_CHOWN));
}

CASE(capabilities_follow_uids) {
  show_caps();
  TRY(seteuid(1000));
  show_caps();
  TRY(seteuid(0));
  show_caps();
  TRY(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0));
  TRY(setresuid(1000, 1000, 1000));
  show_caps();
}

CASE(capability_dropped) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  syscall(SYS_capget, &header, data);
  data[0].effective &= ~(1 << CAP_CHOWN);
  TRY(syscall(SYS_capset, &header, data));
  make_file("f", "");
  TRY(chown("f", 5, 5));
  data[0].effective |= 1 << CAP_CHOWN;
  TRY(syscall(SYS_capset, &header, data));
  TRY(chown("f", 5, 5));
  data[0].effective &= ~(1 << CAP_CHOWN);
  data[0].permitted &= ~(1 << CAP_CHOWN);
  TRY(syscall(SYS_capset, &header, data));
  data[0].permitted |= 1 << CAP_CHOWN;
  TRY(syscall(SYS_capset, &header, data));
}

CASE(capability_errors) {
  struct __user_cap_header_struct header = {0x12345678, 0};
  struct __user_cap_data_struct data[2];
  TRY(syscall(SYS_capget, &header, data));
  HEX(header.version);
  header.pid = 99999999;
  TRY(syscall(SYS_capget, &header, data));
  TRY(prctl(PR_CAPBSET_READ, CAP_SYS_CHROOT, 0, 0, 0));
  TRY(prctl(PR_CAPBSET_READ, 999, 0, 0, 0));
  TRY(prctl(PR_CAPBSET_DROP, CAP_SYS_CHROOT, 0, 0, 0));
  TRY(prctl(PR_CAPBSET_READ, CAP_SYS_CHROOT, 0, 0, 0));
}

CASE(kill_permission) {
  pid_t target, pid;
  int p[2];
  char c;
  pipe(p);
  CHILD(target) {
    setuid(1000);
    write(p[1], "", 1);
    pause();
  }
  read(p[0], &c, 1);
  CHILD(pid) {
    setuid(1001);
    TRY(kill(target, 0));
    TRY(kill(target, SIGCONT));
    TRY(kill(1, 0));
  }
  reap(pid);
  CHILD(pid) {
    setuid(1000);
    TRY(kill(target, 0));
    TRY(kill(target, SIGTERM));
  }
  reap(pid);
  reap(target);
}

// A copy of this program that runs as user 1234.
static void install(const char *path) {
  int in = open("/proc/self/exe", O_RDONLY), out = open(path, O_WRONLY | O_CREAT, 0755);
  static char b[65536];
  ssize_t n;
  while ((n = read(in, b, sizeof b)) > 0) write(out, b, n);
  close(out);
  chown(path, 1234, 0);
  chmod(path, 04755);
}

CASE(set_user_id_program) {
  install("ids");
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    execl("./ids", SHOW_IDS, NULL);
  }
  reap(pid);
  CHILD(pid) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setuid(1000);
    execl("./ids", SHOW_IDS, NULL);
  }
  reap(pid);
}

int main(int argc, char **argv) {
  if (strcmp(argv[0], SHOW_IDS) != 0) return check_main(argc, argv);
  show_uids();
  SHOW(getauxval(AT_SECURE));
  SHOW(prctl(PR_GET_DUMPABLE));
  return 0;
}
