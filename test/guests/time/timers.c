// alarm, setitimer, timer_create in all its notifications, timer_gettime, overruns. timer_create(2), setitimer(2)
#include <pthread.h>
#include "check.h"

static volatile int count;
static siginfo_t last;

static void counts(int sig, siginfo_t *info, void *context) {
  count++;
  last = *info;
}

static void handle(int sig) {
  struct sigaction action = {.sa_sigaction = counts, .sa_flags = SA_SIGINFO};
  sigaction(sig, &action, NULL);
}

static void wait_for(int wanted) {
  for (int i = 0; i < 2000 && count < wanted; i++) usleep(2000);
}

CASE(alarms) {
  handle(SIGALRM);
  TRY(alarm(0));
  YES(alarm(50) == 0);
  YES(alarm(1) >= 49);
  pause();
  SHOW(count);
  TRY(alarm(0));
}

CASE(real_interval) {
  handle(SIGALRM);
  struct itimerval timer = {{0, 10000}, {0, 20000}}, old;
  TRY(setitimer(ITIMER_REAL, &timer, NULL));
  wait_for(3);
  YES(count >= 3);
  TRY(getitimer(ITIMER_REAL, &old));
  SHOW(old.it_interval.tv_usec);
  timer = (struct itimerval){};
  TRY(setitimer(ITIMER_REAL, &timer, &old));
  SHOW(old.it_interval.tv_usec);
  count = 0;
  sleep_ms(50);
  SHOW(count);
}

CASE(cpu_intervals) {
  handle(SIGVTALRM);
  handle(SIGPROF);
  struct itimerval timer = {.it_value = {0, 20000}};
  TRY(setitimer(ITIMER_VIRTUAL, &timer, NULL));
  sleep_ms(60);
  SHOW(count);
  for (volatile long i = 0; count < 1 && i < 2000000000; i++) {}
  SHOW(count);
  TRY(setitimer(ITIMER_PROF, &timer, NULL));
  for (volatile long i = 0; count < 2 && i < 2000000000; i++) {}
  SHOW(count);
}

CASE(errors) {
  struct itimerval timer = {{0, 0}, {0, 1000000}};
  TRY(setitimer(ITIMER_REAL, &timer, NULL));
  TRY(setitimer(9, &timer, NULL));
  TRY(getitimer(ITIMER_REAL, (void *)8));
  timer_t id;
  TRY(timer_create(99, NULL, &id));
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 100};
  TRY(timer_create(CLOCK_MONOTONIC, &event, &id));
  event = (struct sigevent){.sigev_notify = 77};
  TRY(timer_create(CLOCK_MONOTONIC, &event, &id));
  TRY(syscall(SYS_timer_delete, 12345));
  TRY(syscall(SYS_timer_gettime, 12345, &timer));
  TRY(syscall(SYS_timer_getoverrun, 12345));
}

CASE(signal_with_value) {
  handle(SIGRTMIN + 1);
  timer_t id;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1, .sigev_value.sival_int = 1234};
  TRY(timer_create(CLOCK_MONOTONIC, &event, &id));
  struct itimerspec when = {.it_value = {0, 20000000}}, old;
  TRY(timer_settime(id, 0, &when, NULL));
  TRY(timer_gettime(id, &old));
  YES(old.it_value.tv_sec == 0 && old.it_value.tv_nsec > 0);
  wait_for(1);
  say("count %d code %d value %d", count, last.si_code, last.si_value.sival_int);
  TRY(timer_gettime(id, &old));
  SHOW(old.it_value.tv_nsec);
  TRY(timer_delete(id));
}

CASE(overruns) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  timer_t id;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  timer_create(CLOCK_MONOTONIC, &event, &id);
  struct itimerspec when = {{0, 5000000}, {0, 5000000}};
  TRY(timer_settime(id, 0, &when, NULL));
  sleep_ms(100);
  siginfo_t info;
  YES(sigwaitinfo(&set, &info) == SIGUSR1);
  YES(info.si_overrun >= 5 && info.si_overrun < 500);
  YES(timer_getoverrun(id) == info.si_overrun);
}

CASE(absolute) {
  handle(SIGALRM);
  timer_t id;
  TRY(timer_create(CLOCK_REALTIME, NULL, &id));
  struct itimerspec when = {.it_value = {1, 0}};
  TRY(timer_settime(id, TIMER_ABSTIME, &when, NULL));
  wait_for(1);
  SHOW(count);
  SHOW(last.si_code);
  YES(last.si_value.sival_ptr == id || last.si_timerid == (long)id);
}

CASE(no_notification) {
  timer_t id;
  struct sigevent event = {.sigev_notify = SIGEV_NONE};
  TRY(timer_create(CLOCK_MONOTONIC, &event, &id));
  struct itimerspec when = {{0, 0}, {100, 0}}, old;
  TRY(timer_settime(id, 0, &when, NULL));
  TRY(timer_gettime(id, &old));
  YES(old.it_value.tv_sec == 99 || old.it_value.tv_sec == 100);
  when = (struct itimerspec){};
  TRY(timer_settime(id, 0, &when, &old));
  YES(old.it_value.tv_sec == 99 || old.it_value.tv_sec == 100);
}

static volatile int in_thread;

static void notified(union sigval value) {
  in_thread = value.sival_int;
}

CASE(thread_notification) {
  timer_t id;
  struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notified, .sigev_value.sival_int = 55};
  TRY(timer_create(CLOCK_MONOTONIC, &event, &id));
  struct itimerspec when = {.it_value = {0, 10000000}};
  timer_settime(id, 0, &when, NULL);
  for (int i = 0; i < 1000 && !in_thread; i++) usleep(2000);
  SHOW(in_thread);
}

CASE(not_inherited_by_fork) {
  handle(SIGALRM);
  timer_t id;
  timer_create(CLOCK_MONOTONIC, NULL, &id);
  struct itimerspec when = {.it_value = {100, 0}};
  timer_settime(id, 0, &when, NULL);
  alarm(100);
  pid_t pid;
  CHILD(pid) {
    TRY(timer_settime(id, 0, &when, NULL));
    TRY(alarm(0));
  }
  reap(pid);
}

CASE(cpu_time_timer) {
  handle(SIGALRM);
  timer_t id;
  TRY(timer_create(CLOCK_PROCESS_CPUTIME_ID, NULL, &id));
  struct itimerspec when = {.it_value = {0, 20000000}};
  TRY(timer_settime(id, 0, &when, NULL));
  sleep_ms(60);
  SHOW(count);
  for (volatile long i = 0; count < 1 && i < 2000000000; i++) {}
  SHOW(count);
}

static void burn(int ms) {
  struct timespec now;
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < ms);
}

// A thread's timer counts neither sleep nor what others use, the process's counts all; both repeat.
static void *burn_for_others(void *unused) {
  burn(100);
  return unused;
}

CASE(cpu_time_of_threads) {
  pthread_t other;
  clockid_t clock;
  timer_t mine, all;
  ERR(pthread_getcpuclockid(pthread_self(), &clock));
  struct sigevent none = {.sigev_notify = SIGEV_NONE};
  TRY(timer_create(clock, &none, &mine));
  TRY(timer_create(CLOCK_PROCESS_CPUTIME_ID, &none, &all));
  struct itimerspec when = {{0, 0}, {5, 0}}, left;
  TRY(timer_settime(mine, 0, &when, NULL));
  TRY(timer_settime(all, 0, &when, NULL));
  pthread_create(&other, NULL, burn_for_others, NULL);
  pthread_join(other, NULL);
  TRY(timer_gettime(mine, &left));
  YES(left.it_value.tv_sec == 4 && left.it_value.tv_nsec > 920000000);
  TRY(timer_gettime(all, &left));
  YES(left.it_value.tv_sec == 4 && left.it_value.tv_nsec < 920000000);
  TRY(timer_delete(mine));
  TRY(timer_create(-1, &none, &mine));
  TRY(timer_create(~(1 << 27) << 3 | 2, &none, &mine));
}

CASE(repeated_cpu_time_timer) {
  handle(SIGALRM);
  timer_t id;
  TRY(timer_create(CLOCK_THREAD_CPUTIME_ID, NULL, &id));
  struct itimerspec when = {{0, 20000000}, {0, 20000000}};
  TRY(timer_settime(id, 0, &when, NULL));
  sleep_ms(100);
  SHOW(count);
  burn(150);
  YES(count >= 3);
  when.it_value.tv_nsec = when.it_interval.tv_nsec = 0;
  TRY(timer_settime(id, 0, &when, NULL));
  int before = count;
  burn(250);
  SHOW(count - before);
}
