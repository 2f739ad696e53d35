// Memory across fork: copied, shared, wiped, left out. fork(2), madvise(2)
#include "check.h"
#include "mm.h"

CASE(private_shared_wiped) {
  char *private = map(2, RW, MAP_PRIVATE), *shared = map(1, RW, MAP_SHARED), *wiped = map(1, RW, MAP_PRIVATE);
  private[0] = shared[0] = wiped[0] = 'p';
  TRY(madvise(wiped, PAGE, MADV_WIPEONFORK));
  pid_t pid;
  CHILD(pid) {
    say("child sees %c %c %d", private[0], shared[0], wiped[0]);
    private[0] = shared[0] = 'c';
    private[PAGE] = 'c';
  }
  reap(pid);
  say("parent sees %c %c %c %d", private[0], shared[0], wiped[0], private[PAGE]);
}

CASE(left_out) {
  catch_faults();
  char *p = map(1, RW, MAP_PRIVATE);
  TRY(madvise(p, PAGE, MADV_DONTFORK));
  pid_t pid;
  CHILD(pid) READ("child", p, p);
  reap(pid);
  READ("parent", p, p);
}

CASE(generations) {
  char *p = map(64, RW, MAP_PRIVATE);
  memset(p, 1, 64 * PAGE);
  for (int g = 0; g < 6; g++) {
    pid_t pid = fork();
    if (pid) {
      p[g * PAGE] = 100 + g;
      reap(pid);
      int sum = 0;
      for (int i = 0; i < 64; i++) sum += p[i * PAGE];
      say("generation %d: %d", g, sum);
      _exit(0);
    }
    p[(g + 10) * PAGE] = 50 + g;
  }
}

CASE(protected_pages_stay_protected) {
  catch_faults();
  char *p = map(2, RW, MAP_PRIVATE);
  p[0] = 'a';
  mprotect(p, PAGE, PROT_READ);
  pid_t pid;
  CHILD(pid) {
    WRITE("child", p, p);
    mprotect(p, PAGE, RW);
    p[0] = 'b';
  }
  reap(pid);
  say("parent %c", p[0]);
}
