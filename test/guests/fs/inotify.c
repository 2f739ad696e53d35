// inotify: events of files and directories, moves, removal, errors. inotify(7)
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include "check.h"

static const struct {
  uint32_t bit;
  const char *name;
} BITS[] = {{IN_ACCESS, "ACCESS"},         {IN_MODIFY, "MODIFY"},           {IN_ATTRIB, "ATTRIB"},
            {IN_CLOSE_WRITE, "CLOSE_WRITE"}, {IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"}, {IN_OPEN, "OPEN"},
            {IN_MOVED_FROM, "MOVED_FROM"}, {IN_MOVED_TO, "MOVED_TO"},       {IN_CREATE, "CREATE"},
            {IN_DELETE, "DELETE"},         {IN_DELETE_SELF, "DELETE_SELF"}, {IN_MOVE_SELF, "MOVE_SELF"},
            {IN_IGNORED, "IGNORED"},       {IN_ISDIR, "ISDIR"},             {IN_Q_OVERFLOW, "Q_OVERFLOW"}};

static void drain(int fd) {
  char buffer[8192] __attribute__((aligned(8)));
  ssize_t length;
  while ((length = read(fd, buffer, sizeof buffer)) > 0) {
    for (char *at = buffer; at < buffer + length;) {
      struct inotify_event *event = (void *)at;
      char text[200] = "";
      for (size_t i = 0; i < sizeof BITS / sizeof *BITS; i++)
        if (event->mask & BITS[i].bit) strcat(strcat(text, " "), BITS[i].name);
      say("wd %d%s %s%s", event->wd, text, event->len ? event->name : "", event->cookie ? " cookie" : "");
      at += sizeof *event + event->len;
    }
  }
  if (length < 0 && errno != EAGAIN) say("read: %s", errno_name(errno));
}

CASE(directory_events) {
  mkdir("d", 0755);
  int fd = TRY(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  TRY(inotify_add_watch(fd, "d", IN_ALL_EVENTS));
  int file = open("d/f", O_CREAT | O_WRONLY, 0644);
  write(file, "x", 1);
  close(file);
  drain(fd);
  chmod("d/f", 0600);
  link("d/f", "d/g");
  unlink("d/f");
  mkdir("d/sub", 0755);
  rmdir("d/sub");
  symlink("x", "d/link");
  drain(fd);
}

CASE(moves) {
  mkdir("a", 0755);
  mkdir("b", 0755);
  make_file("a/f", "");
  int fd = inotify_init1(IN_NONBLOCK);
  TRY(inotify_add_watch(fd, "a", IN_MOVE));
  TRY(inotify_add_watch(fd, "b", IN_MOVE));
  TRY(inotify_add_watch(fd, "a/f", IN_MOVE_SELF));
  rename("a/f", "b/g");
  drain(fd);
  rename("b/g", "b/h");
  drain(fd);
}

CASE(file_and_its_removal) {
  make_file("f", "abc");
  int fd = inotify_init1(IN_NONBLOCK);
  TRY(inotify_add_watch(fd, "f", IN_ALL_EVENTS));
  int file = open("f", O_RDWR);
  char c;
  read(file, &c, 1);
  ftruncate(file, 1);
  close(file);
  drain(fd);
  unlink("f");
  drain(fd);
}

CASE(watch_rules) {
  mkdir("d", 0755);
  make_file("f", "");
  int fd = inotify_init1(IN_NONBLOCK);
  TRY(inotify_add_watch(fd, "d", IN_CREATE));
  TRY(inotify_add_watch(fd, "d", IN_DELETE));
  make_file("d/x", "");
  unlink("d/x");
  drain(fd);
  TRY(inotify_add_watch(fd, "d", IN_CREATE | IN_MASK_ADD));
  make_file("d/y", "");
  drain(fd);
  TRY(inotify_add_watch(fd, "f", IN_OPEN | IN_ONLYDIR));
  TRY(inotify_add_watch(fd, "f", IN_OPEN | IN_ONESHOT));
  close(open("f", O_RDONLY));
  close(open("f", O_RDONLY));
  drain(fd);
  TRY(inotify_rm_watch(fd, 1));
  drain(fd);
  TRY(inotify_rm_watch(fd, 1));
}

CASE(errors) {
  make_file("f", "");
  int fd = inotify_init1(IN_NONBLOCK);
  char b[4];
  TRY(inotify_init1(0x1));
  TRY(inotify_add_watch(fd, "nothing", IN_OPEN));
  TRY(inotify_add_watch(fd, "f", 0));
  TRY(inotify_add_watch(0, "f", IN_OPEN));
  TRY(inotify_add_watch(99, "f", IN_OPEN));
  TRY(read(fd, b, 4));
  TRY(inotify_add_watch(fd, "f", IN_OPEN));
  close(open("f", O_RDONLY));
  TRY(read(fd, b, 4));
  drain(fd);
}

CASE(equal_events_merge) {
  make_file("f", "");
  int fd = inotify_init1(IN_NONBLOCK);
  TRY(inotify_add_watch(fd, "f", IN_MODIFY));
  int file = open("f", O_WRONLY);
  for (int i = 0; i < 5; i++) write(file, "x", 1);
  drain(fd);
}

CASE(readiness_and_waiting) {
  make_file("f", "");
  int fd = inotify_init(), queued;
  inotify_add_watch(fd, "f", IN_MODIFY | IN_CLOSE_WRITE);
  struct pollfd ready = {fd, POLLIN, 0};
  TRY(poll(&ready, 1, 0));
  pid_t pid;
  CHILD(pid) {
    usleep(20000);
    int file = open("f", O_WRONLY);
    write(file, "x", 1);
    close(file);
  }
  TRY(poll(&ready, 1, 5000));
  reap(pid);
  TRY(ioctl(fd, FIONREAD, &queued));
  SHOW(queued);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  drain(fd);
  TRY(write(fd, "x", 1));
}

CASE(open_files_outlive_their_names) {
  mkdir("d", 0755);
  make_file("d/f", "abc");
  int fd = inotify_init1(IN_NONBLOCK);
  TRY(inotify_add_watch(fd, "d/f", IN_ALL_EVENTS));
  TRY(inotify_add_watch(fd, "d", IN_MODIFY | IN_EXCL_UNLINK));
  int file = open("d/f", O_RDWR);
  unlink("d/f");
  drain(fd);
  write(file, "x", 1);
  close(file);
  drain(fd);
}

CASE(replaced_files) {
  make_file("a", "");
  make_file("b", "");
  int fd = inotify_init1(IN_NONBLOCK);
  TRY(inotify_add_watch(fd, "a", IN_ALL_EVENTS));
  TRY(inotify_add_watch(fd, "b", IN_DELETE_SELF));
  rename("a", "b");
  drain(fd);
  truncate("b", 10);
  chown("b", 7, 7);
  setxattr("b", "trusted.x", "1", 1, 0);
  drain(fd);
}

CASE(overflow) {
  mkdir("d", 0755);
  make_file("d/f", "");
  int fd = inotify_init1(IN_NONBLOCK), count = 0, overflows = 0;
  inotify_add_watch(fd, "d", IN_OPEN | IN_CLOSE_NOWRITE);
  for (int i = 0; i < 8200; i++) close(open("d/f", O_RDONLY));
  char buffer[8192] __attribute__((aligned(8)));
  ssize_t length;
  while ((length = read(fd, buffer, sizeof buffer)) > 0) {
    for (char *at = buffer; at < buffer + length; count++) {
      struct inotify_event *event = (void *)at;
      if (event->mask & IN_Q_OVERFLOW) overflows += event->wd == -1;
      at += sizeof *event + event->len;
    }
  }
  SHOW(count);
  SHOW(overflows);
}
