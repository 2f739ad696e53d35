// Advisory locks on files: POSIX record locks, open file description locks, flock(2). fcntl(2).
// Invariant: locks of one owner never overlap. The owner is the fdtable (POSIX) or the File (OFD, flock). flock locks are in a
// list of their own and cover the whole file.
//
// LockList: 0 first ptr | 4 pad | 8 wait queue
import { EAGAIN, ENOMEM } from '../../abi/linux/errno.ts';
import { F_UNLCK, F_WRLCK } from '../../abi/linux/fcntl.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { wq_wake } from '../task/wait_queue.ts';
import { File } from './file.ts';
import { Inode } from './inode.ts';

/** First byte, last byte (inclusive). */
@unmanaged
export class Lock {
  next: Lock;
  owner: usize;
  type: i32;
  pid: i32;
  start: u64;
  end: u64;
}

@unmanaged
export class LockList {
  first: Lock;
  pad: u32;
  wq: u64;

  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<LockList>('wq');
  }
}

/** The list at slot (address of Inode.locks or Inode.flocks), made when missing; null = no memory. */
export function lock_list(slot: usize): LockList {
  if (!load<u32>(slot)) store<u32>(slot, kmalloc(offsetof<LockList>()) as u32);
  return changetype<LockList>(load<u32>(slot) as usize);
}

/** A lock of another owner that stands against this one, or null. */
export function lock_conflict(list: LockList, owner: usize, type: i32, start: u64, end: u64): Lock {
  let l = list.first;
  while (changetype<usize>(l)) {
    const overlaps = l.start <= end && start <= l.end;
    if (l.owner != owner && overlaps && (l.type == F_WRLCK || type == F_WRLCK)) return l;
    l = l.next;
  }
  return l;
}

/** Gives [start, end] of the owner that type (F_UNLCK = none) where nothing conflicts: 0, -EAGAIN or -ENOMEM. */
export function lock_set(list: LockList, owner: usize, pid: i32, type: i32, start: u64, end: u64): i32 {
  if (type != F_UNLCK && changetype<usize>(lock_conflict(list, owner, type, start, end))) return -EAGAIN;
  const fresh = lock_alloc();
  const rest = lock_alloc();
  if (!changetype<usize>(fresh) || !changetype<usize>(rest)) {
    kfree(changetype<usize>(fresh));
    kfree(changetype<usize>(rest));
    return -ENOMEM;
  }
  if (type != F_UNLCK) {
    start = joined_start(list, owner, type, start);
    end = joined_end(list, owner, type, end);
  }
  if (!carve(list, owner, start, end, rest)) kfree(changetype<usize>(rest));
  if (type == F_UNLCK) kfree(changetype<usize>(fresh));
  else {
    fresh.owner = owner;
    fresh.pid = pid;
    fresh.type = type;
    fresh.start = start;
    fresh.end = end;
    insert(list, fresh);
  }
  wq_wake(list.waitQueue(), i32.MAX_VALUE);
  return 0;
}

/** By first byte, so that F_GETLK tells of the first one in the way. */
function insert(list: LockList, lock: Lock): void {
  let link = changetype<usize>(list);
  while (load<u32>(link) && changetype<Lock>(load<u32>(link) as usize).start <= lock.start)
    link = load<u32>(link) as usize;
  lock.next = changetype<Lock>(load<u32>(link) as usize);
  store<u32>(link, changetype<usize>(lock) as u32);
}

/** A lock joins with those of its owner and type that touch it. */
function joined_start(list: LockList, owner: usize, type: i32, start: u64): u64 {
  for (let l = list.first; changetype<usize>(l); l = l.next) {
    if (l.owner == owner && l.type == type && l.start < start && l.end >= start - 1) return l.start;
  }
  return start;
}

function joined_end(list: LockList, owner: usize, type: i32, end: u64): u64 {
  for (let l = list.first; changetype<usize>(l); l = l.next) {
    if (l.owner == owner && l.type == type && l.end > end && l.start <= end + 1) return l.end;
  }
  return end;
}

function lock_alloc(): Lock {
  return changetype<Lock>(kmalloc(offsetof<Lock>()));
}

/** Takes [start, end] out of the owner's locks; `rest` becomes the tail of one that is cut in two. Was it used? */
function carve(list: LockList, owner: usize, start: u64, end: u64, rest: Lock): bool {
  let link = changetype<usize>(list);
  while (load<u32>(link)) {
    const l = changetype<Lock>(load<u32>(link) as usize);
    if (l.owner == owner && l.start <= end && start <= l.end) {
      if (l.start < start && l.end > end) {
        memory.copy(changetype<usize>(rest), changetype<usize>(l), offsetof<Lock>());
        rest.start = end + 1;
        l.end = start - 1;
        l.next = rest;
        return true;
      }
      if (l.start < start) l.end = start - 1;
      else if (l.end > end) l.start = end + 1;
      else {
        store<u32>(link, changetype<usize>(l.next) as u32);
        kfree(changetype<usize>(l));
        continue;
      }
    }
    link = changetype<usize>(l);
  }
  return false;
}

/** A descriptor of the fdtable is closed: POSIX locks of that process on the file end. */
export function locks_close(p: usize, fdtable: usize): void {
  drop_owner(changetype<File>(p).inode.locks, fdtable);
}

/** The open file description ends, with it its OFD and flock locks. */
export function locks_release(file: File): void {
  drop_owner(file.inode.locks, changetype<usize>(file));
  drop_owner(file.inode.flocks, changetype<usize>(file));
}

function drop_owner(p: usize, owner: usize): void {
  if (!p) return;
  const list = changetype<LockList>(p);
  let link = p;
  let found = false;
  for (;;) {
    const l = changetype<Lock>(load<u32>(link) as usize);
    if (!changetype<usize>(l)) break;
    if (l.owner == owner) {
      store<u32>(link, changetype<usize>(l.next) as u32);
      kfree(changetype<usize>(l));
      found = true;
    } else link = changetype<usize>(l);
  }
  if (found) wq_wake(list.waitQueue(), i32.MAX_VALUE);
}

/** The inode is going away. */
export function locks_free(inode: Inode): void {
  kfree(inode.locks);
  kfree(inode.flocks);
}
