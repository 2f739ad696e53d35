// /proc/PID/ns, setns, and mount and UTS namespaces. namespaces(7), setns(2), pivot_root(2)
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include "check.h"

static bool same(const char *a, const char *b) {
  struct stat one, other;
  return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

static void private(void) {
  TRY(unshare(CLONE_NEWNS));
  mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

CASE(links) {
  char text[64] = "";
  struct stat st;
  const char *kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "user", "uts"};
  for (int i = 0; i < 8; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
    memset(text, 0, sizeof text);
    readlink(path, text, 63);
    stat(path, &st);
    unsigned long number;
    char kind[20] = "";
    sscanf(text, "%[a-z]:[%lu]", kind, &number);
    say("%s %d %o", kind, number == st.st_ino, st.st_mode);
  }
  YES(same("/proc/self/ns/pid", "/proc/self/ns/pid_for_children"));
  int fd = open("/proc/self/ns/uts", O_RDONLY);
  char c;
  TRY(read(fd, &c, 1));
  TRY(open("/proc/self/ns/uts", O_RDWR));
  HEX(ioctl(fd, 0xb703));
  TRY(ioctl(fd, 0xb702));
  YES(ioctl(fd, 0xb701) > 0);
  int user = open("/proc/self/ns/user", O_RDONLY);
  uid_t uid = 77;
  TRY(ioctl(user, 0xb704, &uid));
  SHOW(uid);
  TRY(ioctl(fd, 0xb704, &uid));
  TRY(ioctl(user, 0xb702));
}

CASE(host_names) {
  pid_t pid;
  int go[2], done[2];
  pipe(go), pipe(done);
  sethostname("outside", 7);
  CHILD(pid) {
    TRY(unshare(CLONE_NEWUTS));
    TRY(sethostname("inside", 6));
    TRY(setdomainname("domain", 6));
    write(done[1], "x", 1);
    char c;
    read(go[0], &c, 1);
  }
  char c, name[65] = "";
  read(done[0], &c, 1);
  gethostname(name, 65);
  YES(strcmp(name, "inside") != 0);
  char path[64], other[64];
  snprintf(path, sizeof path, "/proc/%d/ns/uts", pid);
  snprintf(other, sizeof other, "/proc/%d/ns/mnt", pid);
  YES(same(path, "/proc/self/ns/uts"));
  YES(same(other, "/proc/self/ns/mnt"));
  pid_t visitor;
  CHILD(visitor) {
    int fd = open(path, O_RDONLY);
    TRY(setns(fd, CLONE_NEWNS));
    TRY(setns(fd, 0));
    gethostname(name, 65);
    TEXT(name);
    getdomainname(name, 65);
    TEXT(name);
    show_file("/proc/sys/kernel/hostname");
    show_file("/proc/sys/kernel/domainname");
  }
  reap(visitor);
  CHILD(visitor) {
    int fd = pidfd_open(pid, 0);
    TRY(setns(fd, 0));
    TRY(setns(fd, CLONE_NEWUTS | CLONE_NEWNS));
    gethostname(name, 65);
    TEXT(name);
  }
  reap(visitor);
  write(go[1], "x", 1);
  reap(pid);
}

CASE(mounts_are_copies) {
  pid_t pid;
  int go[2], done[2];
  pipe(go), pipe(done);
  mkdir("m", 0755);
  CHILD(pid) {
    private();
    TRY(mount("tmpfs", "m", "tmpfs", 0, NULL));
    make_file("m/inside", "seen inside");
    write(done[1], "x", 1);
    char c;
    read(go[0], &c, 1);
    show_file("m/inside");
  }
  char c, path[64];
  read(done[0], &c, 1);
  TRY(access("m/inside", F_OK));
  snprintf(path, sizeof path, "/proc/%d/cwd/m/inside", pid);
  show_file(path);
  pid_t visitor;
  CHILD(visitor) {
    char here[256];
    getcwd(here, sizeof here);
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
    int fd = open(path, O_RDONLY);
    TRY(setns(fd, CLONE_NEWNS));
    TRY(chdir(here));
    show_file("m/inside");
  }
  reap(visitor);
  write(go[1], "x", 1);
  reap(pid);
}

CASE(recursive_binds_and_moves) {
  pid_t pid;
  mkdir("a", 0755), mkdir("a/b", 0755), mkdir("to", 0755), mkdir("flat", 0755), mkdir("moved", 0755);
  CHILD(pid) {
    private();
    TRY(mount("one", "a/b", "tmpfs", 0, NULL));
    make_file("a/b/f", "deep");
    TRY(mount("a", "flat", NULL, MS_BIND, NULL));
    TRY(access("flat/b/f", F_OK));
    TRY(mount("a", "to", NULL, MS_BIND | MS_REC, NULL));
    show_file("to/b/f");
    TRY(mount("a/b", "moved", NULL, MS_MOVE, NULL));
    show_file("moved/f");
    TRY(access("a/b/f", F_OK));
    TRY(mount("a", "moved", NULL, MS_MOVE, NULL));
    TRY(umount("to"));
    TRY(umount2("to", MNT_DETACH));
    TRY(access("to/b", F_OK));
    TRY(mount("moved", "moved/..", NULL, MS_MOVE, NULL));
    mkdir("moved/in", 0755);
    TRY(mount("moved", "moved/in", NULL, MS_MOVE, NULL));
  }
  reap(pid);
}

CASE(pivots) {
  pid_t pid;
  mkdir("root", 0755);
  CHILD(pid) {
    private();
    TRY(syscall(SYS_pivot_root, "root", "root"));
    TRY(mount("root", "root", "tmpfs", 0, NULL));
    TRY(chdir("root"));
    mkdir("old", 0755);
    make_file("f", "in the new root");
    TRY(syscall(SYS_pivot_root, ".", ".."));
    TRY(syscall(SYS_pivot_root, ".", "/"));
    TRY(syscall(SYS_pivot_root, ".", "old"));
    TRY(chdir("/"));
    show_file("/f");
    TRY(access("/old/proc", F_OK));
    TRY(umount("/old"));
    TRY(umount2("/old", MNT_DETACH));
    TRY(access("/old/proc", F_OK));
    TRY(rmdir("/old"));
  }
  reap(pid);
}

CASE(pivots_in_place) {
  pid_t pid;
  mkdir("root", 0755);
  CHILD(pid) {
    private();
    TRY(mount("root", "root", NULL, MS_BIND | MS_REC, NULL));
    make_file("root/f", "in the new root");
    TRY(chdir("root"));
    TRY(syscall(SYS_pivot_root, ".", "."));
    TRY(umount2(".", MNT_DETACH));
    TRY(chdir("/"));
    show_file("/f");
    TRY(access("/proc", F_OK));
    char here[64];
    TEXT(getcwd(here, 64));
  }
  reap(pid);
}

CASE(restrictions) {
  pid_t pid;
  mkdir("m", 0755);
  CHILD(pid) {
    private();
    TRY(mount("tmpfs", "m", "tmpfs", MS_NODEV | MS_NOSUID | MS_NOEXEC, NULL));
    TRY(mknod("m/null", S_IFCHR | 0666, 0x103));
    TRY(open("m/null", O_RDWR));
    make_file("m/script", "#!/bin/sh\n");
    chmod("m/script", 0755);
    TRY(execl("m/script", "script", NULL));
    TRY(mount(NULL, "m", NULL, MS_REMOUNT | MS_BIND, NULL));
    YES(open("m/null", O_RDWR) >= 0);
    TRY(mount(NULL, "m", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    TRY(open("m/new", O_CREAT | O_RDWR, 0600));
  }
  reap(pid);
}
