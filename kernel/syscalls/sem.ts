// semget(2), semop(2), semtimedop(2), semctl(2).
import { E2BIG, EAGAIN, EFBIG, EIDRM, EINVAL, ENOMEM, ERANGE } from '../../abi/linux/errno.ts';
import {
  IPC_INFO,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  SEMBUF_FLG,
  SEMBUF_NUM,
  SEMBUF_OP,
  SEMBUF_SIZE,
  SEMID_DS_SIZE,
  SEMMNI,
  SEMMSL,
  SEMOPM,
  SEMVMX,
  SEM_GETALL,
  SEM_GETNCNT,
  SEM_GETPID,
  SEM_GETVAL,
  SEM_GETZCNT,
  SEM_INFO,
  SEM_SETALL,
  SEM_SETVAL,
  SEM_STAT,
  SEM_STAT_ANY,
  SEM_UNDO,
} from '../../abi/linux/ipc.ts';
import { ids_at, ids_find, ids_get, ids_highest } from '../ipc/ids.ts';
import { IPC_READ, IPC_WRITE, ipc_owned, ipc_permitted, perm_set } from '../ipc/perm.ts';
import {
  SEM_WAIT,
  SemSet,
  sem_changed,
  sem_new,
  sem_pid,
  sem_remove,
  sem_set,
  sem_sets,
  sem_stat,
  sem_total,
  sem_try,
  sem_undo,
  sem_value,
  sem_wait,
  sem_waiters,
} from '../ipc/sem.ts';
import { SemUndo } from '../ipc/sem_undo.ts';
import { ipc_seconds } from '../ipc/time.ts';
import { EBLOCKED_INTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { current } from '../task/task.ts';
import { FOREVER, timeout_arm, timeout_over } from './timeout.ts';
import { timespec_in } from './timespec.ts';

const OPS: usize = memory.data(3000, 8); // SEMOPM * SEMBUF_SIZE
const BUFFER: usize = memory.data(104, 8); // SEMID_DS_SIZE
/** struct seminfo: ten ints. */
const INFO_SIZE = 40;

export function sys_semget(key: i32, count: i32, flags: i32): i64 {
  if (count < 0 || count > SEMMSL) return -EINVAL;
  const found = ids_get(sem_sets(), key, flags);
  if (IS_ERR(found)) return PTR_ERR(found);
  if (!found) return count ? sem_new(key, count, flags) : -EINVAL;
  const set = changetype<SemSet>(found);
  if (count > set.count) return -EINVAL;
  const error = ipc_permitted(set, flags as u32);
  return error ? error : set.id;
}

export function sys_semop(id: i32, ops: u64, count: u64): i64 {
  return sys_semtimedop(id, ops, count, 0);
}

export function sys_semtimedop(id: i32, ops: u64, count: u64, timeout: u64): i64 {
  count &= 0xffffffff;
  if (!count || id < 0) return -EINVAL;
  if (count > (SEMOPM as u64)) return -E2BIG;
  const fault = copyin(OPS, ops, (count as usize) * SEMBUF_SIZE);
  if (fault) return fault;
  const ns = timeout ? timespec_in(timeout) : (FOREVER as i64);
  if (timeout && ns < 0) return ns;
  const set = changetype<SemSet>(ids_find(sem_sets(), id));
  if (!changetype<usize>(set)) return current().sysPhase ? -EIDRM : -EINVAL;
  return operate(set, count as i32, ns as u64);
}

function operate(set: SemSet, count: i32, ns: u64): i64 {
  let undoes = false;
  let alters = false;
  for (let op = OPS; op < OPS + count * SEMBUF_SIZE; op += SEMBUF_SIZE) {
    if ((load<u16>(op, SEMBUF_NUM) as i32) >= set.count) return -EFBIG;
    if ((load<u16>(op, SEMBUF_FLG) as i32) & SEM_UNDO) undoes = true;
    if (load<i16>(op, SEMBUF_OP)) alters = true;
  }
  const denied = ipc_permitted(set, alters ? IPC_WRITE : IPC_READ);
  if (denied) return denied;
  const undo = undoes ? sem_undo(set) : changetype<SemUndo>(0);
  if (undoes && !changetype<usize>(undo)) return -ENOMEM;
  const result = sem_try(set, OPS, count, undo);
  if (result != SEM_WAIT) {
    if (!result && alters) sem_changed(set);
    return result;
  }
  if (timeout_over(ns)) return -EAGAIN;
  timeout_arm();
  return sem_wait(set) ? -EBLOCKED_INTR : -ENOMEM;
}

/** arg is a union: a value or an address. */
export function sys_semctl(id: i32, number: i32, cmd: i32, arg: u64): i64 {
  if (id < 0) return -EINVAL;
  switch (cmd) {
    case IPC_INFO:
    case SEM_INFO:
      return info(cmd, arg);
    case IPC_STAT:
    case SEM_STAT:
    case SEM_STAT_ANY:
      return stat(id, cmd, arg);
    case IPC_SET:
    case IPC_RMID:
      return change(id, cmd, arg);
    case SEM_GETALL:
    case SEM_SETALL:
      return all(id, cmd, arg);
    case SEM_GETVAL:
    case SEM_GETPID:
    case SEM_GETNCNT:
    case SEM_GETZCNT:
    case SEM_SETVAL:
      return one(id, number, cmd, arg as i32);
  }
  return -EINVAL;
}

function one(id: i32, number: i32, cmd: i32, value: i32): i64 {
  if (cmd == SEM_SETVAL && (value < 0 || value > SEMVMX)) return -ERANGE;
  const set = changetype<SemSet>(ids_find(sem_sets(), id));
  if (!changetype<usize>(set)) return -EINVAL;
  const error = ipc_permitted(set, cmd == SEM_SETVAL ? IPC_WRITE : IPC_READ);
  if (error) return error;
  if (number < 0 || number >= set.count) return -EINVAL;
  if (cmd == SEM_GETVAL) return sem_value(set, number);
  if (cmd == SEM_GETPID) return sem_pid(set, number);
  if (cmd != SEM_SETVAL) return sem_waiters(set, number, cmd == SEM_GETZCNT);
  sem_set(set, number, value);
  set.ctime = ipc_seconds();
  sem_changed(set);
  return 0;
}

function all(id: i32, cmd: i32, va: u64): i64 {
  const set = changetype<SemSet>(ids_find(sem_sets(), id));
  if (!changetype<usize>(set)) return -EINVAL;
  const denied = ipc_permitted(set, cmd == SEM_SETALL ? IPC_WRITE : IPC_READ);
  if (denied) return denied;
  const values = kmalloc((set.count * 2) as usize);
  if (!values) return -ENOMEM;
  const error = cmd == SEM_SETALL ? set_all(set, values, va) : get_all(set, values, va);
  kfree(values);
  return error;
}

function get_all(set: SemSet, values: usize, va: u64): i32 {
  for (let i = 0; i < set.count; i++) store<u16>(values + i * 2, sem_value(set, i) as u16);
  return copyout(va, values, (set.count * 2) as usize);
}

function set_all(set: SemSet, values: usize, va: u64): i32 {
  const error = copyin(values, va, (set.count * 2) as usize);
  if (error) return error;
  for (let i = 0; i < set.count; i++) if ((load<u16>(values + i * 2) as i32) > SEMVMX) return -ERANGE;
  for (let i = 0; i < set.count; i++) sem_set(set, i, load<u16>(values + i * 2) as i32);
  set.ctime = ipc_seconds();
  sem_changed(set);
  return 0;
}

function info(cmd: i32, va: u64): i64 {
  const sets = sem_sets();
  store<i32>(BUFFER, SEMMNI * SEMMSL, 0); // semmap
  store<i32>(BUFFER, SEMMNI, 4);
  store<i32>(BUFFER, SEMMNI * SEMMSL, 8); // semmns
  store<i32>(BUFFER, SEMMNI * SEMMSL, 12); // semmnu
  store<i32>(BUFFER, SEMMSL, 16);
  store<i32>(BUFFER, SEMOPM, 20);
  store<i32>(BUFFER, SEMOPM, 24); // semume
  store<i32>(BUFFER, cmd == SEM_INFO ? sets.used : 20, 28); // semusz
  store<i32>(BUFFER, SEMVMX, 32);
  store<i32>(BUFFER, cmd == SEM_INFO ? sem_total() : SEMVMX, 36); // semaem
  const error = copyout(va, BUFFER, INFO_SIZE);
  return error ? error : ids_highest(sets);
}

/** SEM_STAT* take an index and answer the id. */
function stat(id: i32, cmd: i32, va: u64): i64 {
  const sets = sem_sets();
  const set = changetype<SemSet>(cmd == IPC_STAT ? ids_find(sets, id) : ids_at(sets, id));
  if (!changetype<usize>(set)) return -EINVAL;
  let error = cmd == SEM_STAT_ANY ? 0 : ipc_permitted(set, IPC_READ);
  if (error) return error;
  memory.fill(BUFFER, 0, SEMID_DS_SIZE);
  sem_stat(set, BUFFER);
  error = copyout(va, BUFFER, SEMID_DS_SIZE);
  return error ? error : cmd == IPC_STAT ? 0 : set.id;
}

function change(id: i32, cmd: i32, va: u64): i64 {
  const fault = cmd == IPC_SET ? copyin(BUFFER, va, SEMID_DS_SIZE) : 0;
  if (fault) return fault;
  const set = changetype<SemSet>(ids_find(sem_sets(), id));
  if (!changetype<usize>(set)) return -EINVAL;
  const error = ipc_owned(set);
  if (error) return error;
  if (cmd == IPC_RMID) sem_remove(sem_sets(), set);
  else {
    perm_set(set, BUFFER);
    set.ctime = ipc_seconds();
  }
  return 0;
}
