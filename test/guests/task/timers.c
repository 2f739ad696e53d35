// alarm, setitimer, timer_create, clock_nanosleep, remaining time. setitimer(2), timer_create(2)
#include "check.h"

static volatile int alarms, ticks, value;
static void on_alarm(int s) { alarms++; }
static void on_timer(int s, siginfo_t *si, void *u) {
  ticks++;
  value = si->si_value.sival_int;
}

CASE(all) {
  struct sigaction sa = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &sa, 0);
  printf("alarm %u\n", alarm(10));
  printf("left %d\n", alarm(1) >= 9);
  printf("cancel %d\n", alarm(0) == 1);
  struct itimerval it = {{0, 20000}, {0, 20000}}, got;
  setitimer(ITIMER_REAL, &it, 0);
  while (alarms < 3) pause();
  getitimer(ITIMER_REAL, &got);
  printf("interval %ld %d\n", (long)got.it_interval.tv_usec, got.it_value.tv_usec > 0 && got.it_value.tv_usec <= 20000);
  memset(&it, 0, sizeof it);
  setitimer(ITIMER_REAL, &it, &got);
  printf("alarms %d\n", alarms >= 3);
  it.it_value.tv_usec = 1000000;
  printf("bad %d %d\n", setitimer(ITIMER_REAL, &it, 0), errno == EINVAL);
  sa.sa_sigaction = on_timer;
  sa.sa_flags = SA_SIGINFO;
  sigaction(SIGRTMIN, &sa, 0);
  timer_t t;
  struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 42};
  printf("create %d\n", timer_create(CLOCK_MONOTONIC, &ev, &t));
  struct itimerspec its = {{0, 10000000}, {0, 10000000}}, cur;
  timer_settime(t, 0, &its, 0);
  while (ticks < 3) pause();
  timer_gettime(t, &cur);
  printf("value %d interval %ld\n", value, cur.it_interval.tv_nsec);
  printf("delete %d again %d\n", timer_delete(t), timer_delete(t));
  long t0 = now_ms();
  struct timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  ts.tv_nsec += 50000000;
  if (ts.tv_nsec >= 1000000000) ts.tv_nsec -= 1000000000, ts.tv_sec++;
  printf("until %d ", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &ts, 0));
  printf("%d\n", now_ms() - t0 >= 45);
  ts = (struct timespec){0, 1000000000};
  printf("bad %d\n", clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, 0) == EINVAL);
  ts = (struct timespec){-1, 0};
  printf("negative %d %d\n", nanosleep(&ts, 0), errno == EINVAL);
  printf("cputime %d\n", clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts));
  printf("bad clock %d\n", clock_gettime(99, &ts));
  }
