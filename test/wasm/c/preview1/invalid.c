// Numbers that are none of an enumeration or more than there is, which some engines answer by a trap.
#include "calls.h"

int main(void) {
  begin();
  make_file("f", "text");
  const u32 fd = open_at(dir, "f", 0, FILE_RIGHTS, 0);
  say("whence", fd_seek(fd, 0, 3, &at));
  say("clock", clock_time_get(9, 1, &at));
  say("clock's resolution", clock_res_get(9, &at));
  say("advice", fd_advise(fd, 0, 1, 6));
  say("no subscription", poll_oneoff(0, 0, 0, &n));
  say("how to shut down", sock_shutdown(fd, 4));
  say("signal", proc_raise(99));
  say("times", fd_filestat_set_times(fd, 1, 1, 3));
  say("flags", fd_fdstat_set_flags(fd, 32));
  say("seek before the start", fd_seek(fd, -1, 0, &at));
  say("seek too far", fd_seek(fd, INT64_MIN, 1, &at));
  say("allocate nothing", fd_allocate(fd, 0, 0));
  say("allocate too much", fd_allocate(fd, 1ull << 63, 1));
  say("advice about too much", fd_advise(fd, 0, 1ull << 63, 0));
  say("size", fd_filestat_set_size(fd, 1ull << 63));
  say("more rights", fd_fdstat_set_rights(fd, FILE_RIGHTS | READDIR, 0));
  say("unlink", path_unlink_file(dir, P("f")));
  return 0;
}
