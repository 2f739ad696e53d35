// madvise(2), msync(2), mincore(2).
import { ACCESS_READ, ACCESS_WRITE } from '../../abi/cpu.ts';
import { EBUSY, EFAULT, EINVAL, EIO, ENOMEM } from '../../abi/linux/errno.ts';
import {
  MADV_DODUMP,
  MADV_DOFORK,
  MADV_DONTDUMP,
  MADV_DONTFORK,
  MADV_DONTNEED,
  MADV_DONTNEED_LOCKED,
  MADV_FREE,
  MADV_KEEPONFORK,
  MADV_NORMAL,
  MADV_POPULATE_READ,
  MADV_POPULATE_WRITE,
  MADV_REMOVE,
  MADV_WIPEONFORK,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
} from '../../abi/linux/mman.ts';
import { host_fsync } from '../fs/hostfs/writeback.ts';
import { File } from '../vfs/file.ts';
import { INODE_HOST, Inode } from '../vfs/inode.ts';
import { account_flags } from './account.ts';
import { FAULT_BUS, FAULT_OOM } from './fault.ts';
import { Mm, mm_root } from './mm.ts';
import { pt_entry } from './page_table.ts';
import { TASK_SIZE } from './place.ts';
import { populate_as } from './populate.ts';
import { shared_drop } from './shared.ts';
import { split_at_ends, zap_range } from './unmap.ts';
import { putuser } from './usercopy.ts';
import { VM_DONTDUMP, VM_DONTFORK, VM_LOCKED, VM_SHARED, VM_WIPEONFORK, VM_WRITE, Vma } from './vma.ts';
import { vma_at, vma_find, vma_index, vma_merge_range } from './vma_set.ts';

/** 0 or -errno; a hole in the range gives -ENOMEM after the rest was advised. */
export function mm_madvise(mm: Mm, addr: u64, len: u64, advice: i32): i64 {
  if (!known(advice) || addr & 0xfff) return -EINVAL;
  const size = (len + 0xfff) & ~0xfff;
  if (len && !size) return -EINVAL;
  const end = addr + size;
  if (end < addr) return -EINVAL;
  let holes = false;
  for (let at = addr; at < end; ) {
    const v = vma_find(mm, at);
    if (!changetype<usize>(v) || v.start >= end) {
      holes = true;
      break;
    }
    if (v.start > at) {
      holes = true;
      at = v.start;
    }
    const stop = min<u64>(v.end, end);
    const e = advise_area(mm, v, at, stop, advice);
    if (e) return e;
    at = stop;
  }
  vma_merge_range(mm, addr, end);
  return holes ? -ENOMEM : 0;
}

function known(advice: i32): bool {
  return (advice >= MADV_NORMAL && advice <= MADV_DONTNEED) || (advice >= MADV_FREE && advice <= MADV_DONTNEED_LOCKED);
}

function advise_area(mm: Mm, v: Vma, start: u64, end: u64, advice: i32): i64 {
  switch (advice) {
    case MADV_DONTNEED:
      if (v.flags & VM_LOCKED) return -EINVAL;
      zap_range(mm, start, end);
      return 0;
    case MADV_DONTNEED_LOCKED:
      zap_range(mm, start, end);
      return 0;
    case MADV_FREE: // free at once: the program may find zeros or its bytes, and zeros need no bookkeeping
      if (v.file || v.flags & VM_SHARED) return -EINVAL;
      zap_range(mm, start, end);
      return 0;
    case MADV_REMOVE:
      return remove(mm, v, start, end);
    case MADV_DONTFORK:
      return change(mm, v, start, end, v.flags | VM_DONTFORK);
    case MADV_DOFORK:
      return change(mm, v, start, end, v.flags & ~VM_DONTFORK);
    case MADV_WIPEONFORK:
      if (v.file || v.flags & VM_SHARED) return -EINVAL;
      return change(mm, v, start, end, v.flags | VM_WIPEONFORK);
    case MADV_KEEPONFORK:
      return change(mm, v, start, end, v.flags & ~VM_WIPEONFORK);
    case MADV_DONTDUMP:
      return change(mm, v, start, end, v.flags | VM_DONTDUMP);
    case MADV_DODUMP:
      return change(mm, v, start, end, v.flags & ~VM_DONTDUMP);
    case MADV_POPULATE_READ:
      return populate_errno(populate_as(mm, start, end, ACCESS_READ));
    case MADV_POPULATE_WRITE:
      return populate_errno(populate_as(mm, start, end, ACCESS_WRITE));
    default: // NORMAL RANDOM SEQUENTIAL WILLNEED (UN)MERGEABLE (NO)HUGEPAGE COLD PAGEOUT: hints without an effect here
      return 0;
  }
}

function change(mm: Mm, v: Vma, start: u64, end: u64, flags: u32): i64 {
  if (v.flags == flags) return 0;
  if (!split_at_ends(mm, start, end)) return -ENOMEM;
  account_flags(mm, vma_at(mm, vma_index(mm, start)), flags);
  return 0;
}

/** Punches a hole into shared anonymous memory; files would need their own hole punching. */
function remove(mm: Mm, v: Vma, start: u64, end: u64): i64 {
  if (v.flags & VM_LOCKED || !v.shared || !(v.flags & VM_WRITE)) return -EINVAL;
  zap_range(mm, start, end);
  shared_drop(v.shared, start - v.start + v.offset, end - v.start + v.offset);
  return 0;
}

function populate_errno(fault: i32): i64 {
  if (!fault) return 0;
  return fault == FAULT_OOM ? -ENOMEM : fault == FAULT_BUS ? -EFAULT : -EIO;
}

export function mm_msync(mm: Mm, addr: u64, len: u64, flags: i32): i64 {
  if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) return -EINVAL;
  if (addr & 0xfff || (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC)) return -EINVAL;
  const end = addr + ((len + 0xfff) & ~0xfff);
  if (end < addr) return -ENOMEM;
  let at = addr;
  while (at < end) {
    const v = vma_find(mm, at);
    if (!changetype<usize>(v) || v.start > at) return -ENOMEM;
    if (flags & MS_INVALIDATE && v.flags & VM_LOCKED) return -EBUSY;
    at = v.end;
  }
  if (flags & MS_SYNC) return sync_mapped(mm, addr, end);
  return 0; // a store through a shared mapping is in the file already: both are the same frame
}

/** Brings files of the host up to date that are mapped in [addr, end): 0 or -errno (-EBLOCKED*). */
function sync_mapped(mm: Mm, addr: u64, end: u64): i64 {
  for (let at = addr; at < end; ) {
    const v = vma_find(mm, at);
    const inode = v.file && v.flags & VM_SHARED ? changetype<File>(v.file).inode : changetype<Inode>(0);
    const error = changetype<usize>(inode) && inode.kind == INODE_HOST ? host_fsync(inode) : 0;
    if (error) return error;
    at = v.end;
  }
  return 0;
}

/** One byte a page to vec: 1 = present in this address space. */
export function mm_mincore(mm: Mm, addr: u64, len: u64, vec: u64): i64 {
  if (addr & 0xfff) return -EINVAL;
  if (addr > TASK_SIZE || len > TASK_SIZE - addr) return -ENOMEM;
  const end = addr + ((len + 0xfff) & ~0xfff);
  for (let va = addr; va < end; va += 0x1000) {
    const v = vma_find(mm, va);
    if (!changetype<usize>(v) || v.start > va) return -ENOMEM;
    const e = pt_entry(mm_root(mm), va);
    const failed = putuser<u8>(vec + ((va - addr) >> 12), e && load<u32>(e) ? 1 : 0);
    if (failed) return failed as i64;
  }
  return 0;
}
