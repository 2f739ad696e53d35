// mq_notify: signals and threads that tell of a message. mq_notify(3)
#include <mqueue.h>
#include <pthread.h>
#include "check.h"

static char name[40];

static mqd_t queue(void) {
  snprintf(name, sizeof name, "/notify-%08x", unique_number());
  return mq_open(name, O_CREAT | O_RDWR, 0600, &(struct mq_attr){.mq_maxmsg = 4, .mq_msgsize = 16});
}

static void told(int sig, siginfo_t *info, void *context) {
  say("signal %d code %d value %d from me %d", sig, info->si_code, info->si_value.sival_int, info->si_pid == getpid());
}

static struct sigevent by_signal(int sig) {
  struct sigaction action = {.sa_sigaction = told, .sa_flags = SA_SIGINFO};
  sigaction(sig, &action, NULL);
  return (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = sig, .sigev_value.sival_int = 42};
}

CASE(once_and_only_when_empty) {
  mqd_t q = queue();
  char b[16];
  struct sigevent event = by_signal(SIGUSR1);
  TRY(mq_notify(q, &event));
  TRY(mq_notify(q, &event));
  TRY(mq_send(q, "a", 1, 0));
  TRY(mq_send(q, "b", 1, 0));
  TRY(mq_notify(q, &event));
  TRY(mq_send(q, "c", 1, 0));
  while (mq_getattr(q, &(struct mq_attr){0}) == 0 && mq_timedreceive(q, b, 16, NULL, &(struct timespec){0, 0}) > 0) {}
  TRY(mq_send(q, "d", 1, 0));
  mq_receive(q, b, 16, NULL);
  TRY(mq_notify(q, NULL));
  TRY(mq_notify(q, &event));
  TRY(mq_notify(q, NULL));
  TRY(mq_send(q, "e", 1, 0));
  mq_unlink(name);
}

CASE(errors) {
  mqd_t q = queue();
  struct sigevent event = {.sigev_notify = 9};
  TRY(mq_notify(q, &event));
  event = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 65};
  TRY(mq_notify(q, &event));
  event.sigev_signo = 0;
  TRY(mq_notify(q, &event));
  TRY(mq_notify(99, &event));
  TRY(mq_notify(0, NULL));
  TRY(syscall(SYS_mq_notify, q, (void *)8));
  TRY(syscall(SYS_mq_notify, q, &(struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_signo = 0, .sigev_value.sival_ptr = name}));
  mq_unlink(name);
}

CASE(receivers_come_first) {
  mqd_t q = queue();
  struct sigevent event = by_signal(SIGUSR1);
  pid_t pid;
  CHILD(pid) {
    char b[16];
    SHOW(mq_receive(q, b, 16, NULL));
  }
  sleep_ms(50);
  TRY(mq_notify(q, &event));
  mq_send(q, "a", 1, 0);
  reap(pid);
  TRY(mq_send(q, "b", 1, 0));
  mq_unlink(name);
}

CASE(others_and_close) {
  mqd_t q = queue();
  struct sigevent event = by_signal(SIGUSR1), nothing = {.sigev_notify = SIGEV_NONE};
  TRY(mq_notify(q, &nothing));
  pid_t pid;
  CHILD(pid) {
    TRY(mq_notify(q, &event));
    TRY(mq_notify(q, NULL));
    TRY(mq_notify(q, &event));
    mq_close(q);
  }
  reap(pid);
  TRY(mq_notify(q, &event));
  mqd_t other = mq_open(name, O_RDWR);
  mq_close(q);
  TRY(mq_send(other, "a", 1, 0));
  TRY(mq_notify(other, &event));
  mq_unlink(name);
}

static void in_thread(union sigval value) {
  say("thread told %d", value.sival_int);
}

CASE(threads) {
  mqd_t q = queue();
  struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread, .sigev_value.sival_int = 7};
  TRY(mq_notify(q, &event));
  mq_send(q, "a", 1, 0);
  sleep_ms(100);
  char b[16];
  mq_receive(q, b, 16, NULL);
  TRY(mq_notify(q, &event));
  TRY(mq_notify(q, NULL));
  mq_send(q, "b", 1, 0);
  sleep_ms(50);
  mq_unlink(name);
}
