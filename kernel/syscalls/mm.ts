// Memory system calls: mmap(2) and its relatives.
import { EBADF, EINVAL, ENOSPC } from '../../abi/linux/errno.ts';
import { MAP_ANONYMOUS, MLOCK_ONFAULT } from '../../abi/linux/mman.ts';
import { mm_madvise, mm_mincore, mm_msync } from '../mm/advise.ts';
import { mm_brk } from '../mm/brk.ts';
import { mm_mlock, mm_mlockall, mm_munlockall } from '../mm/lock.ts';
import { mm_current } from '../mm/mm.ts';
import { mm_mmap } from '../mm/mmap.ts';
import { mm_mprotect } from '../mm/protect.ts';
import { mm_mremap } from '../mm/remap.ts';
import { mm_munmap } from '../mm/unmap.ts';
import { fd_get } from '../vfs/fdtable.ts';

export function sys_mmap(addr: u64, len: u64, prot: u64, flags: u64, fd: i32, offset: u64): i64 {
  if (offset & 0xfff) return -EINVAL;
  const anonymous = (flags as i32) & MAP_ANONYMOUS;
  const file: usize = anonymous ? 0 : fd_get(fd);
  if (!anonymous && !file) return -EBADF;
  return mm_mmap(mm_current(), addr, len, prot as i32, flags as i32, file, offset);
}

export function sys_munmap(addr: u64, len: u64): i64 {
  return mm_munmap(mm_current(), addr, len);
}

export function sys_mprotect(addr: u64, len: u64, prot: u64): i64 {
  return mm_mprotect(mm_current(), addr, len, prot as i32);
}

/** Without protection keys in the CPU only the key -1, "none", exists. */
export function sys_pkey_mprotect(addr: u64, len: u64, prot: u64, pkey: i32): i64 {
  return pkey == -1 ? mm_mprotect(mm_current(), addr, len, prot as i32) : -EINVAL;
}

export function sys_pkey_alloc(flags: u64, rights: u64): i64 {
  return flags || rights & ~3 ? -EINVAL : -ENOSPC;
}

export function sys_pkey_free(pkey: i32): i64 {
  return -EINVAL;
}

export function sys_brk(brk: u64): i64 {
  return mm_brk(mm_current(), brk) as i64;
}

export function sys_mremap(addr: u64, oldLen: u64, newLen: u64, flags: u64, newAddr: u64): i64 {
  return mm_mremap(mm_current(), addr, oldLen, newLen, flags as i32, newAddr);
}

export function sys_madvise(addr: u64, len: u64, advice: i32): i64 {
  return mm_madvise(mm_current(), addr, len, advice);
}

export function sys_msync(addr: u64, len: u64, flags: u64): i64 {
  return mm_msync(mm_current(), addr, len, flags as i32);
}

export function sys_mincore(addr: u64, len: u64, vec: u64): i64 {
  return mm_mincore(mm_current(), addr, len, vec);
}

export function sys_mlock(addr: u64, len: u64): i64 {
  return mm_mlock(mm_current(), addr, len, true, false);
}

export function sys_mlock2(addr: u64, len: u64, flags: u64): i64 {
  if (flags & ~(MLOCK_ONFAULT as u64)) return -EINVAL;
  return mm_mlock(mm_current(), addr, len, true, flags != 0);
}

export function sys_munlock(addr: u64, len: u64): i64 {
  return mm_mlock(mm_current(), addr, len, false, false);
}

export function sys_mlockall(flags: u64): i64 {
  return mm_mlockall(mm_current(), flags as i32);
}

export function sys_munlockall(): i64 {
  return mm_munlockall(mm_current());
}
