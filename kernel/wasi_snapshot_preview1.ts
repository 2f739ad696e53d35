// Imports only. The compiler names the module of an import after the file that declares it, hence this file's name.
// WASI preview 1: every result is a WASI errno (0 = success); iovecs are {ptr u32, len u32}.
export declare function args_get(argv: usize, buffer: usize): i32;
export declare function args_sizes_get(argc: usize, size: usize): i32;
export declare function clock_time_get(id: i32, precision: u64, out: usize): i32;
export declare function fd_read(fd: i32, iovs: usize, count: i32, nread: usize): i32;
export declare function fd_write(fd: i32, iovs: usize, count: i32, nwritten: usize): i32;
export declare function poll_oneoff(subscriptions: usize, events: usize, count: i32, nevents: usize): i32;
export declare function proc_exit(status: i32): void;
export declare function random_get(out: usize, len: i32): i32;
export declare function fd_close(fd: i32): i32;
export declare function fd_filestat_get(fd: i32, out: usize): i32;
export declare function fd_filestat_set_size(fd: i32, size: u64): i32;
export declare function fd_filestat_set_times(fd: i32, atime: u64, mtime: u64, flags: i32): i32;
export declare function fd_pread(fd: i32, iovs: usize, count: i32, offset: u64, nread: usize): i32;
export declare function fd_prestat_dir_name(fd: i32, path: usize, len: i32): i32;
export declare function fd_prestat_get(fd: i32, out: usize): i32;
export declare function fd_pwrite(fd: i32, iovs: usize, count: i32, offset: u64, nwritten: usize): i32;
export declare function fd_readdir(fd: i32, buf: usize, len: i32, cookie: u64, used: usize): i32;
export declare function fd_sync(fd: i32): i32;
export declare function path_create_directory(fd: i32, path: usize, len: i32): i32;
export declare function path_filestat_get(fd: i32, flags: i32, path: usize, len: i32, out: usize): i32;
export declare function path_filestat_set_times(
  fd: i32,
  flags: i32,
  path: usize,
  len: i32,
  atime: u64,
  mtime: u64,
  which: i32,
): i32;
export declare function path_link(
  fd: i32,
  flags: i32,
  path: usize,
  len: i32,
  newFd: i32,
  newPath: usize,
  newLen: i32,
): i32;
export declare function path_open(
  fd: i32,
  flags: i32,
  path: usize,
  len: i32,
  how: i32,
  rights: u64,
  inheriting: u64,
  fdFlags: i32,
  out: usize,
): i32;
export declare function path_readlink(fd: i32, path: usize, len: i32, buf: usize, size: i32, used: usize): i32;
export declare function path_remove_directory(fd: i32, path: usize, len: i32): i32;
export declare function path_rename(fd: i32, path: usize, len: i32, newFd: i32, newPath: usize, newLen: i32): i32;
export declare function path_symlink(target: usize, targetLen: i32, fd: i32, path: usize, len: i32): i32;
export declare function path_unlink_file(fd: i32, path: usize, len: i32): i32;
