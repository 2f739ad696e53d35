// chroot, mount of tmpfs, bind mounts, umount, statfs, as far as package tools go. chroot(2), mount(2), statfs(2)
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include "check.h"

CASE(chroot_confines) {
  mkdir("jail", 0755);
  mkdir("jail/in", 0755);
  make_file("jail/in/f", "inside");
  make_file("outside", "outside");
  symlink("/in/f", "jail/link");
  pid_t pid;
  CHILD(pid) {
    TRY(chroot("jail"));
    TRY(chdir("/"));
    show_file("/in/f");
    show_file("link");
    TRY(open("/outside", O_RDONLY));
    TRY(open("../outside", O_RDONLY));
    TRY(open("/../../outside", O_RDONLY));
    char b[64] = "";
    getcwd(b, sizeof b);
    TEXT(b);
    chdir("in");
    getcwd(b, sizeof b);
    TEXT(b);
  }
  reap(pid);
  TRY(access("outside", F_OK));
}

CASE(chroot_errors) {
  make_file("f", "");
  TRY(chroot("f"));
  TRY(chroot("nothing"));
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(chroot("."));
  }
  reap(pid);
}

CASE(tmpfs) {
  pid_t pid;
  mkdir("m", 0755);
  make_file("m/hidden", "below");
  CHILD(pid) {
    TRY(unshare(CLONE_NEWNS));
    TRY(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
    TRY(mount("tmpfs", "m", "tmpfs", 0, "mode=0700"));
    TRY(access("m/hidden", F_OK));
    struct stat st, parent;
    stat("m", &st);
    stat(".", &parent);
    say("%o", st.st_mode);
    YES(st.st_dev != parent.st_dev);
    make_file("m/f", "in tmpfs");
    show_file("m/f");
    TRY(rename("m/f", "f"));
    TRY(link("m/f", "f"));
    TRY(rmdir("m"));
    int fd = open("m/f", O_RDONLY);
    TRY(umount("m"));
    close(fd);
    TRY(umount("m"));
    show_file("m/hidden");
    TRY(umount("m"));
  }
  reap(pid);
}

CASE(bind) {
  pid_t pid;
  mkdir("a", 0755);
  mkdir("b", 0755);
  make_file("a/f", "from a");
  make_file("file", "file");
  make_file("over", "covered");
  CHILD(pid) {
    unshare(CLONE_NEWNS);
    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    TRY(mount("a", "b", NULL, MS_BIND, NULL));
    show_file("b/f");
    make_file("b/g", "written through b");
    show_file("a/g");
    TRY(mount(NULL, "b", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL));
    TRY(open("b/h", O_CREAT | O_WRONLY, 0644));
    TRY(open("a/h", O_CREAT | O_WRONLY, 0644));
    TRY(mount("file", "over", NULL, MS_BIND, NULL));
    show_file("over");
    TRY(unlink("over"));
    TRY(umount2("over", MNT_DETACH));
    show_file("over");
  }
  reap(pid);
}

CASE(mount_errors) {
  make_file("f", "");
  mkdir("d", 0755);
  TRY(mount("x", "d", "no-such-fs", 0, NULL));
  TRY(mount("tmpfs", "f", "tmpfs", 0, NULL));
  TRY(mount("tmpfs", "nothing", "tmpfs", 0, NULL));
  TRY(mount("nothing", "d", NULL, MS_BIND, NULL));
  TRY(umount("d"));
  TRY(umount2("d", 0x1000));
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(mount("tmpfs", "d", "tmpfs", 0, NULL));
    TRY(umount("d"));
  }
  reap(pid);
}

CASE(statfs_of_kinds) {
  struct statfs s;
  struct statvfs v;
  TRY(statfs("/proc", &s));
  HEX(s.f_type);
  TRY(statfs("/dev/shm", &s));
  HEX(s.f_type);
  SHOW(s.f_namelen);
  TRY(statfs("nothing", &s));
  TRY(statvfs(".", &v));
  YES(v.f_bsize >= 512 && v.f_blocks > 0 && v.f_bfree <= v.f_blocks && v.f_bavail <= v.f_bfree);
  SHOW(v.f_namemax);
  TRY(fstatfs(99, &s));
}
