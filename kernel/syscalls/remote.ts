// Other processes seen from outside: process_vm_readv(2), process_vm_writev(2), kcmp(2).
import { EBADF, EINVAL, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import { may_look } from '../fs/proc/link.ts';
import { IS_ERR, PTR_ERR, ERR_PTR } from '../lib/err.ts';
import { kfree } from '../lib/slab.ts';
import { Iov, iov_import } from '../mm/iov.ts';
import { Mm } from '../mm/mm.ts';
import { mm_read, mm_write } from '../mm/remote.ts';
import { task_named } from '../ns/pid.ts';
import { Task } from '../task/task.ts';
import { fdtable_file } from '../vfs/fdtable.ts';
import { Iter, iter_iov, iter_read, iter_write } from '../vfs/iter.ts';

const PIECE: usize = memory.data(4096, 16);

const KCMP_FILE = 0;
const KCMP_VM = 1;
const KCMP_FILES = 2;
const KCMP_FS = 3;
const KCMP_SIGHAND = 4;

export function sys_process_vm_readv(pid: i32, local: u64, n: u64, remote: u64, m: u64, flags: u64): i64 {
  return transfer(pid, local, n, remote, m, flags, false);
}

export function sys_process_vm_writev(pid: i32, local: u64, n: u64, remote: u64, m: u64, flags: u64): i64 {
  return transfer(pid, local, n, remote, m, flags, true);
}

function transfer(pid: i32, local: u64, n: u64, remote: u64, m: u64, flags: u64, write: bool): i64 {
  if (flags) return -EINVAL;
  const mine = iov_import(local, n as i64);
  if (IS_ERR(mine)) return PTR_ERR(mine);
  if (!changetype<Iov>(mine).total) {
    kfree(mine);
    return 0;
  }
  const theirs = m > u32.MAX_VALUE ? ERR_PTR(-EINVAL) : iov_import(remote, m as i64);
  let result: i64 = IS_ERR(theirs) ? PTR_ERR(theirs) : 0;
  if (!result && changetype<Iov>(theirs).total) {
    const t = changetype<Task>(task_named(pid));
    if (!changetype<usize>(t) || !changetype<usize>(t.mm)) result = -ESRCH;
    else if (!may_look(t)) result = -EPERM;
    else result = copy_ranges(t.mm, iter_iov(mine), changetype<Iov>(theirs), write);
  }
  if (!IS_ERR(theirs)) kfree(theirs);
  kfree(mine);
  return result;
}

/** Bytes moved; an error only when there are none. */
function copy_ranges(mm: Mm, it: Iter, theirs: Iov, write: bool): i64 {
  let done: i64 = 0;
  for (let i: u32 = 0; i < theirs.count; i++) {
    let va = theirs.base(i);
    const end = va + theirs.len(i);
    while (va < end && it.left) {
      const n = min(min(end - va, 4096 - (va & 4095)), it.left) as usize;
      let error = write ? iter_read(it, PIECE, n) : mm_read(mm, PIECE, va, n);
      if (!error) error = write ? mm_write(mm, va, PIECE, n) : iter_write(it, PIECE, n);
      if (error) return done ? done : (error as i64);
      va += n as u64;
      done += n as i64;
    }
  }
  return done;
}

/** 0 = the same, 1 and 2 order what differs. */
export function sys_kcmp(pid1: i32, pid2: i32, type: i32, index1: u64, index2: u64): i64 {
  const a = changetype<Task>(task_named(pid1));
  const b = changetype<Task>(task_named(pid2));
  if (!changetype<usize>(a) || !changetype<usize>(b)) return -ESRCH;
  if (!may_look(a) || !may_look(b)) return -EPERM;
  switch (type) {
    case KCMP_FILE: {
      const file1 = fdtable_file(a.fdtable, index1 as i32);
      const file2 = fdtable_file(b.fdtable, index2 as i32);
      return file1 && file2 ? order(file1, file2) : -EBADF;
    }
    case KCMP_VM:
      return order(changetype<usize>(a.mm), changetype<usize>(b.mm));
    case KCMP_FILES:
      return order(a.fdtable, b.fdtable);
    case KCMP_FS:
      return order(a.fsctx, b.fsctx);
    case KCMP_SIGHAND:
      return order(changetype<usize>(a.sighand), changetype<usize>(b.sighand));
    default:
      return -EINVAL;
  }
}

function order(a: usize, b: usize): i64 {
  return a == b ? 0 : a < b ? 1 : 2;
}
