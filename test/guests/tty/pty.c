// Pseudo terminals: opening, line discipline, echo, special characters, end of file, window size. pty(7), termios(3)
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "check.h"

static int master, slave;

static void open_pair(void) {
  if (openpty(&master, &slave, NULL, NULL, NULL) < 0) say("openpty: %s", errno_name(errno));
}

// Prints what there is to read, control characters escaped.
static void show(const char *what, int fd) {
  char b[256], text[1024] = "";
  // The line discipline works on its own time.
  if (poll(&(struct pollfd){fd, POLLIN}, 1, 50) > 0) sleep_ms(5);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  ssize_t n = read(fd, b, sizeof b);
  fcntl(fd, F_SETFL, 0);
  if (n < 0) {
    say("%s: %s", what, errno_name(errno));
    return;
  }
  for (ssize_t i = 0; i < n; i++)
    snprintf(text + strlen(text), 8, b[i] >= 32 && b[i] < 127 ? "%c" : "\\%02x", (unsigned char)b[i]);
  say("%s: %zd \"%s\"", what, n, text);
}

static void type(const char *keys) {
  write(master, keys, strlen(keys));
}

static void change(tcflag_t input, tcflag_t output, tcflag_t local, bool on) {
  struct termios t;
  tcgetattr(slave, &t);
  t.c_iflag = on ? t.c_iflag | input : t.c_iflag & ~input;
  t.c_oflag = on ? t.c_oflag | output : t.c_oflag & ~output;
  t.c_lflag = on ? t.c_lflag | local : t.c_lflag & ~local;
  tcsetattr(slave, TCSANOW, &t);
}

CASE(names_and_kinds) {
  int m = TRY(posix_openpt(O_RDWR | O_NOCTTY));
  TRY(unlockpt(m));
  TRY(grantpt(m));
  char *name = ptsname(m);
  YES(strncmp(name, "/dev/pts/", 9) == 0);
  int s = TRY(open(name, O_RDWR | O_NOCTTY));
  TRY(isatty(s));
  TRY(isatty(m));
  YES(strcmp(ttyname(s), name) == 0);
  struct stat st;
  fstat(s, &st);
  YES(S_ISCHR(st.st_mode) && st.st_rdev >> 8 == 136);
  TRY(isatty(open("/dev/null", O_RDWR)));
  TEXT(errno_name(errno));
}

CASE(locked_until_unlocked) {
  int m = posix_openpt(O_RDWR | O_NOCTTY), number;
  TRY(ioctl(m, TIOCGPTN, &number));
  char name[32];
  snprintf(name, sizeof name, "/dev/pts/%d", number);
  TRY(open(name, O_RDWR | O_NOCTTY));
  TRY(unlockpt(m));
  OK(open(name, O_RDWR | O_NOCTTY));
}

CASE(default_settings) {
  struct termios t;
  open_pair();
  TRY(tcgetattr(slave, &t));
  HEX(t.c_iflag);
  HEX(t.c_oflag);
  HEX(t.c_cflag);
  HEX(t.c_lflag);
  for (int i = 0; i < 17; i++) say("cc[%d] = %d", i, t.c_cc[i]);
  YES(cfgetospeed(&t) == B38400);
}

CASE(canonical_lines_and_echo) {
  open_pair();
  type("hello");
  show("slave before the line ends", slave);
  show("echo", master);
  type("\rmore\n");
  show("slave", slave);
  show("slave", slave);
  show("echo", master);
  write(slave, "a\nb\n", 4);
  show("master", master);
}

CASE(editing) {
  open_pair();
  type("abc\x7f\x7fX\n");
  show("slave", slave);
  show("echo", master);
  type("one two\x17three\n");
  show("slave", slave);
  show("echo", master);
  type("gone\x15kept\n");
  show("slave", slave);
  show("echo", master);
  type("\x16\x03literal\n");
  show("slave", slave);
  show("echo", master);
}

CASE(end_of_file) {
  open_pair();
  type("\x04");
  show("slave", slave);
  type("part\x04");
  show("slave", slave);
  type("\x04");
  show("slave", slave);
}

// One read takes one line, or one end of file: not both, when both were typed before it.
CASE(end_of_file_typed_ahead) {
  open_pair();
  type("line\n\x04");
  show("line", slave);
  show("end of file", slave);
  show("nothing", slave);
  type("part\x04\x04more\n");
  show("part", slave);
  show("end of file", slave);
  show("line", slave);
  show("nothing", slave);
  type("\n\x04\x04x\n");
  for (int i = 0; i < 5; i++) show("slave", slave);
}

CASE(raw_mode) {
  struct termios t;
  open_pair();
  tcgetattr(slave, &t);
  cfmakeraw(&t);
  TRY(tcsetattr(slave, TCSANOW, &t));
  type("a\r\n\x03\x04\x7f");
  show("slave", slave);
  show("echo", master);
  write(slave, "x\ny", 3);
  show("master", master);
}

CASE(noncanonical_min_and_time) {
  struct termios t;
  char b[16];
  open_pair();
  tcgetattr(slave, &t);
  cfmakeraw(&t);
  t.c_cc[VMIN] = 0;
  t.c_cc[VTIME] = 1;
  tcsetattr(slave, TCSANOW, &t);
  long long start = now_ms();
  TRY(read(slave, b, 16));
  YES(now_ms() - start >= 90);
  t.c_cc[VTIME] = 0;
  tcsetattr(slave, TCSANOW, &t);
  TRY(read(slave, b, 16));
  type("abc");
  TRY(read(slave, b, 2));
  TRY(read(slave, b, 16));
  t.c_cc[VMIN] = 3;
  tcsetattr(slave, TCSANOW, &t);
  pid_t pid;
  CHILD(pid) {
    type("x");
    sleep_ms(30);
    type("yz");
  }
  TRY(read(slave, b, 16));
  reap(pid);
}

CASE(output_processing) {
  open_pair();
  change(0, OPOST, 0, false);
  write(slave, "a\nb", 3);
  show("raw output", master);
  change(0, OPOST, 0, true);
  write(slave, "\tx\r\n", 4);
  show("cooked output", master);
  change(ICRNL, 0, ECHO, false);
  type("a\rb\n");
  show("slave", slave);
  show("no echo", master);
}

CASE(window_size) {
  struct winsize size = {}, got = {};
  open_pair();
  TRY(ioctl(slave, TIOCGWINSZ, &got));
  say("%d %d", got.ws_row, got.ws_col);
  size = (struct winsize){50, 132, 1, 2};
  TRY(ioctl(master, TIOCSWINSZ, &size));
  TRY(ioctl(slave, TIOCGWINSZ, &got));
  say("%d %d %d %d", got.ws_row, got.ws_col, got.ws_xpixel, got.ws_ypixel);
}

CASE(hang_up) {
  open_pair();
  struct pollfd p = {master, POLLIN};
  TRY(poll(&p, 1, 0));
  write(slave, "last", 4);
  close(slave);
  TRY(poll(&p, 1, 0));
  HEX(p.revents);
  show("master", master);
  show("master", master);
  open_pair();
  close(master);
  char b[4];
  TRY(read(slave, b, 4));
  TRY(write(slave, b, 4));
  struct termios t;
  TRY(tcgetattr(slave, &t));
}

CASE(queue_and_flush) {
  int queued;
  open_pair();
  type("line\n");
  poll(&(struct pollfd){slave, POLLIN}, 1, 1000);
  TRY(ioctl(slave, FIONREAD, &queued));
  SHOW(queued);
  TRY(tcflush(slave, TCIFLUSH));
  TRY(ioctl(slave, FIONREAD, &queued));
  SHOW(queued);
  TRY(tcdrain(slave));
  TRY(tcsendbreak(slave, 0));
  TRY(tcflow(slave, TCOOFF));
  TRY(tcflow(slave, TCOON));
}
