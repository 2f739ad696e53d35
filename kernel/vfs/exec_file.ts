// Opening a program for execve: a regular file on a mount that allows it, executable by the caller.

/** File (referenced) of the NUL-terminated kernel string `path`, or ERR_PTR (-EACCES, -ENOENT, -EBLOCKED, ...). */
export function open_exec(path: usize): usize {
  unreachable();
  return 0;
}

/** The same for execveat: relative to dirfd, flags AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW. */
export function open_exec_at(dirfd: i32, path: usize, flags: i32): usize {
  unreachable();
  return 0;
}
