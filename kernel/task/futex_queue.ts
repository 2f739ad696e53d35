// Futex waiters in hash buckets, in order of arrival. futex(2).
// Invariant: a key is (space, at): an address space and an address in it for private memory, the inode or shared object and an
// offset for shared mappings. A waiting task is in the bucket of its key; waking it takes it out.
import { list_append, list_remove } from '../lib/list.ts';
import { Mm } from '../mm/mm.ts';
import { VM_SHARED } from '../mm/vma.ts';
import { vma_find } from '../mm/vma_set.ts';
import { File } from '../vfs/file.ts';
import { wake_task } from './sched.ts';
import { Task } from './task.ts';

const BUCKETS = 256;
const TABLE: usize = memory.data(2048, 8);

@unmanaged
export class FutexKey {
  at: u64;
  space: usize;
}

/** Fills the key of a word in mm; `isPrivate`: the caller knows that no other address space shares it. */
export function futex_key(key: FutexKey, mm: Mm, va: u64, isPrivate: bool): void {
  key.at = va;
  key.space = changetype<usize>(mm);
  if (isPrivate) return;
  const vma = vma_find(mm, va);
  if (!changetype<usize>(vma) || va < vma.start || !(vma.flags & VM_SHARED)) return;
  key.at = vma.offset + (va - vma.start);
  key.space = vma.file ? changetype<usize>(changetype<File>(vma.file).inode) : vma.shared;
}

export function futex_enqueue(t: Task, key: FutexKey, bitset: u32): void {
  t.futexAt = key.at;
  t.futexSpace = key.space;
  t.futexBitset = bitset;
  t.futexHashed = 1;
  list_append(bucket(key.at, key.space), node(t));
}

/** Takes a waiting task off its bucket. */
export function futex_unqueue(t: Task): void {
  t.futexHashed = 0;
  list_remove(bucket(t.futexAt, t.futexSpace), node(t));
}

/** Wakes at most `most` waiters of the key whose bitset meets `bitset`; how many. A woken task finds sysState0 set. */
export function futex_wake_key(key: FutexKey, most: i32, bitset: u32): i32 {
  let woken = 0;
  let next = first_of(key);
  while (changetype<usize>(next) && woken < most) {
    const t = next;
    next = matching(task_of(t.futexNext), key);
    if (!(t.futexBitset & bitset)) continue;
    t.sysState0 = 1;
    wake_task(t);
    woken++;
  }
  return woken;
}

/** Lets at most `most` waiters of one key wait for another from now on; how many. */
export function futex_requeue_key(from: FutexKey, to: FutexKey, most: i32): i32 {
  let moved = 0;
  let next = first_of(from);
  while (changetype<usize>(next) && moved < most) {
    const t = next;
    next = matching(task_of(t.futexNext), from);
    futex_unqueue(t);
    futex_enqueue(t, to, t.futexBitset);
    moved++;
  }
  return moved;
}

/** The task that has waited longest for the key, or null. */
export function futex_next_waiter(key: FutexKey): Task {
  return first_of(key);
}

export function futex_key_equal(a: FutexKey, b: FutexKey): bool {
  return a.at == b.at && a.space == b.space;
}

function first_of(key: FutexKey): Task {
  return matching(task_of(load<usize>(bucket(key.at, key.space))), key);
}

/** The first waiter of the key from t on. */
function matching(t: Task, key: FutexKey): Task {
  while (changetype<usize>(t) && (t.futexAt != key.at || t.futexSpace != key.space)) t = task_of(t.futexNext);
  return t;
}

function bucket(at: u64, space: usize): usize {
  const h = ((at >> 2) as u32) ^ ((at >> 12) as u32) ^ ((space as u32) >> 4);
  return TABLE + ((h & (BUCKETS - 1)) as usize) * 8;
}

/** The list node of t: its fields futexNext and futexPrev. */
function node(t: Task): usize {
  return changetype<usize>(t) + offsetof<Task>('futexNext');
}

function task_of(node: usize): Task {
  return changetype<Task>(node ? node - offsetof<Task>('futexNext') : 0);
}
