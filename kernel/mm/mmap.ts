// mmap(2): checks in Linux's order (do_mmap), then one new area.
// Invariant: the old mappings of a MAP_FIXED range go only when nothing but the insertion is left to do.
import {
  EACCES,
  EAGAIN,
  EBADF,
  EEXIST,
  EINVAL,
  ENODEV,
  ENOMEM,
  EOPNOTSUPP,
  EOVERFLOW,
  EPERM,
} from '../../abi/linux/errno.ts';
import {
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_HUGETLB,
  MAP_LOCKED,
  MAP_NONBLOCK,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_SYNC,
  MAP_TYPE,
} from '../../abi/linux/mman.ts';
import { F_SEAL_FUTURE_WRITE, F_SEAL_WRITE } from '../../abi/linux/fcntl.ts';
import { kmalloc } from '../lib/slab.ts';
import { FILE_DEVICE, FILE_PATH, FILE_REGULAR, File, file_get } from '../vfs/file.ts';
import { INODE_MAPPED_WRITABLE, Inode } from '../vfs/inode.ts';
import { account_add, may_expand, may_lock, may_lock_some, overcommits } from './account.ts';
import { Mm } from './mm.ts';
import { place } from './place.ts';
import { populate } from './populate.ts';
import { shared_get, shared_new } from './shared.ts';
import { unmap_range } from './unmap.ts';
import {
  VM_ACCESS,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_MAYWRITE,
  VM_NORESERVE,
  VM_SHARED,
  VM_WRITE,
  Vma,
  vma_free,
} from './vma.ts';
import { MAX_MAP_COUNT, vma_at, vma_index, vma_insert, vma_range_free, vma_reserve } from './vma_set.ts';

const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_ACCMODE = 3;
const DEV_ZERO: u32 = 0x105; // character device 1:5: a mapping of it is anonymous

/** Address or -errno. file is a File ptr or 0. */
export function mm_mmap(mm: Mm, addr: u64, len: u64, prot: i32, flags: i32, file: usize, offset: u64): i64 {
  if (!len) return -EINVAL;
  const size = (len + 0xfff) & ~0xfff;
  if (!size) return -ENOMEM;
  if (offset + size < offset) return -EOVERFLOW;
  if (mm.vmaCount > MAX_MAP_COUNT) return -ENOMEM;
  if (flags & MAP_HUGETLB) return -EINVAL; // no hugetlbfs pool
  const start = place(mm, addr, size, flags);
  if (start < 0) return start;
  const end = (start as u64) + size;
  if (flags & MAP_FIXED_NOREPLACE && !vma_range_free(mm, start as u64, end)) return -EEXIST;
  if (flags & MAP_LOCKED && !may_lock_some(mm)) return -EPERM;
  const locked = flags & MAP_LOCKED || mm.defFlags & VM_LOCKED;
  if (locked && !may_lock(mm, size >> 12)) return -EAGAIN;
  if (file && is_zero_device(file)) file = 0;
  if (file && offset > (i64.MAX_VALUE as u64) - size) return -EOVERFLOW;
  const vm = area_flags(prot, flags, file);
  if (vm < 0) return vm;
  return map_area(mm, start as u64, end, (vm as u32) | (locked ? VM_LOCKED : 0), flags, file, file ? offset : 0, 0);
}

/** Maps `pages` (mm/shared.ts) with these VM_*; the area gets its own reference. Address or -errno. */
export function mm_map_shared(mm: Mm, addr: u64, size: u64, vm: u32, flags: i32, pages: usize): i64 {
  if (mm.vmaCount > MAX_MAP_COUNT) return -ENOMEM;
  const start = place(mm, addr, size, flags);
  if (start < 0) return start;
  return map_area(mm, start as u64, (start as u64) + size, vm | VM_SHARED, flags, 0, 0, pages);
}

function is_zero_device(file: usize): bool {
  const f = changetype<File>(file);
  return f.kind == FILE_DEVICE && changetype<Inode>(f.inode).rdev == DEV_ZERO;
}

/** VM_* of the request, or -errno when its kind, the file or the file's mode does not allow it. */
function area_flags(prot: i32, flags: i32, file: usize): i32 {
  const type = flags & MAP_TYPE;
  const shared = type == MAP_SHARED || type == MAP_SHARED_VALIDATE;
  if (!shared && type != MAP_PRIVATE) return -EINVAL;
  if (flags & MAP_GROWSDOWN && (file || shared)) return -EINVAL;
  if (!file && type == MAP_SHARED_VALIDATE) return -EINVAL;
  let vm = (prot as u32) & VM_ACCESS;
  if (shared) vm |= VM_SHARED;
  if (flags & MAP_GROWSDOWN) vm |= VM_GROWSDOWN;
  if (flags & MAP_NORESERVE) vm |= VM_NORESERVE;
  if (!file) return (vm | VM_MAYWRITE) as i32;
  if (type == MAP_SHARED_VALIDATE && flags & MAP_SYNC) return -EOPNOTSUPP;
  const f = changetype<File>(file);
  const mode = (f.flags as i32) & O_ACCMODE;
  if (f.kind == FILE_PATH) return -EBADF;
  if (shared && prot & (VM_WRITE as i32) && mode != O_RDWR) return -EACCES;
  if (mode == O_WRONLY) return -EACCES;
  if (f.kind != FILE_REGULAR) return -ENODEV;
  const sealed = (f.inode.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0;
  if (sealed && shared && prot & (VM_WRITE as i32)) return -EPERM;
  return (vm | (shared && (sealed || mode == O_RDONLY) ? 0 : VM_MAYWRITE)) as i32;
}

function map_area(mm: Mm, start: u64, end: u64, vm: u32, flags: i32, file: usize, offset: u64, pages: usize): i64 {
  const count = (end - start) >> 12;
  if (!may_expand(mm, vm, count) && !may_expand(mm, vm, count - pages_mapped(mm, start, end))) return -ENOMEM;
  const needsMemory = vm & VM_SHARED ? !file && !pages : (vm & VM_WRITE) != 0;
  if (needsMemory && overcommits(vm, count)) return -ENOMEM;
  const v = new_area(start, end, vm, file, offset, pages);
  if (!changetype<usize>(v)) return -ENOMEM;
  const e = vma_reserve(mm, 3) ? unmap_range(mm, start, end) : (-ENOMEM as i64);
  if (e) {
    vma_free(v);
    return e;
  }
  account_add(mm, v);
  vma_insert(mm, v);
  if (vm & VM_LOCKED || (flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE) populate(mm, start, end);
  return start as i64;
}

/** Pages of [start, end) that MAP_FIXED will replace and that therefore do not count. */
function pages_mapped(mm: Mm, start: u64, end: u64): u64 {
  let bytes: u64 = 0;
  for (let i = vma_index(mm, start); i < mm.vmaCount && vma_at(mm, i).start < end; i++) {
    bytes += min<u64>(vma_at(mm, i).end, end) - max<u64>(vma_at(mm, i).start, start);
  }
  return bytes >> 12;
}

function new_area(start: u64, end: u64, vm: u32, file: usize, offset: u64, pages: usize): Vma {
  const v = changetype<Vma>(kmalloc(offsetof<Vma>()));
  if (!changetype<usize>(v)) return v;
  v.start = start;
  v.end = end;
  v.flags = vm;
  v.offset = offset;
  if (file) {
    v.file = file_get(file);
    const inode = changetype<Inode>(changetype<File>(file).inode);
    if (vm & VM_SHARED && vm & VM_MAYWRITE) inode.flags |= INODE_MAPPED_WRITABLE as u16;
  } else if (pages) {
    v.shared = pages;
    shared_get(pages);
  } else if (vm & VM_SHARED) {
    v.shared = shared_new();
    if (!v.shared) {
      vma_free(v);
      return changetype<Vma>(0);
    }
  }
  return v;
}
