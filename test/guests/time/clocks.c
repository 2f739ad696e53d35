// clock_gettime, clock_getres, clock_nanosleep, nanosleep, gettimeofday, time. clock_gettime(2)
#include <sys/timex.h>
#include "check.h"

static long long ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

CASE(which_exist) {
  struct timespec t;
  clockid_t clocks[] = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 100, -1};
  for (int i = 0; i < 13; i++) say("%d: %s", clocks[i], clock_gettime(clocks[i], &t) ? errno_name(errno) : "ok");
  TRY(syscall(SYS_clock_gettime, CLOCK_REALTIME, 8));
}

CASE(they_move) {
  clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_MONOTONIC_RAW};
  for (int i = 0; i < 4; i++) {
    long long before = ns(clocks[i]);
    sleep_ms(20);
    long long passed = ns(clocks[i]) - before;
    say("%d: %s", clocks[i], passed >= 20000000 && passed < 2000000000 ? "ok" : "odd");
  }
  struct timeval tv;
  TRY(gettimeofday(&tv, NULL));
  YES(llabs(tv.tv_sec - time(NULL)) <= 1);
  YES(ns(CLOCK_REALTIME) / 1000000000 - tv.tv_sec <= 1);
}

CASE(monotonic_never_steps_back) {
  long long last = 0;
  for (int i = 0; i < 2000; i++) {
    long long now = ns(CLOCK_MONOTONIC);
    if (now < last) say("back by %lld", last - now);
    last = now;
  }
}

CASE(cpu_clocks) {
  long long process = ns(CLOCK_PROCESS_CPUTIME_ID), thread = ns(CLOCK_THREAD_CPUTIME_ID);
  sleep_ms(100);
  YES(ns(CLOCK_PROCESS_CPUTIME_ID) - process < 90000000);
  volatile long work = 0;
  for (long i = 0; i < 2000000; i++) work += i;
  YES(ns(CLOCK_PROCESS_CPUTIME_ID) > process + 100000);
  YES(ns(CLOCK_THREAD_CPUTIME_ID) > thread + 100000);
  clockid_t own;
  ERR(clock_getcpuclockid(getpid(), &own));
  YES(ns(own) > 0);
  ERR(clock_getcpuclockid(99999999, &own));
}

CASE(resolution) {
  struct timespec t;
  TRY(clock_getres(CLOCK_MONOTONIC, &t));
  say("%ld %ld", t.tv_sec, t.tv_nsec);
  TRY(clock_getres(CLOCK_REALTIME, NULL));
  TRY(clock_getres(99, &t));
}

CASE(sleeping) {
  long long start = now_ms();
  TRY(nanosleep(&(struct timespec){0, 50000000}, NULL));
  YES(now_ms() - start >= 49);
  TRY(nanosleep(&(struct timespec){0, 1000000000}, NULL));
  TRY(nanosleep(&(struct timespec){-1, 0}, NULL));
  TRY(nanosleep((void *)8, NULL));
  TRY(nanosleep(&(struct timespec){0, 0}, NULL));
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += 30000000;
  if (until.tv_nsec >= 1000000000) until = (struct timespec){until.tv_sec + 1, until.tv_nsec - 1000000000};
  ERR(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
  YES(ns(CLOCK_MONOTONIC) >= until.tv_sec * 1000000000LL + until.tv_nsec);
  ERR(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL));
  ERR(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &(struct timespec){0, 1}, NULL));
  ERR(clock_nanosleep(77, 0, &(struct timespec){0, 1}, NULL));
}

CASE(setting_needs_a_right) {
  setuid(1000);
  struct timespec t = {1, 0};
  TRY(clock_settime(CLOCK_REALTIME, &t));
  TRY(clock_settime(CLOCK_MONOTONIC, &t));
  struct timeval tv = {1, 0};
  TRY(settimeofday(&tv, NULL));
  struct timex x = {};
  YES(adjtimex(&x) >= 0);
  x.modes = ADJ_FREQUENCY;
  TRY(adjtimex(&x));
}

CASE(calendar) {
  time_t t = 1234567890;
  struct tm tm;
  char b[64];
  setenv("TZ", "UTC", 1);
  gmtime_r(&t, &tm);
  strftime(b, sizeof b, "%Y-%m-%d %H:%M:%S %a %j %U", &tm);
  TEXT(b);
  SHOW(timegm(&tm));
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  tzset();
  t = 1720000000;
  localtime_r(&t, &tm);
  strftime(b, sizeof b, "%c %Z %z", &tm);
  TEXT(b);
  tm = (struct tm){.tm_year = 100, .tm_mon = 1, .tm_mday = 30, .tm_isdst = -1};
  SHOW(mktime(&tm));
  SHOW(tm.tm_mon);
}
