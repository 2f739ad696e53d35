// The only door between kernel and guest memory: 0 or a length, -EFAULT, or -EBLOCKED while a file page is being read.
// Copies may have been done in part when they fail; repeating them is harmless.
import { ACCESS_READ, ACCESS_WRITE } from '../../abi/cpu.ts';
import { EFAULT, ENAMETOOLONG } from '../../abi/linux/errno.ts';
import { Mem, TLB_ADDEND, TLB_READ, TLB_WRITE } from '../cpu/mem.ts';
import { EBLOCKED_UNINTERRUPTIBLE, ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { FAULT_BLOCKED, FAULT_OOM, fault_in } from './fault.ts';
import { grant } from './grant.ts';
import { mm_current } from './mm.ts';
import { oom_kill, oom_wait } from './oom.ts';
import { TASK_SIZE } from './place.ts';

/** Host pointer of va, good to the end of its page, or ERR_PTR(-EFAULT | -EBLOCKED). */
function user_ptr(va: u64, access: u32): usize {
  const e = Mem.entry(va);
  const tag = access == ACCESS_WRITE ? load<u64>(e, TLB_WRITE) : load<u64>(e, TLB_READ);
  if (tag == (va & ~0xfff)) return (load<u32>(e, TLB_ADDEND) + (va as u32)) as usize;
  const mm = mm_current();
  const frame = fault_in(mm, va, access);
  if (IS_ERR(frame)) return ERR_PTR(errno_of(PTR_ERR(frame)));
  grant(mm, va, frame, access);
  return frame + ((va as usize) & 0xfff);
}

function errno_of(fault: i32): i32 {
  if (fault == FAULT_OOM) {
    if (oom_wait()) return -EBLOCKED_UNINTERRUPTIBLE;
    oom_kill();
  }
  return fault == FAULT_BLOCKED ? -EBLOCKED_UNINTERRUPTIBLE : -EFAULT;
}

/** May [va, va + n) be guest memory at all? access_ok(). */
export function user_range(va: u64, n: u64): bool {
  return va <= TASK_SIZE && n <= TASK_SIZE - va;
}

function page_rest(va: u64): usize {
  return 0x1000 - ((va as usize) & 0xfff);
}

export function copyin(dst: usize, va: u64, n: usize): i32 {
  while (n) {
    const p = user_ptr(va, ACCESS_READ);
    if (IS_ERR(p)) return PTR_ERR(p);
    const part = min<usize>(n, page_rest(va));
    memory.copy(dst, p, part);
    dst += part;
    va += part;
    n -= part;
  }
  return 0;
}

export function copyout(va: u64, src: usize, n: usize): i32 {
  while (n) {
    const p = user_ptr(va, ACCESS_WRITE);
    if (IS_ERR(p)) return PTR_ERR(p);
    const part = min<usize>(n, page_rest(va));
    memory.copy(p, src, part);
    src += part;
    va += part;
    n -= part;
  }
  return 0;
}

/** NUL-terminated string of fewer than max bytes: its length, -EFAULT, -ENAMETOOLONG. */
export function copyinstr(dst: usize, va: u64, max: i32): i32 {
  let n = 0;
  while (n < max) {
    const p = user_ptr(va + n, ACCESS_READ);
    if (IS_ERR(p)) return PTR_ERR(p);
    const part = min<i32>(max - n, page_rest(va + n) as i32);
    for (let i = 0; i < part; i++) {
      const c = load<u8>(p + i);
      store<u8>(dst + n + i, c);
      if (!c) return n + i;
    }
    n += part;
  }
  return -ENAMETOOLONG;
}

const CELL = memory.data(8, 8); // a value on its way through getuser or putuser

/** The value at va (zero-extended, T of at most 32 bits), or -EFAULT / -EBLOCKED. */
export function getuser<T>(va: u64): i64 {
  if (page_rest(va) < sizeof<T>()) {
    const e = copyin(CELL, va, sizeof<T>());
    return e ? (e as i64) : (load<T>(CELL) as i64);
  }
  const p = user_ptr(va, ACCESS_READ);
  return IS_ERR(p) ? (PTR_ERR(p) as i64) : (load<T>(p) as i64);
}

export function putuser<T>(va: u64, value: T): i32 {
  if (page_rest(va) < sizeof<T>()) {
    store<T>(CELL, value);
    return copyout(va, CELL, sizeof<T>());
  }
  const p = user_ptr(va, ACCESS_WRITE);
  if (IS_ERR(p)) return PTR_ERR(p);
  store<T>(p, value);
  return 0;
}
