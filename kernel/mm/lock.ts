// mlock(2), mlockall(2): nothing is ever swapped out, so locking means populating, counting and the limits.
import { EINVAL, ENOMEM, EPERM } from '../../abi/linux/errno.ts';
import { MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT } from '../../abi/linux/mman.ts';
import { account_flags, may_lock, may_lock_some } from './account.ts';
import { Mm } from './mm.ts';
import { TASK_SIZE } from './place.ts';
import { populate } from './populate.ts';
import { split_at_ends } from './unmap.ts';
import { VM_LOCKED, VM_ACCESS } from './vma.ts';
import { vma_at, vma_find, vma_index, vma_merge_range } from './vma_set.ts';

/** Locks or unlocks every page of the range: 0 or -errno. */
export function mm_mlock(mm: Mm, addr: u64, len: u64, lock: bool, onFault: bool): i64 {
  if (lock && !may_lock_some(mm)) return -EPERM;
  const start = addr & ~0xfff;
  const end = (addr + len + 0xfff) & ~0xfff;
  if (end < start) return -EINVAL;
  if (lock && !may_lock(mm, ((end - start) >> 12) - pages_locked(mm, start, end))) return -ENOMEM;
  const e = set_locked(mm, start, end, lock);
  if (e) return e;
  if (!lock || onFault) return 0;
  populate(mm, start, end);
  return all_accessible(mm, start, end) ? 0 : -ENOMEM;
}

/** What nobody may touch cannot be populated. */
function all_accessible(mm: Mm, start: u64, end: u64): bool {
  let i = vma_index(mm, start);
  while (i < mm.vmaCount && vma_at(mm, i).start < end && vma_at(mm, i).flags & VM_ACCESS) i++;
  return i == mm.vmaCount || vma_at(mm, i).start >= end;
}

/** Pages of the range that are locked already and do not count twice. */
function pages_locked(mm: Mm, start: u64, end: u64): u64 {
  let bytes: u64 = 0;
  for (let i = vma_index(mm, start); i < mm.vmaCount && vma_at(mm, i).start < end; i++) {
    const v = vma_at(mm, i);
    if (v.flags & VM_LOCKED) bytes += min<u64>(v.end, end) - max<u64>(v.start, start);
  }
  return bytes >> 12;
}

function set_locked(mm: Mm, start: u64, end: u64, lock: bool): i64 {
  let e: i64 = 0;
  for (let at = start; at < end && !e; ) {
    const v = vma_find(mm, at);
    if (!changetype<usize>(v) || v.start > at) e = -ENOMEM;
    else {
      const stop = min<u64>(v.end, end);
      const flags = lock ? v.flags | VM_LOCKED : v.flags & ~VM_LOCKED;
      if (flags != v.flags) {
        if (split_at_ends(mm, at, stop)) account_flags(mm, vma_at(mm, vma_index(mm, at)), flags);
        else e = -ENOMEM;
      }
      at = stop;
    }
  }
  vma_merge_range(mm, start, end);
  return e;
}

export function mm_mlockall(mm: Mm, flags: i32): i64 {
  if (!flags || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) || flags == MCL_ONFAULT) return -EINVAL;
  if (!may_lock_some(mm)) return -EPERM;
  if (flags & MCL_CURRENT && !may_lock(mm, mm.totalVm - mm.lockedVm)) return -ENOMEM;
  mm.defFlags = flags & MCL_FUTURE ? VM_LOCKED : 0;
  if (flags & MCL_CURRENT) lock_all(mm, true, !(flags & MCL_ONFAULT));
  return 0;
}

export function mm_munlockall(mm: Mm): i64 {
  mm.defFlags = 0;
  lock_all(mm, false, false);
  return 0;
}

function lock_all(mm: Mm, lock: bool, touch: bool): void {
  for (let i: u32 = 0; i < mm.vmaCount; i++) {
    const v = vma_at(mm, i);
    account_flags(mm, v, lock ? v.flags | VM_LOCKED : v.flags & ~VM_LOCKED);
  }
  vma_merge_range(mm, 0, TASK_SIZE);
  if (touch) populate(mm, 0, TASK_SIZE);
}
