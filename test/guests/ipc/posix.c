// POSIX shared memory, named semaphores and message queues. shm_overview(7), sem_overview(7), mq_overview(7)
#include <mqueue.h>
#include <semaphore.h>
#include <sys/mman.h>
#include "check.h"

static char name[40];

static const char *unique(const char *base) {
  snprintf(name, sizeof name, "/%s-%08x", base, unique_number());
  return name;
}

CASE(shared_memory) {
  int fd = TRY(shm_open(unique("shm"), O_CREAT | O_EXCL | O_RDWR, 0600));
  TRY(shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600));
  TRY(ftruncate(fd, 8192));
  char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  pid_t pid;
  CHILD(pid) {
    int other = shm_open(name, O_RDWR, 0);
    char *q = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, other, 0);
    strcpy(q + 5000, "by name");
  }
  reap(pid);
  TEXT(p + 5000);
  TRY(shm_unlink(name));
  TRY(shm_unlink(name));
  TRY(shm_open("/a/b", O_CREAT | O_RDWR, 0600));
}

CASE(named_semaphore) {
  sem_t *sem = sem_open(unique("sem"), O_CREAT | O_EXCL, 0600, 1);
  YES(sem != SEM_FAILED);
  YES(sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED && errno == EEXIST);
  TRY(sem_wait(sem));
  TRY(sem_trywait(sem));
  pid_t pid;
  CHILD(pid) {
    sem_t *same = sem_open(name, 0);
    sleep_ms(30);
    sem_post(same);
  }
  TRY(sem_wait(sem));
  reap(pid);
  TRY(sem_close(sem));
  TRY(sem_unlink(name));
  TRY(sem_unlink(name));
}

CASE(message_queue) {
  struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 32}, got;
  char b[64] = "";
  unsigned priority;
  mqd_t q = mq_open(unique("mq"), O_CREAT | O_EXCL | O_RDWR | O_NONBLOCK, 0600, &attr);
  YES(q >= 0);
  TRY(mq_send(q, "low", 3, 1));
  TRY(mq_send(q, "high", 4, 9));
  TRY(mq_send(q, "low2", 4, 1));
  TRY(mq_send(q, "", 0, 0));
  TRY(mq_send(q, "x", 1, 0));
  TRY(mq_send(q, "x", 33, 0));
  TRY(mq_getattr(q, &got));
  say("%ld %ld %ld", got.mq_maxmsg, got.mq_msgsize, got.mq_curmsgs);
  for (int i = 0; i < 5; i++) {
    memset(b, 0, sizeof b);
    ssize_t n = mq_receive(q, b, sizeof b, &priority);
    if (n < 0) say("receive: %s", errno_name(errno));
    else say("%zd \"%s\" priority %u", n, b, priority);
  }
  TRY(mq_receive(q, b, 10, NULL));
  TRY(mq_unlink(name));
  TRY(mq_unlink(name));
}

CASE(message_queue_waits) {
  struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 8};
  char b[8];
  mqd_t q = mq_open(unique("mq"), O_CREAT | O_RDWR, 0600, &attr);
  struct timespec past = {1, 0};
  TRY(mq_timedreceive(q, b, 8, NULL, &past));
  pid_t pid;
  CHILD(pid) {
    sleep_ms(30);
    mq_send(q, "a", 1, 0);
    mq_send(q, "b", 1, 0);
  }
  TRY(mq_receive(q, b, 8, NULL));
  sleep_ms(30);
  TRY(mq_receive(q, b, 8, NULL));
  reap(pid);
  TRY(mq_send(q, "c", 1, 0));
  TRY(mq_timedsend(q, "d", 1, 0, &past));
  mq_unlink(name);
}
