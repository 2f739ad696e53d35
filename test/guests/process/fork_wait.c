// fork, vfork, wait4, waitpid, waitid: who is waited for, what is told, what is inherited. fork(2), wait(2)
#include "check.h"

CASE(exit_codes) {
  int codes[] = {0, 1, 42, 255, 256, -1};
  for (int i = 0; i < 6; i++) {
    pid_t pid;
    CHILD(pid) _exit(codes[i]);
    reap(pid);
  }
}

CASE(no_children) {
  int status;
  TRY(wait(&status));
  TRY(waitpid(-1, &status, WNOHANG));
  TRY(waitpid(1, &status, 0));
  TRY(waitpid(99999999, &status, 0));
  TRY(waitpid(-1, &status, 0x1000));
  TRY(waitid(P_ALL, 0, NULL, WEXITED));
  TRY(waitid(P_ALL, 0, NULL, 0));
  TRY(waitid(77, 0, NULL, WEXITED));
}

CASE(nohang) {
  int p[2], status = -5;
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    char c;
    read(p[0], &c, 1);
    _exit(3);
  }
  TRY(waitpid(pid, &status, WNOHANG));
  SHOW(status);
  write(p[1], "", 1);
  OK(waitpid(pid, &status, 0));
  TEXT(status_text(status));
  TRY(waitpid(pid, &status, WNOHANG));
}

CASE(killed_by_signals) {
  int signals[] = {SIGTERM, SIGKILL, SIGSEGV, SIGABRT, SIGUSR1, SIGRTMIN + 2};
  for (int i = 0; i < 6; i++) {
    pid_t pid;
    CHILD(pid) raise(signals[i]);
    int status;
    waitpid(pid, &status, 0);
    say("%s core %d", status_text(status), !!WCOREDUMP(status));
  }
}

CASE(by_group) {
  pid_t a, b;
  int p[2];
  char c;
  pipe(p);
  CHILD(a) {
    setpgid(0, 0);
    write(p[1], "", 1);
    _exit(1);
  }
  CHILD(b) {
    read(p[0], &c, 1);
    _exit(2);
  }
  setpgid(a, a);
  int status;
  YES(waitpid(-a, &status, 0) == a);
  TEXT(status_text(status));
  TRY(waitpid(-a, &status, 0));
  YES(waitpid(0, &status, 0) == b);
  TEXT(status_text(status));
}

CASE(waitid_leaves_zombie) {
  pid_t pid;
  CHILD(pid) _exit(9);
  siginfo_t info = {};
  TRY(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
  say("signo %d code %d status %d pid %d uid %d", info.si_signo, info.si_code, info.si_status, info.si_pid == pid, info.si_uid);
  memset(&info, 0, sizeof info);
  TRY(waitid(P_PID, pid, &info, WEXITED));
  SHOW(info.si_status);
  TRY(waitid(P_PID, pid, &info, WEXITED));
  CHILD(pid) raise(SIGTERM);
  TRY(waitid(P_ALL, 0, &info, WEXITED));
  say("code %d status %d", info.si_code, info.si_status);
  CHILD(pid) pause();
  memset(&info, 1, sizeof info);
  TRY(waitid(P_PID, pid, &info, WEXITED | WNOHANG));
  SHOW(info.si_pid);
  SHOW(info.si_signo);
  kill(pid, SIGKILL);
  reap(pid);
}

CASE(stop_and_continue) {
  pid_t pid;
  int p[2];
  pipe(p);
  CHILD(pid) {
    raise(SIGSTOP);
    char c;
    read(p[0], &c, 1);
    _exit(4);
  }
  int status;
  siginfo_t info = {};
  OK(waitpid(pid, &status, WUNTRACED));
  TEXT(status_text(status));
  TRY(waitpid(pid, &status, WUNTRACED | WNOHANG));
  TRY(waitid(P_PID, pid, &info, WSTOPPED | WNOHANG));
  TRY(kill(pid, SIGCONT));
  TRY(waitid(P_PID, pid, &info, WCONTINUED));
  say("code %d status %d", info.si_code, info.si_status);
  write(p[1], "", 1);
  reap(pid);
}

CASE(orphans_go_to_the_subreaper) {
  int p[2];
  pipe(p);
  pid_t pid, parent = getppid();
  CHILD(pid) {
    pid_t grandchild;
    CHILD(grandchild) {
      for (int i = 0; i < 200 && getppid() != parent; i++) sleep_ms(5);
      char yes = getppid() == parent;
      write(p[1], &yes, 1);
    }
  }
  reap(pid);
  char adopted = 0;
  read(p[0], &adopted, 1);
  SHOW(adopted);
}

CASE(inherited_and_not) {
  make_file("f", "0123");
  int fd = open("f", O_RDONLY);
  umask(037);
  setpriority(PRIO_PROCESS, 0, 3);
  struct rlimit limit = {100, 200};
  setrlimit(RLIMIT_NOFILE, &limit);
  alarm(100);
  signal(SIGUSR1, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR2);
  pid_t pid;
  CHILD(pid) {
    SHOW(umask(0));
    SHOW(getpriority(PRIO_PROCESS, 0));
    getrlimit(RLIMIT_NOFILE, &limit);
    SHOW(limit.rlim_cur);
    SHOW(alarm(0));
    sigpending(&set);
    SHOW(sigismember(&set, SIGUSR2));
    sigprocmask(SIG_BLOCK, NULL, &set);
    SHOW(sigismember(&set, SIGUSR2));
    YES(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
    TRY(lseek(fd, 2, SEEK_SET));
  }
  reap(pid);
  TRY(lseek(fd, 0, SEEK_CUR));
}

CASE(memory_is_copied) {
  static int global = 1;
  int local = 2, *heap = malloc(sizeof *heap);
  *heap = 3;
  pid_t pid;
  CHILD(pid) {
    global = 10;
    local = 20;
    *heap = 30;
    say("%d %d %d", global, local, *heap);
  }
  reap(pid);
  say("%d %d %d", global, local, *heap);
}

CASE(vfork_shares_and_waits) {
  static volatile int shared = 1;
  pid_t pid = vfork();
  if (pid == 0) {
    shared = 2;
    _exit(5);
  }
  SHOW(shared);
  reap(pid);
}

CASE(many_children) {
  int sum = 0, status;
  for (int i = 0; i < 100; i++)
    if (fork() == 0) _exit(i);
  for (int i = 0; i < 100; i++)
    if (wait(&status) > 0) sum += WEXITSTATUS(status);
  SHOW(sum);
  TRY(wait(&status));
}

CASE(ignored_sigchld_reaps_itself) {
  signal(SIGCHLD, SIG_IGN);
  pid_t pid;
  CHILD(pid) _exit(1);
  TRY(waitpid(pid, NULL, 0));
  struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
  sigaction(SIGCHLD, &action, NULL);
  CHILD(pid) _exit(1);
  TRY(wait(NULL));
}

CASE(usage_of_children) {
  pid_t pid;
  struct rusage usage;
  CHILD(pid) {
    volatile unsigned long work = 0;
    clock_t start = clock();
    while (clock() - start < CLOCKS_PER_SEC / 20) work += clock();
  }
  int status;
  YES(wait4(pid, &status, 0, &usage) == pid);
  YES(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec > 10000);
  YES(usage.ru_maxrss > 0);
  getrusage(RUSAGE_CHILDREN, &usage);
  YES(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec > 10000);
}
