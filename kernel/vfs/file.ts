// An open file description: what open() makes and dup() and fork() share.
// Invariant: `refs` counts descriptors and kernel users (mappings, running program); the last file_put closes it.

// 0 refs u32 | 4 flags u32 (O_*) | 8 inode ptr | 12 dentry ptr | 16 mount ptr | 20 kind u32 (FILE_*) | 24 pos u64
// 32 data ptr (by kind) | 36 watches ptr (epoll) | 40 owner i32 (F_SETOWN) | 44 cursor ptr
@unmanaged
export class File {
  refs: u32;
  flags: u32;
  inode: usize;
  dentry: usize;
  mount: usize;
  kind: u32;
  pos: u64;
  data: usize;
  watches: usize;
  owner: i32;
  cursor: usize;
}

/** What read, write, poll, ioctl and close of a file mean. */
export const FILE_REGULAR = 0;
export const FILE_DIRECTORY = 1;
export const FILE_PATH = 2; // O_PATH: a place, nothing else
export const FILE_PIPE = 3;
export const FILE_TTY = 4;
export const FILE_DEVICE = 5; // null, zero, full, random
export const FILE_STREAM = 6; // a stream of the host
export const FILE_PROC = 7;
export const FILE_EVENTFD = 8;
export const FILE_EPOLL = 9;
export const FILE_PTMX = 10;

export function file_get(file: usize): usize {
  changetype<File>(file).refs++;
  return file;
}

export function file_put(file: usize): void {
  unreachable();
}

/** Reads into kernel memory without moving the position: bytes read (0 = end of file) or -errno, -EBLOCKED included. */
export function file_pread(file: usize, dst: usize, off: u64, n: usize): i64 {
  unreachable();
  return 0;
}

/** Writes the file's path from the root of the box, NUL-terminated, " (deleted)" appended when unlinked: length or -errno. */
export function file_path(file: usize, buf: usize, size: u32): i32 {
  unreachable();
  return 0;
}
