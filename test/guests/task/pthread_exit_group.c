// How threads end together: exit from any thread, main leaving first, a signal's death of all, exec from a thread. exit_group(2)
#define CHECK_OWN_MAIN
#include "check.h"
#include <pthread.h>

static void *forever(void *arg) {
  while (pause() < 0) {}
  return 0;
}
static volatile int running = 1;
static void *spin(void *arg) {
  while (running) {}
  return 0;
}
static void *exits(void *arg) {
  usleep(20000);
  exit(12);
}
static void *crashes(void *arg) {
  usleep(20000);
  *(volatile int *)0 = 1;
  return 0;
}
static void *late(void *arg) {
  usleep(50000);
  printf("late\n");
  return 0;
}
static char self[PATH_MAX];
static void *execs(void *arg) {
  usleep(20000);
  execl(self, self, "again", (char *)0);
  return 0;
}
static void start(void *(*f)(void *)) {
  pthread_t t;
  pthread_create(&t, 0, f, 0);
}
static void run(const char *name, void *(*f)(void *), void *(*g)(void *), int leave) {
  fflush(stdout);
  pid_t pid = fork();
  int status;
  if (!pid) {
    start(f);
    if (g) start(g);
    if (leave) pthread_exit(0);
    for (;;) pause();
  }
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) printf("%s: signal %d\n", name, WTERMSIG(status));
  else printf("%s: exit %d\n", name, WEXITSTATUS(status));
}

CASE(all) {
  run("exit from thread", exits, forever, 0);
  run("exit while another spins", exits, spin, 0);
  run("crash in thread", crashes, forever, 0);
  run("main leaves", late, 0, 1);
  run("exec from thread", execs, forever, 0);
  run("exec after main left", execs, 0, 1);
  }

static int again(int argc, char **argv) {
  printf("exec'ed pid==tid %d\n", getpid() == gettid());
  return 33;
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "again")) return again(argc, argv);
  readlink("/proc/self/exe", self, sizeof self - 1);
  return check_main(argc, argv);
}
