// System V shared memory, semaphores and message queues. sysvipc(7)
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include "check.h"

CASE(shared_memory) {
  int id = OK(shmget(IPC_PRIVATE, 5000, IPC_CREAT | 0600));
  char *p = shmat(id, NULL, 0);
  YES(p != (void *)-1);
  pid_t pid;
  CHILD(pid) strcpy(p + 4000, "from the child");
  reap(pid);
  TEXT(p + 4000);
  struct shmid_ds ds;
  TRY(shmctl(id, IPC_STAT, &ds));
  say("size %zu attached %lu mode %o", ds.shm_segsz, ds.shm_nattch, ds.shm_perm.mode);
  TRY(shmctl(id, IPC_RMID, NULL));
  strcpy(p, "still there");
  TEXT(p);
  TRY(shmdt(p));
  TRY(shmdt(p));
  YES(shmat(id, NULL, 0) == (void *)-1 && errno == EINVAL);
}

CASE(shared_memory_by_key) {
  key_t key = ftok(".", getpid());
  int id = OK(shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600));
  TRY(shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600));
  YES(shmget(key, 4096, 0) == id);
  TRY(shmget(key, 8192, 0));
  TRY(shmget(key + 1, 8192, 0));
  TRY(shmget(key + 1, 0, IPC_CREAT));
  char *rw = shmat(id, NULL, 0), *ro = shmat(id, NULL, SHM_RDONLY);
  strcpy(rw, "same memory");
  TEXT(ro);
  pid_t pid;
  CHILD(pid) ro[0] = 'x';
  reap(pid);
  shmctl(id, IPC_RMID, NULL);
}

static int operate(int id, int number, int change, int flags) {
  struct sembuf op = {number, change, flags};
  return semop(id, &op, 1);
}

CASE(semaphores) {
  int id = OK(semget(IPC_PRIVATE, 3, IPC_CREAT | 0600));
  TRY(semctl(id, 0, SETVAL, 2));
  TRY(semctl(id, 0, GETVAL));
  TRY(operate(id, 0, -2, 0));
  TRY(operate(id, 0, -1, IPC_NOWAIT));
  TRY(operate(id, 0, 0, IPC_NOWAIT));
  TRY(operate(id, 1, 0, IPC_NOWAIT));
  TRY(operate(id, 3, 1, 0));
  struct sembuf both[] = {{1, 5, 0}, {0, -1, IPC_NOWAIT}};
  TRY(semop(id, both, 2));
  TRY(semctl(id, 1, GETVAL));
  unsigned short values[3] = {7, 8, 9};
  TRY(semctl(id, 0, SETALL, values));
  memset(values, 0, sizeof values);
  TRY(semctl(id, 0, GETALL, values));
  say("%d %d %d", values[0], values[1], values[2]);
  YES(semctl(id, 0, GETPID) == getpid());
  TRY(semtimedop(id, &(struct sembuf){0, -100, 0}, 1, &(struct timespec){0, 20000000}));
  TRY(semctl(id, 0, SETVAL, 40000));
  TRY(semctl(id, 0, IPC_RMID));
  TRY(semctl(id, 0, GETVAL));
}

CASE(semaphores_block_and_undo) {
  int id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
  pid_t pid;
  CHILD(pid) {
    operate(id, 0, 1, SEM_UNDO);
    operate(id, 1, -1, 0);
  }
  sleep_ms(30);
  TRY(semctl(id, 0, GETVAL));
  TRY(semctl(id, 1, GETNCNT));
  TRY(operate(id, 1, 1, 0));
  reap(pid);
  TRY(semctl(id, 0, GETVAL));
  CHILD(pid) {
    int r = operate(id, 1, -5, 0);
    _exit(r < 0 && errno == EIDRM ? 3 : 4);
  }
  sleep_ms(30);
  semctl(id, 0, IPC_RMID);
  reap(pid);
}

struct message {
  long type;
  char text[32];
};

static void receive(int id, size_t size, long type, int flags) {
  struct message m = {};
  ssize_t n = msgrcv(id, &m, size, type, flags);
  if (n < 0) say("receive: %s", errno_name(errno));
  else say("type %ld \"%s\" %zd", m.type, m.text, n);
}

CASE(messages) {
  int id = OK(msgget(IPC_PRIVATE, IPC_CREAT | 0600));
  struct message m[] = {{3, "three"}, {1, "one"}, {2, "two"}, {3, "three again"}};
  for (int i = 0; i < 4; i++) TRY(msgsnd(id, &m[i], strlen(m[i].text) + 1, 0));
  receive(id, 32, 2, 0);
  receive(id, 32, -2, 0);
  receive(id, 32, 9, IPC_NOWAIT);
  receive(id, 3, 0, 0);
  receive(id, 3, 0, MSG_NOERROR);
  receive(id, 32, 3, MSG_EXCEPT | IPC_NOWAIT);
  struct msqid_ds ds;
  TRY(msgctl(id, IPC_STAT, &ds));
  say("%lu messages %lu bytes", ds.msg_qnum, ds.__msg_cbytes);
  m[0].type = 0;
  TRY(msgsnd(id, &m[0], 1, 0));
  TRY(msgsnd(id, &m[1], 9000, 0));
  TRY(msgctl(id, IPC_RMID, NULL));
  TRY(msgsnd(id, &m[1], 1, 0));
}

CASE(messages_block) {
  int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
  pid_t pid;
  CHILD(pid) {
    sleep_ms(30);
    struct message m = {5, "late"};
    msgsnd(id, &m, 5, 0);
  }
  receive(id, 32, 5, 0);
  reap(pid);
  CHILD(pid) {
    struct message m;
    ssize_t n = msgrcv(id, &m, 32, 0, 0);
    _exit(n < 0 && errno == EIDRM ? 3 : 4);
  }
  sleep_ms(30);
  msgctl(id, IPC_RMID, NULL);
  reap(pid);
}

static unsigned long attached(int id) {
  struct shmid_ds ds;
  return shmctl(id, IPC_STAT, &ds) ? 99 : ds.shm_nattch;
}

CASE(shared_memory_attachments) {
  int id = shmget(IPC_PRIVATE, 3 * 4096, IPC_CREAT | 0600);
  char *p = shmat(id, NULL, 0);
  pid_t pid;
  CHILD(pid) {
    say("in the child %lu", attached(id));
    shmdt(p);
    say("detached %lu", attached(id));
    shmat(id, NULL, 0);
  }
  reap(pid);
  SHOW(attached(id));
  YES(shmat(id, p, 0) == (void *)-1 && errno == EINVAL);
  YES(shmat(id, p + 1, 0) == (void *)-1 && errno == EINVAL);
  YES(shmat(id, p + 1, SHM_RND | SHM_REMAP) == p);
  YES(shmat(id, NULL, SHM_REMAP) == (void *)-1 && errno == EINVAL);
  munmap(p + 4096, 4096);
  SHOW(attached(id));
  void *other = mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  TRY(shmdt(other));
  TRY(shmdt(p));
  SHOW(attached(id));
  TRY(shmctl(id, IPC_RMID, NULL));
  TRY(shmctl(id, IPC_RMID, NULL));
}

CASE(rights_of_others) {
  int shm = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0604), sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  int msg = msgget(IPC_PRIVATE, IPC_CREAT | 0602);
  pid_t pid;
  CHILD(pid) {
    setgid(1000);
    setuid(1000);
    struct message m = {1, "x"};
    YES(shmat(shm, NULL, 0) == (void *)-1 && errno == EACCES);
    YES(shmat(shm, NULL, SHM_RDONLY) != (void *)-1);
    TRY(semctl(sem, 0, GETVAL));
    TRY(operate(sem, 0, 1, 0));
    TRY(msgsnd(msg, &m, 1, 0));
    receive(msg, 1, 0, IPC_NOWAIT);
    TRY(shmctl(shm, IPC_RMID, NULL));
    TRY(semctl(sem, 0, IPC_RMID));
  }
  reap(pid);
  shmctl(shm, IPC_RMID, NULL);
  semctl(sem, 0, IPC_RMID);
  msgctl(msg, IPC_RMID, NULL);
}

CASE(setting_forgets_undo) {
  int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  pid_t pid;
  CHILD(pid) {
    operate(id, 0, 3, SEM_UNDO);
    semctl(id, 0, SETVAL, 5);
    operate(id, 0, -1, SEM_UNDO);
  }
  reap(pid);
  TRY(semctl(id, 0, GETVAL));
  CHILD(pid) operate(id, 0, 0, 0);
  sleep_ms(30);
  TRY(semctl(id, 0, GETZCNT));
  TRY(operate(id, 0, -5, 0));
  reap(pid);
  semctl(id, 0, IPC_RMID);
}
