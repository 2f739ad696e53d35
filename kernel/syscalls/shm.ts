// shmget(2), shmat(2), shmdt(2), shmctl(2).
import { TASK_SIZE } from '../mm/place.ts';
import { EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import {
  IPC_INFO,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  SHMID_DS_SIZE,
  SHMMNI,
  SHM_EXEC,
  SHM_HUGETLB,
  SHM_INFO,
  SHM_LOCK,
  SHM_LOCKED,
  SHM_RDONLY,
  SHM_REMAP,
  SHM_RND,
  SHM_STAT,
  SHM_STAT_ANY,
  SHM_UNLOCK,
} from '../../abi/linux/ipc.ts';
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from '../../abi/linux/mman.ts';
import { ids_at, ids_highest } from '../ipc/ids.ts';
import { IPC_READ, IPC_WRITE, ipc_owned, ipc_permitted, perm_set } from '../ipc/perm.ts';
import {
  Segment,
  segment_find,
  segment_get,
  segment_new,
  segment_of,
  segment_remove,
  segment_stat,
  segments,
  segments_pages,
} from '../ipc/shm.ts';
import { ipc_seconds } from '../ipc/time.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { mm_current } from '../mm/mm.ts';
import { mm_map_shared } from '../mm/mmap.ts';
import { mm_munmap } from '../mm/unmap.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { VM_EXEC, VM_MAYWRITE, VM_READ, VM_WRITE } from '../mm/vma.ts';
import { vma_at, vma_range_free } from '../mm/vma_set.ts';
import { current } from '../task/task.ts';

const BUFFER: usize = memory.data(112, 8); // the largest struct, SHMID_DS_SIZE
const LAST_PAGE: u64 = 0xfffffffffffff000;
const INFO_SIZE = 72; // struct shminfo64
const USED_SIZE = 48; // struct shm_info
/** ULONG_MAX - (1 << 24): both SHMMAX and SHMALL. */
const UNLIMITED: u64 = 0xfffffffffeffffff;

export function sys_shmget(key: i32, size: u64, flags: i32): i64 {
  const found = segment_get(key, flags);
  if (IS_ERR(found)) return PTR_ERR(found);
  if (!found) {
    if (!size || size > UNLIMITED || flags & SHM_HUGETLB) return -EINVAL; // no hugetlbfs pool
    return segment_new(key, size, flags);
  }
  const seg = changetype<Segment>(found);
  if (size > seg.size) return -EINVAL;
  const error = ipc_permitted(seg, flags as u32);
  return error ? error : seg.id;
}

export function sys_shmat(id: i32, addr: u64, flags: i32): i64 {
  const fixed = attach_address(addr, flags);
  if (fixed < 0) return fixed;
  const seg = segment_find(id);
  if (!changetype<usize>(seg)) return -EINVAL;
  let vm: u32 = flags & SHM_RDONLY ? VM_READ : VM_READ | VM_WRITE | VM_MAYWRITE;
  if (flags & SHM_EXEC) vm |= VM_EXEC;
  const wanted = (flags & SHM_RDONLY ? IPC_READ : IPC_READ | IPC_WRITE) | (flags & SHM_EXEC ? 0o111 : 0);
  const error = ipc_permitted(seg, wanted);
  if (error) return error;
  const place = fixed ? (flags & SHM_REMAP ? MAP_FIXED : MAP_FIXED_NOREPLACE) : 0;
  const size = (seg.size + 0xfff) & ~0xfff;
  if (place == MAP_FIXED_NOREPLACE && !vma_range_free(mm_current(), fixed as u64, (fixed as u64) + size))
    return -EINVAL;
  const start = mm_map_shared(mm_current(), fixed as u64, size, vm, place, seg.pages);
  if (start < 0) return start;
  seg.atime = ipc_seconds();
  seg.lpid = current().group.tgid;
  return start;
}

/** The page-aligned address, 0 = anywhere, or -EINVAL. */
function attach_address(addr: u64, flags: i32): i64 {
  if (!addr) return flags & SHM_REMAP ? -EINVAL : 0;
  // Where a page does not even end, sizes wrap around.
  if (addr > TASK_SIZE) return addr >= LAST_PAGE ? -EINVAL : -ENOMEM;
  if (!(addr & 0xfff)) return addr as i64;
  if (!(flags & SHM_RND)) return -EINVAL;
  const rounded = addr & ~0xfff;
  return !rounded && flags & SHM_REMAP ? -EINVAL : (rounded as i64);
}

export function sys_shmdt(addr: u64): i64 {
  if (addr & 0xfff) return -EINVAL;
  const mm = mm_current();
  let seg = changetype<Segment>(0);
  for (let i: u32 = 0; i < mm.vmaCount; ) {
    const v = vma_at(mm, i++);
    if (!v.shared || v.start - v.offset != addr) continue;
    const owner = segment_of(v.shared);
    if (!changetype<usize>(owner) || (changetype<usize>(seg) && owner != seg)) continue;
    seg = owner;
    seg.dtime = ipc_seconds();
    seg.lpid = current().group.tgid;
    const error = mm_munmap(mm, v.start, v.end - v.start);
    if (error) return error;
    i--;
  }
  return changetype<usize>(seg) ? 0 : -EINVAL;
}

export function sys_shmctl(id: i32, cmd: i32, va: u64): i64 {
  if (id < 0 || cmd < 0) return -EINVAL;
  switch (cmd) {
    case IPC_INFO:
      return info(va);
    case SHM_INFO:
      return used(va);
    case IPC_STAT:
    case SHM_STAT:
    case SHM_STAT_ANY:
      return stat(id, cmd, va);
    case IPC_SET:
    case IPC_RMID:
    case SHM_LOCK:
    case SHM_UNLOCK:
      return change(id, cmd, va);
  }
  return -EINVAL;
}

function info(va: u64): i64 {
  memory.fill(BUFFER, 0, INFO_SIZE);
  store<u64>(BUFFER, UNLIMITED);
  store<u64>(BUFFER, 1, 8);
  store<u64>(BUFFER, SHMMNI, 16);
  store<u64>(BUFFER, SHMMNI, 24);
  store<u64>(BUFFER, UNLIMITED, 32);
  const error = copyout(va, BUFFER, INFO_SIZE);
  return error ? error : ids_highest(segments());
}

function used(va: u64): i64 {
  memory.fill(BUFFER, 0, USED_SIZE);
  store<i32>(BUFFER, segments().used);
  store<u64>(BUFFER, segments_pages(), 8);
  store<u64>(BUFFER, segments_pages(), 16);
  const error = copyout(va, BUFFER, USED_SIZE);
  return error ? error : ids_highest(segments());
}

/** SHM_STAT* take an index and answer the id. */
function stat(id: i32, cmd: i32, va: u64): i64 {
  const seg = cmd == IPC_STAT ? segment_find(id) : changetype<Segment>(ids_at(segments(), id));
  if (!changetype<usize>(seg)) return -EINVAL;
  let error = cmd == SHM_STAT_ANY ? 0 : ipc_permitted(seg, IPC_READ);
  if (error) return error;
  memory.fill(BUFFER, 0, SHMID_DS_SIZE);
  segment_stat(seg, BUFFER);
  error = copyout(va, BUFFER, SHMID_DS_SIZE);
  return error ? error : cmd == IPC_STAT ? 0 : seg.id;
}

function change(id: i32, cmd: i32, va: u64): i64 {
  const fault = cmd == IPC_SET ? copyin(BUFFER, va, SHMID_DS_SIZE) : 0;
  if (fault) return fault;
  const seg = segment_find(id);
  if (!changetype<usize>(seg)) return -EINVAL;
  const error = ipc_owned(seg);
  if (error) return error;
  if (cmd == IPC_RMID) segment_remove(seg);
  else if (cmd == SHM_LOCK)
    seg.mode |= SHM_LOCKED; // there is no swap: all memory is locked
  else if (cmd == SHM_UNLOCK) seg.mode &= ~SHM_LOCKED;
  else {
    perm_set(seg, BUFFER);
    seg.ctime = ipc_seconds();
  }
  return 0;
}
