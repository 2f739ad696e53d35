// fsync, fdatasync, sync, syncfs, sync_file_range, posix_fadvise, readahead. fsync(2), posix_fadvise(2)
#include "check.h"

CASE(files) {
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  write(fd, "x", 1);
  TRY(fsync(fd));
  TRY(fdatasync(fd));
  TRY(syncfs(fd));
  TRY(sync_file_range(fd, 0, 1, SYNC_FILE_RANGE_WRITE));
  TRY(sync_file_range(fd, -1, 1, 0));
  TRY(sync_file_range(fd, 0, 1, 0x100));
  TRY(fsync(99));
  TRY(fsync(open(".", O_RDONLY)));
  sync();
}

CASE(not_files) {
  int p[2];
  pipe(p);
  TRY(fsync(p[0]));
  TRY(fdatasync(p[1]));
  TRY(sync_file_range(p[0], 0, 1, 0));
  TRY(readahead(p[0], 0, 1));
}

CASE(advice) {
  make_file("f", "abc");
  int fd = open("f", O_RDONLY), p[2];
  pipe(p);
  ERR(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
  ERR(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
  ERR(posix_fadvise(fd, 0, 0, 77));
  ERR(posix_fadvise(p[0], 0, 0, POSIX_FADV_NORMAL));
  ERR(posix_fadvise(99, 0, 0, POSIX_FADV_NORMAL));
  TRY(readahead(fd, 0, 3));
  char b[4] = "";
  TRY(read(fd, b, 3));
  TEXT(b);
}
