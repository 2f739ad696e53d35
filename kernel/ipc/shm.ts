// System V shared memory segments. shmget(2), shmop(2), ipc/shm.c of Linux.
// Invariant: a segment owns a reference to its pages until IPC_RMID; from then on only the areas that map them do, and `pages`
// becomes 0 with the last of these. So the areas counted by the pages are what shm_nattch tells.
import { ipc_ns } from '../ns/ipc.ts';
import { SHMID_DS_ATIME, SHMID_DS_CPID, SHMID_DS_CTIME, SHMID_DS_DTIME } from '../../abi/linux/ipc.ts';
import { SHMID_DS_LPID, SHMID_DS_NATTCH, SHMID_DS_SEGSZ } from '../../abi/linux/ipc.ts';
import { IPC_PRIVATE, SHMMNI, SHM_DEST } from '../../abi/linux/ipc.ts';
import { ENOMEM } from '../../abi/linux/errno.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { overcommits } from '../mm/account.ts';
import { shared_new, shared_put, shared_refs, shared_watch, shared_watcher } from '../mm/shared.ts';
import { VM_SHARED } from '../mm/vma.ts';
import { current } from '../task/task.ts';
import { Ids, ids_add, ids_at, ids_find, ids_get, ids_remove } from './ids.ts';
import { IpcPerm, perm_init, perm_put } from './perm.ts';
import { ipc_seconds } from './time.ts';

@unmanaged
export class Segment extends IpcPerm {
  size: u64; // bytes asked for
  atime: u64; // seconds
  dtime: u64;
  cpid: i32;
  lpid: i32;
  pages: usize; // shared pages
}

/** Stands for those whose namespace has ended while areas still map their pages. */
const FORGOTTEN: usize = memory.data(96, 8);

/** All segments of the namespace, those removed and detached forgotten. */
export function segments(): Ids {
  const ids = ipc_ns().segments();
  for (let i = 0; i < ids.capacity; i++) {
    const seg = changetype<Segment>(ids_at(ids, i));
    if (!changetype<usize>(seg) || seg.pages) continue;
    ids_remove(ids, seg);
    kfree(changetype<usize>(seg));
  }
  return ids;
}

export function segment_find(id: i32): Segment {
  return changetype<Segment>(ids_find(segments(), id));
}

/** As ids_get. */
export function segment_get(key: i32, flags: i32): usize {
  return ids_get(segments(), key, flags);
}

/** The id of a new segment, or -errno. */
export function segment_new(key: i32, size: u64, flags: i32): i32 {
  if (overcommits(VM_SHARED, (size + 0xfff) >> 12)) return -ENOMEM;
  const seg = changetype<Segment>(kmalloc(offsetof<Segment>()));
  if (!changetype<usize>(seg)) return -ENOMEM;
  seg.pages = shared_new();
  perm_init(seg, key, flags as u32);
  seg.size = size;
  seg.ctime = ipc_seconds();
  seg.cpid = current().group.tgid;
  const id = seg.pages ? ids_add(ipc_ns().segments(), seg, SHMMNI) : -ENOMEM;
  if (id >= 0) {
    shared_watch(seg.pages, changetype<usize>(seg) + offsetof<Segment>('pages'));
    return id;
  }
  if (seg.pages) shared_put(seg.pages);
  kfree(changetype<usize>(seg));
  return id;
}

/** IPC_RMID: nobody finds it by key any more, and its memory goes with the last area that maps it. */
export function segment_remove(seg: Segment): void {
  if (seg.mode & SHM_DEST) return;
  seg.mode |= SHM_DEST;
  seg.key = IPC_PRIVATE;
  shared_put(seg.pages);
}

/** Its namespace has ended: it goes, its pages with the last area that maps them. */
export function segment_forget(seg: Segment): void {
  if (seg.pages) shared_watch(seg.pages, FORGOTTEN + offsetof<Segment>('pages'));
  if (seg.pages && !(seg.mode & SHM_DEST)) shared_put(seg.pages);
  kfree(changetype<usize>(seg));
}

/** Areas of all address spaces that map it. */
export function segment_attached(seg: Segment): u32 {
  return shared_refs(seg.pages) - (seg.mode & SHM_DEST ? 0 : 1);
}

/** Fills the struct shmid64_ds at p, zeroed. */
export function segment_stat(seg: Segment, p: usize): void {
  perm_put(p, seg);
  store<u64>(p, seg.size, SHMID_DS_SEGSZ);
  store<u64>(p, seg.atime, SHMID_DS_ATIME);
  store<u64>(p, seg.dtime, SHMID_DS_DTIME);
  store<u64>(p, seg.ctime, SHMID_DS_CTIME);
  store<i32>(p, seg.cpid, SHMID_DS_CPID);
  store<i32>(p, seg.lpid, SHMID_DS_LPID);
  store<u64>(p, segment_attached(seg), SHMID_DS_NATTCH);
}

/** The segment with these pages, or null. */
export function segment_of(pages: usize): Segment {
  return changetype<Segment>(pages && shared_watcher(pages) ? shared_watcher(pages) - offsetof<Segment>('pages') : 0);
}

/** Pages of all segments together: SHM_INFO. */
export function segments_pages(): u64 {
  const ids = segments();
  let sum: u64 = 0;
  for (let i = 0; i < ids.capacity; i++) {
    const seg = changetype<Segment>(ids_at(ids, i));
    if (changetype<usize>(seg)) sum += (seg.size + 0xfff) >> 12;
  }
  return sum;
}
