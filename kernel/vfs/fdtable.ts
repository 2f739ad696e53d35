// File descriptors of a process: an array of files, shared by CLONE_FILES.
// Invariant: a used slot owns one reference to its file.
//
// A slot, 8 bytes: 0 file ptr (0 = free) | 4 flags u32 (FD_CLOEXEC)
import { EBADF, EMFILE, ENOMEM } from '../../abi/linux/errno.ts';
import { FD_CLOEXEC } from '../../abi/linux/fcntl.ts';
import { RLIMIT_NOFILE } from '../../abi/linux/resource.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { current, Task } from '../task/task.ts';
import { mq_notify_remove } from '../ipc/mq_notify.ts';
import { MQueue } from '../ipc/mqueue.ts';
import { FILE_MQUEUE, File, file_get, file_put } from './file.ts';
import { locks_close } from './locks.ts';

const FIRST_CAPACITY: u32 = 32;

@unmanaged
export class FdTable {
  refs: u32;
  capacity: u32;
  slots: usize;
  /** No free slot below. */
  firstFree: u32;

  @inline slot(fd: u32): usize {
    return this.slots + (fd as usize) * 8;
  }
}

export function fdtable_current(): FdTable {
  return changetype<FdTable>(current().fdtable);
}

/** The file behind fd of the current task, not referenced for the caller, or 0. */
export function fd_get(fd: i32): usize {
  return fdtable_file(current().fdtable, fd);
}

/** The file behind fd in that table, or 0. */
export function fdtable_file(p: usize, fd: i32): usize {
  const t = changetype<FdTable>(p);
  return (fd as u32) < t.capacity ? (load<u32>(t.slot(fd)) as usize) : 0;
}

/** Puts file (whose reference passes to the table) into the lowest free slot >= min: fd, -EMFILE or -ENOMEM. */
export function fd_install(file: usize, min: i32, closeOnExec: bool): i32 {
  const t = fdtable_current();
  const limit = current().group.rlimit(RLIMIT_NOFILE);
  let fd = (min as u32) > t.firstFree ? (min as u32) : t.firstFree;
  while (fd < t.capacity && load<u32>(t.slot(fd))) fd++;
  if ((fd as u64) >= limit) return -EMFILE;
  if (!grow(t, fd)) return -ENOMEM;
  if ((min as u32) <= t.firstFree) t.firstFree = fd + 1;
  set(t, fd, file, closeOnExec);
  return fd as i32;
}

/** Puts file (whose reference passes to the table) into slot fd, closing what is there: fd, -EBADF or -ENOMEM. */
export function fd_replace(file: usize, fd: i32, closeOnExec: bool): i32 {
  const t = fdtable_current();
  if ((fd as u32 as u64) >= current().group.rlimit(RLIMIT_NOFILE)) return -EBADF;
  if (!grow(t, fd)) return -ENOMEM;
  const old = load<u32>(t.slot(fd)) as usize;
  set(t, fd, file, closeOnExec);
  if (old) close_file(old, changetype<usize>(t));
  return fd;
}

function set(t: FdTable, fd: u32, file: usize, closeOnExec: bool): void {
  store<u32>(t.slot(fd), file as u32);
  store<u32>(t.slot(fd), closeOnExec ? FD_CLOEXEC : 0, 4);
}

/** 0 or -EBADF. */
export function fd_close(fd: i32): i32 {
  return fdtable_close(current().fdtable, fd);
}

/** The same in any table. */
export function fdtable_close(p: usize, fd: i32): i32 {
  const file = fdtable_file(p, fd);
  if (!file) return -EBADF;
  const t = changetype<FdTable>(p);
  store<u64>(t.slot(fd), 0);
  if ((fd as u32) < t.firstFree) t.firstFree = fd;
  close_file(file, p);
  return 0;
}

function close_file(file: usize, owner: usize): void {
  locks_close(file, owner);
  if (changetype<File>(file).kind == FILE_MQUEUE)
    mq_notify_remove(changetype<MQueue>(changetype<File>(file).data), owner);
  file_put(file);
}

/** FD_CLOEXEC of an open descriptor. */
export function fd_flags(fd: i32): u32 {
  return load<u32>(fdtable_current().slot(fd), 4);
}

export function fd_set_flags(fd: i32, flags: u32): void {
  store<u32>(fdtable_current().slot(fd), flags, 4);
}

/** Makes room for slot fd. */
function grow(t: FdTable, fd: u32): bool {
  if (fd < t.capacity) return true;
  let capacity = t.capacity * 2;
  while (capacity <= fd) capacity *= 2;
  const slots = kmalloc((capacity as usize) * 8);
  if (!slots) return false;
  memory.copy(slots, t.slots, (t.capacity as usize) * 8);
  kfree(t.slots);
  t.slots = slots;
  t.capacity = capacity;
  return true;
}

function with_capacity(capacity: u32): usize {
  const t = changetype<FdTable>(kmalloc(offsetof<FdTable>()));
  if (!changetype<usize>(t)) return 0;
  t.refs = 1;
  t.capacity = capacity;
  t.slots = kmalloc((capacity as usize) * 8);
  if (t.slots) return changetype<usize>(t);
  kfree(changetype<usize>(t));
  return 0;
}

/** An empty table; 0 = no memory. */
export function fdtable_new(): usize {
  return with_capacity(FIRST_CAPACITY);
}

/** Gives t a table of its own: false = no memory. */
export function fdtable_unshare(t: Task): bool {
  if (changetype<FdTable>(t.fdtable).refs == 1) return true;
  const own = fdtable_clone(t.fdtable);
  if (!own) return false;
  fdtable_put(t.fdtable);
  t.fdtable = own;
  return true;
}

/** A copy for fork: same files, one more reference each. 0 = no memory. */
export function fdtable_clone(p: usize): usize {
  const old = changetype<FdTable>(p);
  const copy = with_capacity(old.capacity);
  if (!copy) return 0;
  const t = changetype<FdTable>(copy);
  t.firstFree = old.firstFree;
  memory.copy(t.slots, old.slots, (old.capacity as usize) * 8);
  for (let fd: u32 = 0; fd < t.capacity; fd++) {
    const file = load<u32>(t.slot(fd)) as usize;
    if (file) file_get(file);
  }
  return copy;
}

export function fdtable_get(p: usize): usize {
  changetype<FdTable>(p).refs++;
  return p;
}

export function fdtable_put(p: usize): void {
  const t = changetype<FdTable>(p);
  if (--t.refs) return;
  for (let fd: u32 = 0; fd < t.capacity; fd++) {
    const file = load<u32>(t.slot(fd)) as usize;
    if (file) close_file(file, p);
  }
  kfree(t.slots);
  kfree(p);
}

/** execve: closes what is marked so; the table is not shared then. */
export function fdtable_close_on_exec(p: usize): void {
  const t = changetype<FdTable>(p);
  for (let fd: u32 = 0; fd < t.capacity; fd++) {
    const file = load<u32>(t.slot(fd)) as usize;
    if (!file || !(load<u32>(t.slot(fd), 4) & FD_CLOEXEC)) continue;
    store<u64>(t.slot(fd), 0);
    if (fd < t.firstFree) t.firstFree = fd;
    close_file(file, changetype<usize>(t));
  }
}
