// An open file description: what open() makes and dup() and fork() share.
// Invariant: `refs` counts descriptors and kernel users (mappings, the running program); the last file_put closes it. Dentry,
// inode and mount are referenced for that long. What `data` holds is told by `kind`.
import { O_CLOEXEC, O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC } from '../../abi/linux/fcntl.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { Dentry, dentry_get, dentry_put } from './dentry.ts';
import { file_release } from './file_release.ts';
import { Inode, inode_get, inode_put } from './inode.ts';
import { iter_kernel } from './iter.ts';
import { Mount, mount_put } from './mount.ts';
import { regular_read } from './regular.ts';

/** What read, write, poll, ioctl and close of a file mean. */
export const FILE_REGULAR: u32 = 0;
export const FILE_DIRECTORY: u32 = 1;
export const FILE_PATH: u32 = 2; // O_PATH: a place, nothing else
export const FILE_PIPE: u32 = 3;
export const FILE_TTY: u32 = 4; // data = Tty
export const FILE_DEVICE: u32 = 5; // null, zero, full, random; data = minor
export const FILE_STREAM: u32 = 6; // a stream of the host; data = its Stream
export const FILE_PROC: u32 = 7; // data = Text generated at the first read
export const FILE_EVENTFD: u32 = 8;
export const FILE_EPOLL: u32 = 9;
export const FILE_PTMX: u32 = 10; // data = Tty, seen from the other end
export const FILE_SOCKET: u32 = 11; // data = Socket
export const FILE_TIMERFD: u32 = 12;
export const FILE_SIGNALFD: u32 = 13;
export const FILE_PIDFD: u32 = 14; // data = Pid
export const FILE_INOTIFY: u32 = 15; // data = Inotify
export const FILE_MQUEUE: u32 = 16; // data = MQueue
export const FILE_MESSAGE: u32 = 17; // /dev/wbx
export const FILE_NAMESPACE: u32 = 18; // a namespace; its inode's data = Namespace

// 0 refs u32 | 4 flags u32 (O_*) | 8 inode ptr | 12 dentry ptr | 16 mount ptr | 20 kind u32 (FILE_*) | 24 pos u64
// 32 data ptr | 36 watches ptr (epoll) | 40 owner ptr (FileOwner, async.ts)
@unmanaged
export class File {
  refs: u32;
  flags: u32;
  inode: Inode;
  dentry: Dentry;
  mount: Mount;
  kind: u32;
  pos: u64;
  data: usize;
  watches: usize;
  owner: usize;

  // O_ACCMODE: 0 read, 1 write, 2 both, 3 neither.
  @inline readable(): bool {
    return (this.flags & 1) == 0 && this.kind != FILE_PATH;
  }
  @inline writable(): bool {
    return ((this.flags + 1) & 2) != 0 && this.kind != FILE_PATH;
  }
}

/** Flags that only open looks at. */
const OPEN_ONLY: u32 = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

/** A file with one reference on (mount, dentry, inode); null = no memory. */
export function file_new(m: Mount, d: Dentry, inode: Inode, kind: u32, flags: u32): File {
  const file = changetype<File>(kmalloc(offsetof<File>()));
  if (!changetype<usize>(file)) return file;
  file.refs = 1;
  file.flags = flags & ~OPEN_ONLY;
  file.kind = kind;
  file.mount = m;
  m.expiring = 0;
  m.refs++;
  file.dentry = dentry_get(d);
  file.inode = inode_get(inode);
  return file;
}

export function file_get(file: usize): usize {
  changetype<File>(file).refs++;
  return file;
}

export function file_put(p: usize): void {
  const file = changetype<File>(p);
  if (--file.refs) return;
  file_release(file);
  mount_put(file.mount);
  dentry_put(file.dentry);
  inode_put(file.inode);
  kfree(p);
}

/** Reads a regular file into kernel memory: bytes read (0 = end of file) or -errno; fewer than n only at the end. */
export function file_pread(p: usize, dst: usize, off: u64, n: usize): i64 {
  const it = iter_kernel(dst, n as u64);
  const done = regular_read(changetype<File>(p).inode, off, it);
  return it.error ? (it.error as i64) : done;
}
