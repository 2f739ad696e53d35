// Job control: controlling terminals, foreground groups, SIGINT, SIGTTIN, SIGTTOU, SIGHUP. credentials(7), termios(3)
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "check.h"

static int master, slave;

// Runs the block that follows as leader of a new session with the terminal.
#define SESSION(pid)                                              \
  openpty(&master, &slave, NULL, NULL, NULL);                     \
  CHILD(pid) if (setsid(), ioctl(slave, TIOCSCTTY, 0), true)

CASE(controlling_terminal) {
  pid_t pid;
  SESSION(pid) {
    OK(open("/dev/tty", O_RDWR));
    YES(tcgetpgrp(slave) == getpgrp());
    YES(tcgetsid(slave) == getpid());
    TRY(ioctl(slave, TIOCSCTTY, 0));
    signal(SIGHUP, SIG_IGN);
    TRY(ioctl(slave, TIOCNOTTY));
  }
  reap(pid);
  TRY(tcgetpgrp(slave));
}

CASE(opened_by_a_session_leader) {
  int m = posix_openpt(O_RDWR | O_NOCTTY);
  unlockpt(m);
  pid_t pid;
  CHILD(pid) {
    setsid();
    open(ptsname(m), O_RDWR | O_NOCTTY);
    TRY(open("/dev/tty", O_RDWR));
    open(ptsname(m), O_RDWR);
    OK(open("/dev/tty", O_RDWR));
  }
  reap(pid);
}

CASE(keys_signal_the_foreground) {
  const char *keys[] = {"\x03", "\x1c", "\x1a"};
  for (int i = 0; i < 3; i++) {
    pid_t pid;
    int p[2];
    char c;
    pipe(p);
    SESSION(pid) {
      pid_t job;
      CHILD(job) {
        setpgid(0, 0);
        signal(SIGTTOU, SIG_IGN);
        tcsetpgrp(slave, getpgrp());
        write(p[1], "", 1);
        pause();
      }
      int status;
      waitpid(job, &status, WUNTRACED);
      say("job: %s", status_text(status));
      kill(job, SIGKILL);
    }
    read(p[0], &c, 1);
    write(master, keys[i], 1);
    reap(pid);
    close(master);
    close(slave);
  }
}

CASE(background_reads_stop) {
  pid_t pid;
  SESSION(pid) {
    pid_t job;
    int status;
    CHILD(job) {
      setpgid(0, 0);
      char c;
      read(slave, &c, 1);
      say("resumed");
      signal(SIGTTIN, SIG_IGN);
      TRY(read(slave, &c, 1));
    }
    waitpid(job, &status, WUNTRACED);
    say("job: %s", status_text(status));
    signal(SIGTTOU, SIG_IGN);
    setpgid(job, job);
    tcsetpgrp(slave, job);
    write(master, "x\n", 2);
    kill(job, SIGCONT);
    sleep_ms(50);
    waitpid(job, &status, WUNTRACED);
    say("job: %s", status_text(status));
  }
  reap(pid);
}

CASE(background_writes) {
  pid_t pid;
  SESSION(pid) {
    pid_t job;
    int status;
    CHILD(job) {
      setpgid(0, 0);
      TRY(write(slave, "allowed", 7));
      struct termios t;
      tcgetattr(slave, &t);
      t.c_lflag |= TOSTOP;
      signal(SIGTTOU, SIG_IGN);
      tcsetattr(slave, TCSANOW, &t);
      TRY(write(slave, "ignored", 7));
      signal(SIGTTOU, SIG_DFL);
      write(slave, "stopped", 7);
    }
    waitpid(job, &status, WUNTRACED);
    say("job: %s", status_text(status));
    kill(job, SIGKILL);
  }
  reap(pid);
}

CASE(tcsetpgrp_rules) {
  pid_t pid;
  SESSION(pid) {
    TRY(tcsetpgrp(slave, 99999999));
    TRY(tcsetpgrp(slave, -1));
    TRY(tcsetpgrp(slave, getppid()));
    pid_t job;
    int status;
    CHILD(job) {
      setpgid(0, 0);
      tcsetpgrp(slave, getpgrp());
      _exit(3);
    }
    waitpid(job, &status, WUNTRACED);
    say("job: %s", status_text(status));
    kill(job, SIGKILL);
  }
  reap(pid);
}

CASE(hang_up_of_the_leader) {
  pid_t pid;
  int p[2], q[2], sig;
  char c;
  sigset_t set;
  pipe(p);
  pipe(q);
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  SESSION(pid) {
    pid_t job;
    CHILD(job) {
      close(master);
      write(p[1], "", 1);
      sigwait(&set, &sig);
      read(q[0], &c, 1);
      say("job: %s", signal_name(sig));
      write(p[1], "", 1);
    }
    read(p[0], &c, 1);
    close(master);
    sigwait(&set, &sig);
    say("leader: %s", signal_name(sig));
  }
  close(master);
  reap(pid);
  write(q[1], "", 1);
  read(p[0], &c, 1);
}

CASE(window_change_signal) {
  pid_t pid;
  int p[2];
  char c;
  pipe(p);
  SESSION(pid) {
    sigset_t set;
    int sig;
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, NULL);
    write(p[1], "", 1);
    sigwait(&set, &sig);
    TEXT(signal_name(sig));
  }
  read(p[0], &c, 1);
  struct winsize size = {10, 20};
  ioctl(master, TIOCSWINSZ, &size);
  reap(pid);
}
