// Pid namespaces: numbers inside and outside, init, the end of a namespace. pid_namespaces(7)
#include <sys/mount.h>
#include <sys/socket.h>
#include "check.h"

// Runs body as pid 1 of a new namespace.
#define INIT(pid)                                                    \
  if (unshare(CLONE_NEWPID) < 0) say("unshare: %s", errno_name(errno)); \
  CHILD(pid)

static void handler(int sig) {
  say("handler %s", signal_name(sig));
}

CASE(numbers_inside) {
  pid_t pid;
  CHILD(pid) {
    pid_t init;
    INIT(init) {
      say("%d %d %d", getpid(), getppid(), gettid());
      say("pgrp %d sid %d", getpgrp(), getsid(0));
      TRY(setsid());
      say("pgrp %d sid %d", getpgrp(), getsid(0));
      pid_t child;
      CHILD(child) {
        say("child %d of %d", getpid(), getppid());
        TRY(kill(1, 0));
        TRY(kill(400, 0));
        TRY(setpgid(0, 0));
        SHOW(getpgrp());
        _exit(3);
      }
      SHOW(child);
      int status;
      SHOW(waitpid(-1, &status, 0));
      TEXT(status_text(status));
      pid_t vchild = vfork();
      if (vchild == 0) _exit(0);
      SHOW(vchild);
      SHOW(waitpid(vchild, NULL, 0));
    }
    reap(init);
    errno = 0;
    YES(fork() == -1);
    TEXT(errno_name(errno));
  }
  reap(pid);
}

CASE(init_is_safe_inside) {
  pid_t pid;
  CHILD(pid) {
    pid_t init;
    INIT(init) {
      pid_t child;
      signal(SIGUSR1, handler);
      CHILD(child) {
        TRY(kill(1, SIGTERM));
        TRY(kill(1, SIGKILL));
        TRY(kill(1, SIGSTOP));
        kill(1, SIGUSR1);
      }
      reap(child);
      TRY(raise(SIGKILL));
      say("alive");
      for (;;) pause();
    }
    sleep_ms(100);
    TRY(kill(init, SIGTERM));
    sleep_ms(30);
    TRY(kill(init, SIGKILL));
    reap(init);
  }
  reap(pid);
}

CASE(all_end_with_init) {
  pid_t pid;
  int p[2];
  pipe(p);
  CHILD(pid) {
    pid_t init;
    INIT(init) {
      pid_t child;
      for (int i = 0; i < 3; i++) {
        CHILD(child) {
          setsid();
          if (fork() == 0) pause();
          pause();
        }
      }
      sleep_ms(50);
      _exit(7);
    }
    close(p[1]);
    reap(init);
    char c;
    SHOW(read(p[0], &c, 1));
  }
  close(p[1]);
  reap(pid);
  char c;
  SHOW(read(p[0], &c, 1));
}

CASE(orphans_go_to_init) {
  pid_t pid;
  CHILD(pid) {
    pid_t init;
    INIT(init) {
      pid_t child;
      CHILD(child) {
        if (fork() == 0) {
          sleep_ms(50);
          say("orphan %d of %d", getpid(), getppid());
          _exit(9);
        }
        _exit(1);
      }
      int status;
      SHOW(waitpid(-1, &status, 0));
      TEXT(status_text(status));
      SHOW(waitpid(-1, &status, 0));
      TEXT(status_text(status));
    }
    reap(init);
  }
  reap(pid);
}

CASE(proc_shows_its_own) {
  pid_t pid;
  CHILD(pid) {
    unshare(CLONE_NEWNS);
    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    pid_t init;
    INIT(init) {
      char text[64] = "";
      TRY(mount("proc", "/proc", "proc", 0, NULL));
      readlink("/proc/self", text, 63);
      TEXT(text);
      memset(text, 0, 64);
      readlink("/proc/thread-self", text, 63);
      TEXT(text);
      TRY(access("/proc/2", F_OK));
      pid_t child;
      CHILD(child) {
        pause();
      }
      TRY(access("/proc/2", F_OK));
      int fd = open("/proc/2/stat", O_RDONLY);
      read(fd, text, 40);
      int nr, parent, group, session;
      char name[20], state;
      sscanf(text, "%d %s %c %d %d %d", &nr, name, &state, &parent, &group, &session);
      say("%d %s %d %d %d", nr, name, parent, group, session);
      kill(2, SIGKILL);
      reap(child);
      TRY(access("/proc/2", F_OK));
    }
    reap(init);
  }
  reap(pid);
}

CASE(whose_numbers) {
  pid_t pid;
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  CHILD(pid) {
    pid_t outside = getpid();
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    pid_t init;
    INIT(init) {
      siginfo_t info;
      YES(sigwaitinfo(&set, &info) == SIGUSR1);
      SHOW(info.si_pid);
      pid_t child;
      CHILD(child) {
        kill(1, SIGUSR1);
        pause();
      }
      sigwaitinfo(&set, &info);
      say("%s from %d", signal_name(info.si_signo), info.si_pid);
      kill(child, SIGKILL);
      sigwaitinfo(&set, &info);
      say("%s from %d", signal_name(info.si_signo), info.si_pid);
      struct ucred cred;
      socklen_t size = sizeof cred;
      getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &cred, &size);
      say("peer %d", cred.pid);
      int fd = open("lock", O_RDWR | O_CREAT, 0600);
      struct flock lock = {.l_type = F_WRLCK};
      fcntl(fd, F_GETLK, &lock);
      say("lock of %d", lock.l_pid);
    }
    int fd = open("lock", O_RDWR | O_CREAT, 0600);
    struct flock lock = {.l_type = F_WRLCK};
    fcntl(fd, F_SETLK, &lock);
    kill(init, SIGUSR1);
    siginfo_t info;
    waitid(P_PID, init, &info, WEXITED | WNOWAIT);
    YES(info.si_pid == init);
    reap(init);
    YES(getpid() == outside);
  }
  reap(pid);
}

CASE(nested) {
  pid_t pid;
  CHILD(pid) {
    pid_t init;
    INIT(init) {
      pid_t inner;
      fork() == 0 ? _exit(0) : 0;
      INIT(inner) {
        pid_t child;
        say("inner %d of %d", getpid(), getppid());
        CHILD(child) {
          say("its child %d", getpid());
          pause();
        }
        pause();
      }
      SHOW(inner);
      sleep_ms(50);
      TRY(kill(inner + 1, 0));
      char path[64], line[128] = "", *at;
      snprintf(path, sizeof path, "/proc/self/status");
      TRY(kill(inner, SIGKILL));
      int status;
      while (waitpid(-1, &status, 0) != inner) {}
      TEXT(status_text(status));
      TRY(kill(inner + 1, 0));
      (void)path, (void)line, (void)at;
    }
    reap(init);
  }
  reap(pid);
}

CASE(setns_back_and_forth) {
  pid_t pid;
  CHILD(pid) {
    int own = open("/proc/self/ns/pid", O_RDONLY);
    pid_t init;
    INIT(init) {
      pause();
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/pid", init);
    int inside = open(path, O_RDONLY);
    TRY(setns(own, CLONE_NEWUTS));
    TRY(setns(own, CLONE_NEWPID));
    pid_t child;
    CHILD(child) {
      YES(getpid() > 1);
      TRY(getppid() == pid ? 0 : 1);
    }
    reap(child);
    TRY(setns(inside, 0));
    CHILD(child) {
      say("%d of %d", getpid(), getppid());
      TRY(setns(own, 0));
    }
    reap(child);
    kill(init, SIGKILL);
    reap(init);
    errno = 0;
    YES(fork() == -1);
    TEXT(errno_name(errno));
    TRY(setns(0, 0));
    TRY(setns(99, 0));
  }
  reap(pid);
}
