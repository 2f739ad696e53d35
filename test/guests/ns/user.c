// User namespaces: unshare -r, id maps, capabilities inside and outside. user_namespaces(7)
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include "check.h"

static void put(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  errno = 0;
  ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
  say("%s <- \"%s\": %s", path, text, n < 0 ? errno_name(errno) : "ok");
  if (fd >= 0) close(fd);
}

static void show_ids(void) {
  say("uid %d %d gid %d %d groups %d", getuid(), geteuid(), getgid(), getegid(), getgroups(0, NULL));
}

static void drop(void) {
  setgroups(0, NULL);
  setresgid(1000, 1000, 1000);
  setresuid(1000, 1000, 1000);
  prctl(PR_SET_DUMPABLE, 1);
}

CASE(root_of_its_own) {
  pid_t pid;
  CHILD(pid) {
    drop();
    TRY(unshare(CLONE_NEWUSER));
    show_ids();
    show_file("/proc/self/uid_map");
    TRY(setuid(0));
    TRY(setgroups(0, NULL));
    put("/proc/self/gid_map", "0 1000 1");
    put("/proc/self/setgroups", "deny");
    put("/proc/self/uid_map", "0 1000 1");
    put("/proc/self/gid_map", "0 1000 1\n");
    put("/proc/self/setgroups", "allow");
    put("/proc/self/uid_map", "0 1000 1");
    show_file("/proc/self/uid_map");
    show_file("/proc/self/gid_map");
    show_file("/proc/self/setgroups");
    show_ids();
    TRY(setgroups(0, NULL));
    TRY(setuid(5));
    TRY(setresuid(0, 0, 0));
    TRY(chown(".", 0, 5));
    TRY(mknod("dev", S_IFCHR | 0600, 0x103));
    TRY(sethostname("x", 1));
    TRY(mount("none", "/tmp", "tmpfs", 0, NULL));
    TRY(nice(-5));
    TRY(chroot("/"));
    TRY(kill(1, 0));
  }
  reap(pid);
}

CASE(files_of_others) {
  make_file("theirs", "text");
  make_file("mine", "text");
  chmod("theirs", 0600);
  chown("mine", 1000, 1000);
  chmod(".", 0777);
  pid_t pid;
  CHILD(pid) {
    drop();
    unshare(CLONE_NEWUSER);
    put("/proc/self/setgroups", "deny");
    put("/proc/self/uid_map", "0 1000 1");
    put("/proc/self/gid_map", "0 1000 1");
    struct stat st;
    stat("theirs", &st);
    say("theirs %d %d", st.st_uid, st.st_gid);
    stat("mine", &st);
    say("mine %d %d", st.st_uid, st.st_gid);
    TRY(open("theirs", O_RDONLY));
    TRY(chmod("theirs", 0666));
    TRY(chown("mine", 0, 0));
    TRY(chown("mine", 1000, 1000));
    TRY(unlink("theirs"));
    make_file("new", "");
    stat("new", &st);
    say("new %d %d", st.st_uid, st.st_gid);
  }
  reap(pid);
  struct stat st;
  stat("new", &st);
  say("new %d %d", st.st_uid, st.st_gid);
}

CASE(everything_inside_but_nothing_outside) {
  pid_t pid;
  CHILD(pid) {
    drop();
    TRY(unshare(CLONE_NEWUSER | CLONE_NEWUTS | CLONE_NEWNS));
    TRY(sethostname("inside", 6));
    struct utsname name;
    uname(&name);
    TEXT(name.nodename);
    mkdir("/tmp/none", 0700);
    TRY(mount("tmpfs", "/tmp", "tmpfs", 0, NULL));
    TRY(mkdir("/tmp/d", 0700));
    TRY(umount("/tmp"));
    TRY(umount("/proc"));
    TRY(unshare(CLONE_NEWNS));
    TRY(prctl(PR_CAPBSET_DROP, 21));
    TRY(unshare(CLONE_NEWUTS));
  }
  reap(pid);
}

CASE(ranges_of_ids) {
  int go[2], done[2];
  pipe(go), pipe(done);
  pid_t pid;
  CHILD(pid) {
    TRY(unshare(CLONE_NEWUSER));
    show_ids();
    write(done[1], "x", 1);
    char c;
    read(go[0], &c, 1);
    show_ids();
    show_file("/proc/self/uid_map");
    TRY(setresgid(0, 0, 0));
    TRY(setgroups(2, (gid_t[]){3, 7}));
    gid_t groups[2];
    TRY(getgroups(2, groups));
    say("%d %d", groups[0], groups[1]);
    TRY(setgroups(1, (gid_t[]){5000}));
    TRY(setresuid(9, 9, 9));
    show_ids();
    struct stat st;
    make_file("/tmp/of_nine", "");
    stat("/tmp/of_nine", &st);
    say("%d %d", st.st_uid, st.st_gid);
  }
  char c, path[64];
  read(done[0], &c, 1);
  const char *bad[] = {"", "0", "0 0", "0 0 0", "0 1000 10\n5 3000 1", "0 1000 10\n20 1005 1", "-1 0 1", "0 0 4294967296", "x"};
  for (int i = 0; i < 9; i++) {
    snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
    int fd = open(path, O_WRONLY);
    errno = 0;
    ssize_t n = write(fd, bad[i], strlen(bad[i]));
    say("\"%s\": %zd %s", bad[i], n, errno_name(errno));
    close(fd);
  }
  snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
  int fd = open(path, O_WRONLY);
  say("%zd", write(fd, "0 100000 1000\n1000 0 1\n", 23));
  close(fd);
  snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
  fd = open(path, O_WRONLY);
  say("%zd", write(fd, "0 100000 1000\n1000 0 1", 22));
  close(fd);
  snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
  show_file(path);
  write(go[1], "x", 1);
  reap(pid);
  struct stat st;
  stat("/tmp/of_nine", &st);
  say("%d %d", st.st_uid, st.st_gid);
  unlink("/tmp/of_nine");
}

CASE(who_is_told) {
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pid_t pid;
  CHILD(pid) {
    unshare(CLONE_NEWUSER);
    put("/proc/self/setgroups", "deny");
    put("/proc/self/uid_map", "7 0 1");
    put("/proc/self/gid_map", "8 0 1");
    show_ids();
    struct ucred cred;
    socklen_t size = sizeof cred;
    TRY(getsockopt(s[1], SOL_SOCKET, SO_PEERCRED, &cred, &size));
    say("%d %d", cred.uid, cred.gid);
    pid_t inner;
    CHILD(inner) {
      TRY(unshare(CLONE_NEWUSER));
      show_ids();
      put("/proc/self/uid_map", "0 7 1");
      put("/proc/self/uid_map", "0 0 1");
      show_ids();
      show_file("/proc/self/uid_map");
    }
    siginfo_t info;
    waitid(P_PID, inner, &info, WEXITED);
    say("uid of the child %d", info.si_uid);
  }
  reap(pid);
}

CASE(flags) {
  TRY(unshare(0x1));
  TRY(unshare(CLONE_NEWUSER | CLONE_PARENT));
  pid_t pid;
  CHILD(pid) {
    TRY(unshare(CLONE_FS | CLONE_FILES | CLONE_SYSVSEM));
    TRY(unshare(CLONE_THREAD));
    TRY(unshare(0));
    chdir("/");
    mkdir("/tmp/jail", 0755);
    chroot("/tmp");
    TRY(unshare(CLONE_NEWUSER));
  }
  reap(pid);
  CHILD(pid) {
    drop();
    TRY(unshare(CLONE_NEWUTS));
    TRY(unshare(CLONE_NEWNS));
    TRY(unshare(CLONE_NEWPID));
    TRY(syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, 0, 0, 0, 0));
    TRY(syscall(SYS_clone, CLONE_NEWUSER | CLONE_FS | SIGCHLD, 0, 0, 0, 0));
    TRY(syscall(SYS_clone, CLONE_NEWNS | CLONE_FS | SIGCHLD, 0, 0, 0, 0));
  }
  reap(pid);
}
