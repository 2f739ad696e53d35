// execve, execveat, fexecve: arguments, environment, what survives, scripts, errors. execve(2)
#define CHECK_OWN_MAIN
#include "check.h"

#define SELF "/proc/self/exe"
static char *const NO_ENV[] = {NULL};

static void run(char **argv, char **env) {
  pid_t pid;
  CHILD(pid) {
    execve(SELF, argv, env);
    say("execve: %s", errno_name(errno));
  }
  reap(pid);
}

CASE(arguments_and_environment) {
  char *argv[] = {"show", "one", "", "two words", NULL}, *env[] = {"A=1", "EMPTY=", "NOEQUALS", NULL};
  run(argv, env);
}

CASE(empty_argv) {
  char *none[] = {NULL};
  run(none, (char **)NO_ENV);
}

CASE(errors) {
  char *argv[] = {"x", NULL};
  make_file("text", "neither\n");
  make_file("empty", "");
  make_file("elf", "\177ELF\2\1\1");
  make_file("plain", "#!/bin/sh\n");
  chmod("text", 0755);
  chmod("empty", 0755);
  chmod("elf", 0755);
  mkdir("d", 0755);
  symlink("loop", "loop");
  TRY(execve("nothing", argv, NO_ENV));
  TRY(execve("text", argv, NO_ENV));
  TRY(execve("empty", argv, NO_ENV));
  TRY(execve("elf", argv, NO_ENV));
  TRY(execve("plain", argv, NO_ENV));
  TRY(execve("d", argv, NO_ENV));
  TRY(execve("text/x", argv, NO_ENV));
  TRY(execve("loop", argv, NO_ENV));
  TRY(execve("", argv, NO_ENV));
  TRY(execve((char *)8, argv, NO_ENV));
  TRY(execve(SELF, (char **)8, NO_ENV));
  char *bad[] = {"x", (char *)8, NULL};
  TRY(execve(SELF, bad, NO_ENV));
}

CASE(argument_limits) {
  static char big[200000];
  memset(big, 'a', sizeof big - 1);
  big[131071] = 0;
  char *argv[] = {"length", big, NULL};
  run(argv, (char **)NO_ENV);
  big[131071] = 'a';
  big[131072] = 0;
  run(argv, (char **)NO_ENV);
  static char *many[20001];
  many[0] = "count";
  for (int i = 1; i < 20000; i++) many[i] = "arg";
  run(many, (char **)NO_ENV);
  big[131071] = 0;
  for (int i = 1; i < 100; i++) many[i] = big;
  many[100] = NULL;
  run(many, (char **)NO_ENV);
}

CASE(scripts) {
  make_file("s", "#!/proc/self/exe show\nrest\n");
  make_file("space", "#!  /proc/self/exe   a b  \n");
  make_file("missing", "#!/no/such/interpreter\n");
  make_file("bare", "#!\n");
  make_file("sh", "#!/bin/sh\necho \"script $0 $*\"\nexit 6\n");
  const char *names[] = {"s", "space", "missing", "bare", "sh"};
  for (int i = 0; i < 5; i++) {
    chmod(names[i], 0755);
    pid_t pid;
    CHILD(pid) {
      char *argv[] = {"zero", "first", NULL};
      execve(names[i], argv, NO_ENV);
      say("execve: %s", errno_name(errno));
    }
    reap(pid);
  }
}

CASE(nested_scripts) {
  char name[8], text[64];
  make_file("s0", "#!/bin/sh\necho deepest \"$@\"\n");
  chmod("s0", 0755);
  for (int i = 1; i < 8; i++) {
    snprintf(name, sizeof name, "s%d", i);
    snprintf(text, sizeof text, "#!s%d from%d\n", i - 1, i);
    make_file(name, text);
    chmod(name, 0755);
  }
  for (int i = 3; i < 7; i++) {
    pid_t pid;
    CHILD(pid) {
      char *argv[] = {"x", NULL};
      snprintf(name, sizeof name, "s%d", i);
      execve(name, argv, NO_ENV);
      say("execve: %s", errno_name(errno));
    }
    reap(pid);
  }
}

CASE(close_on_exec) {
  int kept = open(".", O_RDONLY), closed = open(".", O_RDONLY | O_CLOEXEC);
  char a[8], b[8];
  snprintf(a, sizeof a, "%d", kept);
  snprintf(b, sizeof b, "%d", closed);
  char *argv[] = {"descriptors", a, b, NULL};
  run(argv, (char **)NO_ENV);
}

static void nothing(int sig) {
}

CASE(signals_over_exec) {
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR2, nothing);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGTERM);
  alarm(50);
  char *argv[] = {"signals", NULL};
  execve(SELF, argv, NO_ENV);
}

CASE(fexecve_and_at) {
  int fd = open(SELF, O_RDONLY), dir = open(".", O_RDONLY);
  char *argv[] = {"show", "by descriptor", NULL};
  pid_t pid;
  CHILD(pid) fexecve(fd, argv, NO_ENV);
  reap(pid);
  CHILD(pid) syscall(SYS_execveat, fd, "", argv, NO_ENV, AT_EMPTY_PATH);
  reap(pid);
  symlink(SELF, "link");
  TRY(syscall(SYS_execveat, dir, "link", argv, NO_ENV, AT_SYMLINK_NOFOLLOW));
  TRY(syscall(SYS_execveat, 99, "link", argv, NO_ENV, 0));
  TRY(syscall(SYS_execveat, fd, "", argv, NO_ENV, 0));
  TRY(syscall(SYS_execveat, fd, "", argv, NO_ENV, 1));
}

CASE(text_busy_or_not) {
  pid_t pid;
  char byte, path[32];
  int in = open(SELF, O_RDONLY), out = open("copy", O_WRONLY | O_CREAT, 0755), p[2];
  static char buffer[65536];
  ssize_t n;
  while ((n = read(in, buffer, sizeof buffer)) > 0) write(out, buffer, n);
  pipe(p);
  char *argv[] = {"wait", NULL};
  TRY(execve("copy", argv, NO_ENV));
  close(out);
  CHILD(pid) {
    dup2(p[1], 5);
    execve("copy", argv, NO_ENV);
  }
  read(p[0], &byte, 1);
  TRY(open("copy", O_WRONLY));
  TRY(unlink("copy"));
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  char target[PATH_MAX] = "";
  readlink(path, target, sizeof target);
  TEXT(strrchr(target, '/'));
  kill(pid, SIGKILL);
  reap(pid);
}

CASE(path_search) {
  mkdir("bin", 0755);
  make_file("bin/tool", "#!/bin/sh\necho found $1\n");
  chmod("bin/tool", 0755);
  make_file("bin/noexec", "");
  setenv("PATH", "/nowhere:bin", 1);
  pid_t pid;
  CHILD(pid) execlp("tool", "tool", "it", NULL);
  reap(pid);
  TRY(execlp("nothing", "nothing", NULL));
  TRY(execlp("noexec", "noexec", NULL));
}

// What the executed program does, by its name.
static int executed(int argc, char **argv) {
  const char *role = argc > 0 ? argv[0] : "";
  if (strcmp(role, "length") == 0) {
    SHOW(strlen(argv[1]));
  } else if (strcmp(role, "count") == 0) {
    SHOW(argc);
  } else if (strcmp(role, "descriptors") == 0) {
    TRY(fcntl(atoi(argv[1]), F_GETFD));
    TRY(fcntl(atoi(argv[2]), F_GETFD));
  } else if (strcmp(role, "signals") == 0) {
    sigset_t set;
    YES(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
    YES(signal(SIGUSR2, SIG_DFL) == SIG_DFL);
    sigprocmask(SIG_BLOCK, NULL, &set);
    SHOW(sigismember(&set, SIGTERM));
    sigpending(&set);
    SHOW(sigismember(&set, SIGTERM));
    YES(alarm(0) > 40);
  } else if (strcmp(role, "wait") == 0) {
    write(5, "", 1);
    pause();
  } else {
    SHOW(argc);
    for (int i = 0; i < argc; i++) say("[%s]", strchr(argv[i], '/') ? strrchr(argv[i], '/') : argv[i]);
    for (char **each = environ; *each; each++) say("env %s", *each);
    return 7;
  }
  return 0;
}

// Run by the test runner, argv[0] is a path and no interpreter line stands behind it.
int main(int argc, char **argv) {
  bool runner = argc > 0 && argv[0][0] == '/' && strcmp(argv[0], SELF) != 0;
  return runner ? check_main(argc, argv) : executed(argc, argv);
}
