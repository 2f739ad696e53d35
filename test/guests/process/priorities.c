// Priorities of groups and users, of real-time policies, of input and output; sched_setattr. setpriority(2), sched_setattr(2), ioprio_set(2)
#include <sys/resource.h>
#include "check.h"

struct attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
  uint32_t util_min, util_max;
};

static int set_attributes(int tid, struct attributes *a, unsigned flags) { return syscall(SYS_sched_setattr, tid, a, flags); }
static int get_attributes(int tid, struct attributes *a, unsigned size, unsigned flags) {
  return syscall(SYS_sched_getattr, tid, a, size, flags);
}

static void show_attributes(void) {
  struct attributes a;
  memset(&a, 77, sizeof a);
  TRY(get_attributes(0, &a, 48, 0));
  say("size %u policy %u flags %llu nice %d priority %u", a.size, a.policy, (unsigned long long)a.flags, a.nice, a.priority);
}

CASE(of_a_group) {
  int go[2];
  pipe(go);
  pid_t leader, other;
  CHILD(leader) {
    setpgid(0, 0);
    nice(7);
    char c;
    read(go[0], &c, 1);
  }
  CHILD(other) {
    nice(3);
    char c;
    read(go[0], &c, 1);
  }
  sleep_ms(50);
  TRY(setpgid(other, leader));
  TRY(getpriority(PRIO_PGRP, leader));
  TRY(setpriority(PRIO_PGRP, leader, 9));
  TRY(getpriority(PRIO_PROCESS, leader));
  TRY(getpriority(PRIO_PROCESS, other));
  TRY(getpriority(PRIO_PGRP, 99999999));
  TRY(setpriority(PRIO_PGRP, 99999999, 0));
  write(go[1], "xx", 2);
  reap(leader), reap(other);
}

CASE(of_a_user) {
  int go[2];
  pipe(go);
  pid_t one, two;
  CHILD(one) {
    setuid(4711);
    char c;
    read(go[0], &c, 1);
  }
  CHILD(two) {
    setuid(4711);
    nice(4);
    char c;
    read(go[0], &c, 1);
  }
  sleep_ms(50);
  TRY(getpriority(PRIO_USER, 4711));
  TRY(setpriority(PRIO_USER, 4711, 6));
  TRY(getpriority(PRIO_PROCESS, one));
  TRY(getpriority(PRIO_PROCESS, two));
  TRY(getpriority(PRIO_USER, 4712));
  pid_t pid;
  CHILD(pid) {
    setuid(4711);
    TRY(setpriority(PRIO_USER, 0, 5));
    TRY(setpriority(PRIO_PROCESS, getppid(), 8));
    TRY(setpriority(PRIO_USER, 0, 8));
  }
  reap(pid);
  TRY(getpriority(PRIO_PROCESS, one));
  write(go[1], "xx", 2);
  reap(one), reap(two);
}

// All threads of a process are meant by PRIO_PGRP, one by PRIO_PROCESS.
CASE(inherited) {
  nice(5);
  pid_t pid;
  CHILD(pid) SHOW(getpriority(PRIO_PROCESS, 0));
  reap(pid);
  TRY(nice(100));
  TRY(setpriority(PRIO_PROCESS, 0, -100));
  TRY(getpriority(PRIO_PROCESS, 0));
}

CASE(real_time) {
  struct sched_param param = {.sched_priority = 42};
  TRY(sched_setscheduler(0, SCHED_FIFO, &param));
  TRY(sched_getscheduler(0));
  param.sched_priority = 0;
  TRY(sched_getparam(0, &param));
  SHOW(param.sched_priority);
  show_attributes();
  param.sched_priority = 7;
  TRY(sched_setparam(0, &param));
  TRY(sched_getparam(0, &param));
  SHOW(param.sched_priority);
  param.sched_priority = 0;
  TRY(sched_setparam(0, &param));
  pid_t pid;
  CHILD(pid) {
    TRY(sched_getscheduler(0));
    TRY(sched_getparam(0, &param));
    SHOW(param.sched_priority);
  }
  reap(pid);
  param.sched_priority = 3;
  TRY(sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &param));
  TRY(sched_getscheduler(0));
  show_attributes();
  CHILD(pid) {
    TRY(sched_getscheduler(0));
    TRY(sched_getparam(0, &param));
    SHOW(param.sched_priority);
  }
  reap(pid);
}

CASE(attributes) {
  show_attributes();
  struct attributes a = {.size = 48, .policy = SCHED_BATCH, .nice = 4};
  TRY(set_attributes(0, &a, 0));
  show_attributes();
  SHOW(getpriority(PRIO_PROCESS, 0));
  a = (struct attributes){.size = 48, .policy = SCHED_FIFO, .priority = 10};
  TRY(set_attributes(0, &a, 0));
  show_attributes();
  a = (struct attributes){.size = 48, .policy = SCHED_OTHER, .nice = 30};
  TRY(set_attributes(0, &a, 0));
  show_attributes();
  a = (struct attributes){.size = 48, .policy = 99};
  TRY(set_attributes(0, &a, 0));
  a = (struct attributes){.size = 20};
  TRY(set_attributes(0, &a, 0));
  SHOW(a.size);
  a = (struct attributes){.size = 48};
  TRY(set_attributes(0, &a, 1));
  TRY(set_attributes(0, NULL, 0));
  TRY(set_attributes(-1, &a, 0));
  TRY(set_attributes(99999999, &a, 0));
  TRY(get_attributes(0, &a, 40, 0));
  TRY(get_attributes(0, &a, 48, 1));
  TRY(get_attributes(-1, &a, 48, 0));
  TRY(get_attributes(99999999, &a, 48, 0));
  TRY(get_attributes(0, NULL, 48, 0));
  a = (struct attributes){.size = 48, .policy = SCHED_OTHER, .flags = 1 << 20};
  TRY(set_attributes(0, &a, 0));
  a = (struct attributes){.size = 48, .policy = SCHED_OTHER, .priority = 3};
  TRY(set_attributes(0, &a, 0));
}

// What who is not root may still do where RLIMIT_NICE and RLIMIT_RTPRIO give nothing.
CASE(without_rights) {
  setrlimit(RLIMIT_NICE, &(struct rlimit){0, 0});
  setrlimit(RLIMIT_RTPRIO, &(struct rlimit){0, 0});
  setuid(4711);
  TRY(setpriority(PRIO_PROCESS, 0, -5));
  TRY(setpriority(PRIO_PROCESS, 0, -6));
  TRY(setpriority(PRIO_PROCESS, 0, 3));
  TRY(setpriority(PRIO_PROCESS, 0, 0));
  struct attributes a = {.size = 48, .policy = SCHED_OTHER, .nice = -4};
  TRY(set_attributes(0, &a, 0));
  a.nice = -7;
  TRY(set_attributes(0, &a, 0));
  TRY(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 10}));
  TRY(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 11}));
  TRY(sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &(struct sched_param){.sched_priority = 4}));
  TRY(sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 4}));
  TRY(sched_setscheduler(getppid(), SCHED_BATCH, &(struct sched_param){0}));
  TRY(sched_setscheduler(0, SCHED_IDLE | SCHED_RESET_ON_FORK, &(struct sched_param){0}));
  TRY(sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &(struct sched_param){0}));
  TRY(sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &(struct sched_param){.sched_priority = 1}));
  TRY(sched_setscheduler(0, SCHED_IDLE | SCHED_RESET_ON_FORK, &(struct sched_param){0}));
  TRY(sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &(struct sched_param){0}));
  TRY(setpriority(PRIO_PROCESS, 0, -4));
}

enum { IOPRIO_PROCESS = 1, IOPRIO_PGRP = 2, IOPRIO_USER = 3 };
static int ioprio(int class, int data) { return class << 13 | data; }

CASE(input_and_output) {
  SHOW(syscall(SYS_ioprio_get, IOPRIO_PROCESS, 0));
  TRY(syscall(SYS_ioprio_set, IOPRIO_PROCESS, 0, ioprio(2, 6)));
  SHOW(syscall(SYS_ioprio_get, IOPRIO_PROCESS, 0) == ioprio(2, 6));
  TRY(syscall(SYS_ioprio_set, IOPRIO_PROCESS, getpid(), ioprio(3, 0)));
  SHOW(syscall(SYS_ioprio_get, IOPRIO_PROCESS, getpid()) == ioprio(3, 0));
  pid_t pid;
  CHILD(pid) SHOW(syscall(SYS_ioprio_get, IOPRIO_PROCESS, 0) == ioprio(3, 0));
  reap(pid);
  TRY(syscall(SYS_ioprio_set, IOPRIO_PROCESS, 0, ioprio(5, 0)));
  TRY(syscall(SYS_ioprio_set, IOPRIO_PROCESS, 0, ioprio(0, 3)));
  TRY(syscall(SYS_ioprio_set, 9, 0, ioprio(2, 1)));
  TRY(syscall(SYS_ioprio_get, 9, 0));
  TRY(syscall(SYS_ioprio_set, IOPRIO_PROCESS, 99999999, ioprio(2, 1)));
  TRY(syscall(SYS_ioprio_get, IOPRIO_PROCESS, 99999999));
  TRY(syscall(SYS_ioprio_set, IOPRIO_PROCESS, 0, ioprio(0, 0)));
}
