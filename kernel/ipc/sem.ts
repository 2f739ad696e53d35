// System V semaphore sets. semget(2), semop(2), ipc/sem.c of Linux.
// Invariant: an array of operations happens as a whole or not at all; 0 <= value <= SEMVMX always. Who waits on the set has its
// semaphore and kind of wait in the task's sysState2, for GETNCNT and GETZCNT.
import { ipc_ns } from '../ns/ipc.ts';
import { EAGAIN, ENOMEM, ERANGE } from '../../abi/linux/errno.ts';
import {
  IPC_NOWAIT,
  SEMBUF_FLG,
  SEMBUF_NUM,
  SEMBUF_OP,
  SEMBUF_SIZE,
  SEMID_DS_CTIME,
  SEMID_DS_NSEMS,
  SEMID_DS_OTIME,
  SEMMNI,
  SEMVMX,
  SEM_UNDO,
} from '../../abi/linux/ipc.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { current } from '../task/task.ts';
import { WaitNode, WaitQueue, wait_on, wq_wake } from '../task/wait_queue.ts';
import { Ids, ids_add, ids_remove } from './ids.ts';
import { IpcPerm, perm_init, perm_put } from './perm.ts';
import { SemUndo, undo_find } from './sem_undo.ts';
import { ipc_seconds } from './time.ts';

/** sem_try: the operations must wait. */
export const SEM_WAIT = 1;
/** In sysState2, beside the number of the semaphore: waits for zero rather than for an increase. */
const FOR_ZERO: u64 = 0x10000;

// value i32 | pid i32 of the last semop
const SEM_SIZE: usize = 8;

@unmanaged
export class SemSet extends IpcPerm {
  count: i32;
  otime: u64; // seconds
  wq: u64; // a WaitQueue
  undos: SemUndo;
  pad: u32; // the semaphores follow, count * SEM_SIZE bytes

  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<SemSet>('wq');
  }
}

export function sem_sets(): Ids {
  return ipc_ns().sems();
}

function sem_at(set: SemSet, number: i32): usize {
  return changetype<usize>(set) + offsetof<SemSet>() + (number as usize) * SEM_SIZE;
}

export function sem_value(set: SemSet, number: i32): i32 {
  return load<i32>(sem_at(set, number));
}

export function sem_pid(set: SemSet, number: i32): i32 {
  return load<i32>(sem_at(set, number), 4);
}

/** Sets value and pid; who waits must be woken by sem_changed. */
export function sem_put(set: SemSet, number: i32, value: i32): void {
  store<i32>(sem_at(set, number), value);
  store<i32>(sem_at(set, number), current().group.tgid, 4);
}

/** Everybody who waits tries again, in the order of arrival. */
export function sem_changed(set: SemSet): void {
  wq_wake(set.waitQueue(), i32.MAX_VALUE);
}

/** The id of a new set of zeros, or -errno. */
export function sem_new(key: i32, count: i32, flags: i32): i32 {
  const set = changetype<SemSet>(kmalloc(offsetof<SemSet>() + (count as usize) * SEM_SIZE));
  if (!changetype<usize>(set)) return -ENOMEM;
  perm_init(set, key, flags as u32);
  set.count = count;
  set.ctime = ipc_seconds();
  const id = ids_add(sem_sets(), set, SEMMNI);
  if (id < 0) kfree(changetype<usize>(set));
  return id;
}

/** IPC_RMID: the calls that wait will not find it and answer EIDRM. */
export function sem_remove(sets: Ids, set: SemSet): void {
  ids_remove(sets, set);
  sem_changed(set);
  for (let undo = set.undos; changetype<usize>(undo); ) {
    const next = undo.next;
    kfree(changetype<usize>(undo));
    undo = next;
  }
  kfree(changetype<usize>(set));
}

/** Does the struct sembuf array `ops`: 0, SEM_WAIT with the current task's sysState2 filled, or -errno. */
export function sem_try(set: SemSet, ops: usize, count: i32, undo: SemUndo): i32 {
  for (let i = 0; i < count; i++) {
    const result = try_one(set, ops + i * SEMBUF_SIZE, undo);
    if (!result) continue;
    while (--i >= 0) add(set, ops + i * SEMBUF_SIZE, undo, -1);
    return result;
  }
  for (let i = 0; i < count; i++) {
    const number = load<u16>(ops + i * SEMBUF_SIZE, SEMBUF_NUM) as i32;
    sem_put(set, number, sem_value(set, number));
  }
  set.otime = ipc_seconds();
  return 0;
}

function try_one(set: SemSet, op: usize, undo: SemUndo): i32 {
  const number = load<u16>(op, SEMBUF_NUM) as i32;
  const change = load<i16>(op, SEMBUF_OP) as i32;
  const flags = load<u16>(op, SEMBUF_FLG) as i32;
  const value = sem_value(set, number);
  if (change ? value + change < 0 : value != 0) {
    current().sysState2 = (number as u64) | (change ? 0 : FOR_ZERO);
    return flags & IPC_NOWAIT ? -EAGAIN : SEM_WAIT;
  }
  if (value + change > SEMVMX) return -ERANGE;
  if (flags & SEM_UNDO) {
    const adjust = undo.get(number) - change;
    if (adjust < -SEMVMX - 1 || adjust > SEMVMX) return -ERANGE;
  }
  add(set, op, undo, 1);
  return 0;
}

/** Does (sign 1) or takes back (sign -1) one operation. */
function add(set: SemSet, op: usize, undo: SemUndo, sign: i32): void {
  const number = load<u16>(op, SEMBUF_NUM) as i32;
  const change = (load<i16>(op, SEMBUF_OP) as i32) * sign;
  store<i32>(sem_at(set, number), sem_value(set, number) + change);
  if ((load<u16>(op, SEMBUF_FLG) as i32) & SEM_UNDO) undo.put(number, undo.get(number) - change);
}

/** Queues the current task; false = no memory. */
export function sem_wait(set: SemSet): bool {
  return wait_on(set.waitQueue());
}

/** GETNCNT, GETZCNT: tasks that wait for an increase of the semaphore, or for zero. */
export function sem_waiters(set: SemSet, number: i32, forZero: bool): i32 {
  const wanted = (number as u64) | (forZero ? FOR_ZERO : 0);
  let count = 0;
  const queue = changetype<WaitQueue>(set.waitQueue());
  for (let node: WaitNode = queue.first; changetype<usize>(node); node = node.next) {
    if (node.task.sysState2 == wanted) count++;
  }
  return count;
}

/** SETVAL, SETALL: what processes would take back of the semaphore is forgotten. */
export function sem_set(set: SemSet, number: i32, value: i32): void {
  sem_put(set, number, value);
  for (let undo = set.undos; changetype<usize>(undo); undo = undo.next) undo.put(number, 0);
}

/** The current process's adjustments of the set, made when missing; null = no memory. */
export function sem_undo(set: SemSet): SemUndo {
  const group = changetype<usize>(current().group);
  const found = undo_find(set.undos, group);
  if (changetype<usize>(found)) return found;
  const undo = changetype<SemUndo>(kmalloc(offsetof<SemUndo>() + (set.count as usize) * 2));
  if (!changetype<usize>(undo)) return undo;
  undo.group = group;
  undo.next = set.undos;
  set.undos = undo;
  return undo;
}

/** Fills the struct semid64_ds at p, zeroed. */
export function sem_stat(set: SemSet, p: usize): void {
  perm_put(p, set);
  store<u64>(p, set.otime, SEMID_DS_OTIME);
  store<u64>(p, set.ctime, SEMID_DS_CTIME);
  store<u64>(p, set.count, SEMID_DS_NSEMS);
}

/** Semaphores of all sets: SEM_INFO. */
export function sem_total(): i32 {
  const ids = sem_sets();
  let sum = 0;
  for (let i = 0; i < ids.capacity; i++) {
    const p = load<usize>(ids.slots + i * 4);
    if (p) sum += changetype<SemSet>(p).count;
  }
  return sum;
}
