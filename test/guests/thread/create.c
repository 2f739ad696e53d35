// pthread_create, join, detach, attributes, many threads, thread exit and process exit. pthreads(7)
#include <pthread.h>
#include "check.h"

static void *doubles(void *arg) {
  return (void *)((long)arg * 2);
}

CASE(join_gives_the_value) {
  pthread_t t;
  void *value;
  ERR(pthread_create(&t, NULL, doubles, (void *)21));
  ERR(pthread_join(t, &value));
  SHOW((long)value);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long total;

static void *adds(void *arg) {
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&lock);
    total += (long)arg;
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

CASE(two_hundred) {
  pthread_t threads[200];
  for (long i = 0; i < 200; i++)
    if (pthread_create(&threads[i], NULL, adds, (void *)i)) say("create %ld failed", i);
  for (int i = 0; i < 200; i++) pthread_join(threads[i], NULL);
  SHOW(total);
}

static void *exits(void *arg) {
  pthread_exit((void *)5);
}

CASE(exit_and_detach) {
  pthread_t t;
  void *value;
  pthread_create(&t, NULL, exits, NULL);
  ERR(pthread_join(t, &value));
  SHOW((long)value);
  ERR(pthread_join(pthread_self(), NULL));
  pthread_create(&t, NULL, doubles, NULL);
  ERR(pthread_detach(t));
}

static void *sleeps(void *arg) {
  sleep(100);
  return NULL;
}

CASE(process_ends_with_main) {
  pid_t pid;
  CHILD(pid) {
    pthread_t t;
    pthread_create(&t, NULL, sleeps, NULL);
    exit(3);
  }
  reap(pid);
}

static void *ends_process(void *arg) {
  sleep_ms(20);
  exit(6);
}

CASE(any_thread_ends_the_process) {
  pid_t pid;
  CHILD(pid) {
    pthread_t t;
    pthread_create(&t, NULL, ends_process, NULL);
    sleep(100);
  }
  reap(pid);
}

CASE(main_thread_may_leave_first) {
  pid_t pid;
  CHILD(pid) {
    pthread_t t;
    pthread_create(&t, NULL, ends_process, NULL);
    pthread_exit(NULL);
  }
  reap(pid);
}

static void *identity(void *arg) {
  YES(getpid() != gettid());
  YES(getpid() == *(pid_t *)arg);
  YES(syscall(SYS_getpgid, gettid()) == getpgrp());
  return NULL;
}

CASE(ids) {
  pthread_t t;
  pid_t pid = getpid();
  YES(gettid() == pid);
  pthread_create(&t, NULL, identity, &pid);
  pthread_join(t, NULL);
}

static void *stack_facts(void *arg) {
  pthread_attr_t attr;
  size_t size, guard;
  void *low;
  char local;
  pthread_getattr_np(pthread_self(), &attr);
  pthread_attr_getstack(&attr, &low, &size);
  pthread_attr_getguardsize(&attr, &guard);
  YES((char *)low < &local && &local < (char *)low + size);
  SHOW(size);
  SHOW(guard);
  return NULL;
}

CASE(attributes) {
  pthread_attr_t attr;
  pthread_t t;
  pthread_attr_init(&attr);
  ERR(pthread_attr_setstacksize(&attr, 256 * 1024));
  ERR(pthread_attr_setstacksize(&attr, 10));
  pthread_create(&t, &attr, stack_facts, NULL);
  pthread_join(t, NULL);
  ERR(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
  ERR(pthread_attr_setguardsize(&attr, 8192));
}

static void *overflows(void *arg) {
  volatile char frame[100000];
  frame[0] = 1;
  return frame[0] ? overflows((void *)frame) : NULL;
}

CASE(guard_page) {
  pid_t pid;
  CHILD(pid) {
    pthread_t t;
    pthread_create(&t, NULL, overflows, NULL);
    pthread_join(t, NULL);
  }
  reap(pid);
}

static void *names(void *arg) {
  char b[16];
  ERR(pthread_setname_np(pthread_self(), "worker"));
  ERR(pthread_setname_np(pthread_self(), "a name that is too long"));
  pthread_getname_np(pthread_self(), b, sizeof b);
  TEXT(b);
  show_file("/proc/thread-self/comm");
  return NULL;
}

CASE(thread_names) {
  pthread_t t;
  pthread_create(&t, NULL, names, NULL);
  pthread_join(t, NULL);
}

static void *forks(void *arg) {
  pid_t pid;
  CHILD(pid) {
    YES(getpid() == gettid());
    _exit(12);
  }
  reap(pid);
  return NULL;
}

CASE(fork_in_a_thread) {
  pthread_t t, other;
  pthread_create(&other, NULL, sleeps, NULL);
  pthread_create(&t, NULL, forks, NULL);
  pthread_join(t, NULL);
}

static void before(void) {
  say("prepare");
}

static void in_parent(void) {
  write(1, "", 0);
}

static void in_child(void) {
  say("in child");
}

CASE(fork_handlers) {
  pthread_atfork(before, in_parent, in_child);
  pid_t pid;
  CHILD(pid) {}
  reap(pid);
}

static void *executes(void *arg) {
  char *argv[] = {"sh", "-c", "exit 9", NULL};
  execv("/bin/sh", argv);
  return NULL;
}

CASE(exec_in_a_thread) {
  pid_t pid;
  CHILD(pid) {
    pthread_t t;
    pthread_create(&t, NULL, executes, NULL);
    sleep(100);
  }
  reap(pid);
}
