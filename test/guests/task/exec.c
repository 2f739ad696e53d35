// exec: what survives (pid, ignored signals, mask, pending), what does not (handlers, close-on-exec), failures. execve(2)
#define CHECK_OWN_MAIN
#include "check.h"

extern char **environ;
static void handler(int sig) {}
static int again(int argc, char **argv) {
  sigset_t mask, pending;
  struct sigaction sa;
  sigprocmask(SIG_BLOCK, 0, &mask);
  sigpending(&pending);
  printf("argc %d argv[2] %s pid same %d\n", argc, argv[2], atoi(argv[3]) == getpid());
  for (char **e = environ; *e; e++) printf("env %s\n", *e);
  sigaction(SIGUSR1, 0, &sa);
  printf("handled %d ", sa.sa_handler == SIG_DFL);
  sigaction(SIGUSR2, 0, &sa);
  printf("ignored %d blocked %d pending %d\n", sa.sa_handler == SIG_IGN, sigismember(&mask, SIGTERM), sigismember(&pending, SIGTERM));
  printf("fd 10 %d fd 11 %d\n", fcntl(10, F_GETFD), fcntl(11, F_GETFD));
  return 3;
}
static void fails(const char *path) {
  char *argv[] = {(char *)path, 0};
  execve(path, argv, environ);
  printf("%s: %s\n", path, strerror(errno));
}

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  fails("/nonexistent");
  fails("/etc");
  fails("");
  fails("/etc/passwd/x");
  int fd = open("/tmp/exec-test", O_CREAT | O_RDWR | O_TRUNC, 0644);
  write(fd, "garbage", 7);
  fails("/tmp/exec-test");
  fchmod(fd, 0755);
  close(fd);
  fails("/tmp/exec-test");
  fd = open("/tmp/exec-test", O_RDWR | O_TRUNC);
  write(fd, "#!/nonexistent-interpreter\n", 27);
  close(fd);
  fails("/tmp/exec-test");
  unlink("/tmp/exec-test");
  pid_t pid = fork();
  if (!pid) {
    signal(SIGUSR1, handler);
    signal(SIGUSR2, SIG_IGN);
    sigset_t s;
    sigemptyset(&s);
    sigaddset(&s, SIGTERM);
    sigprocmask(SIG_BLOCK, &s, 0);
    raise(SIGTERM);
    dup2(1, 10);
    dup2(1, 11);
    fcntl(11, F_SETFD, FD_CLOEXEC);
    char me[16];
    sprintf(me, "%d", getpid());
    char *args[] = {"/proc/self/exe", "again", "hello world", me, 0};
    char *env[] = {"A=1", "B=two", 0};
    execve(args[0], args, env);
    _exit(99);
  }
  int status;
  waitpid(pid, &status, 0);
  printf("status %d\n", WEXITSTATUS(status));
  }

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "again")) return again(argc, argv);
  return check_main(argc, argv);
}
