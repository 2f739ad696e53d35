// IPC namespaces: System V objects and message queues of one are not seen from another, and go with it. ipc_namespaces(7)
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include "check.h"

enum { KEY = 0x77627865 };

static void show_what_there_is(const char *who) {
  say("%s: segment %s", who, shmget(KEY, 0, 0) < 0 ? errno_name(errno) : "found");
  say("%s: semaphores %s", who, semget(KEY, 0, 0) < 0 ? errno_name(errno) : "found");
  say("%s: queue %s", who, msgget(KEY, 0) < 0 ? errno_name(errno) : "found");
  mqd_t posix = mq_open("/of-the-test", O_RDWR);
  say("%s: posix queue %s", who, posix < 0 ? errno_name(errno) : "found");
  if (posix >= 0) mq_close(posix);
}

static void make_all(void) {
  OK(shmget(KEY, 4096, IPC_CREAT | 0600));
  OK(semget(KEY, 2, IPC_CREAT | 0600));
  OK(msgget(KEY, IPC_CREAT | 0600));
  OK(mq_open("/of-the-test", O_RDWR | O_CREAT, 0600, NULL));
}

static void remove_all(void) {
  shmctl(shmget(KEY, 0, 0), IPC_RMID, NULL);
  semctl(semget(KEY, 0, 0), 0, IPC_RMID);
  msgctl(msgget(KEY, 0), IPC_RMID, NULL);
  mq_unlink("/of-the-test");
}

CASE(own_objects) {
  make_all();
  pid_t pid;
  CHILD(pid) {
    TRY(unshare(CLONE_NEWIPC));
    show_what_there_is("inside");
    make_all();
    show_what_there_is("inside");
    remove_all();
  }
  reap(pid);
  show_what_there_is("outside");
  remove_all();
  show_what_there_is("outside");
}

static ino_t ipc_namespace(void) {
  struct stat st;
  stat("/proc/self/ns/ipc", &st);
  return st.st_ino;
}

CASE(entered_again) {
  int there[2], done[2];
  pipe(there), pipe(done);
  char path[64], c;
  ino_t own = ipc_namespace();
  pid_t pid, other;
  CHILD(pid) {
    unshare(CLONE_NEWIPC);
    YES(ipc_namespace() != own);
    make_all();
    write(there[1], "", 1);
    read(done[0], &c, 1);
  }
  read(there[0], &c, 1);
  show_what_there_is("outside");
  snprintf(path, sizeof path, "/proc/%d/ns/ipc", pid);
  int fd = open(path, O_RDONLY);
  CHILD(other) {
    TRY(setns(fd, CLONE_NEWUTS));
    TRY(setns(fd, CLONE_NEWIPC));
    show_what_there_is("entered");
  }
  reap(other);
  // The descriptor alone keeps it.
  write(done[1], "", 1);
  reap(pid);
  CHILD(other) {
    setns(fd, 0);
    show_what_there_is("kept");
    remove_all();
  }
  reap(other);
}

// Attached memory outlives the namespace that it came from.
CASE(attached_memory) {
  char *p = NULL;
  pid_t pid;
  CHILD(pid) {
    int back = open("/proc/self/ns/ipc", O_RDONLY);
    unshare(CLONE_NEWIPC);
    p = shmat(shmget(KEY, 4096, IPC_CREAT | 0600), NULL, 0);
    strcpy(p, "still here");
    TRY(setns(back, 0));
    TEXT(p);
    show_what_there_is("back");
    TRY(shmdt(p));
  }
  reap(pid);
}

// SEM_UNDO happens when the process leaves.
CASE(undo_at_unshare) {
  int set = semget(IPC_PRIVATE, 1, 0600);
  semctl(set, 0, SETVAL, 5);
  int there[2], done[2];
  pipe(there), pipe(done);
  char c;
  pid_t pid;
  CHILD(pid) {
    struct sembuf op = {0, -3, SEM_UNDO};
    TRY(semop(set, &op, 1));
    unshare(CLONE_NEWIPC);
    write(there[1], "", 1);
    read(done[0], &c, 1);
  }
  read(there[0], &c, 1);
  SHOW(semctl(set, 0, GETVAL));
  write(done[1], "", 1);
  reap(pid);
  semctl(set, 0, IPC_RMID);
}

CASE(rights) {
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(unshare(CLONE_NEWIPC));
    TRY(unshare(CLONE_NEWUSER | CLONE_NEWIPC));
    show_what_there_is("user");
    OK(msgget(KEY, IPC_CREAT | 0600));
  }
  reap(pid);
}
