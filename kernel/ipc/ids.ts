// Identifiers of one kind of System V IPC object. ipc/util.c of Linux.
// Invariant: slot i holds the object whose id is sequence << 15 | i; the sequence moves on with each object, so that the id of a
// removed one names nothing.
import { EEXIST, ENOENT, ENOMEM, ENOSPC } from '../../abi/linux/errno.ts';
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE } from '../../abi/linux/ipc.ts';
import { ERR_PTR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { IpcPerm } from './perm.ts';

const INDEX_BITS = 15;
const INDEX_MASK = 0x7fff;
const FIRST_CAPACITY = 16;

// 0 slots ptr | 4 capacity | 8 used | 12 sequence
@unmanaged
export class Ids {
  slots: usize; // IpcPerm ptr[capacity], 0 = free
  capacity: i32;
  used: i32;
  sequence: i32;
}

export function ids_at(ids: Ids, index: i32): usize {
  return index < 0 || index >= ids.capacity ? 0 : load<usize>(ids.slots + index * 4);
}

/** The object of that id, or 0. */
export function ids_find(ids: Ids, id: i32): usize {
  const p = id < 0 ? (0 as usize) : ids_at(ids, id & INDEX_MASK);
  return p && changetype<IpcPerm>(p).id == id ? p : (0 as usize);
}

/** What *get(key, flags) is about: an object, 0 = make a new one, or ERR_PTR(-ENOENT, -EEXIST). Rights are not checked. */
export function ids_get(ids: Ids, key: i32, flags: i32): usize {
  if (key == IPC_PRIVATE) return 0;
  for (let i = 0; i < ids.capacity; i++) {
    const p = load<usize>(ids.slots + i * 4);
    if (!p || changetype<IpcPerm>(p).key != key) continue;
    return (flags & (IPC_CREAT | IPC_EXCL)) == (IPC_CREAT | IPC_EXCL) ? ERR_PTR(-EEXIST) : p;
  }
  return flags & IPC_CREAT ? 0 : ERR_PTR(-ENOENT);
}

/** Enters a new object: its id, -ENOSPC when there are `most` of them, or -ENOMEM. */
export function ids_add(ids: Ids, perm: IpcPerm, most: i32): i32 {
  if (ids.used >= most) return -ENOSPC;
  if (ids.used == ids.capacity && !grow(ids)) return -ENOMEM;
  let index = 0;
  while (load<usize>(ids.slots + index * 4)) index++;
  store<usize>(ids.slots + index * 4, changetype<usize>(perm));
  ids.used++;
  perm.id = (ids.sequence << INDEX_BITS) | index;
  ids.sequence = (ids.sequence + 1) & 0xffff;
  return perm.id;
}

/** The object stays the caller's. */
export function ids_remove(ids: Ids, perm: IpcPerm): void {
  store<usize>(ids.slots + (perm.id & INDEX_MASK) * 4, 0);
  ids.used--;
}

/** Highest index in use, 0 without any: what IPC_INFO answers. */
export function ids_highest(ids: Ids): i32 {
  let i = ids.capacity - 1;
  while (i > 0 && !load<usize>(ids.slots + i * 4)) i--;
  return i > 0 ? i : 0;
}

function grow(ids: Ids): bool {
  const capacity = ids.capacity ? ids.capacity * 2 : FIRST_CAPACITY;
  const slots = kmalloc((capacity * 4) as usize);
  if (!slots) return false;
  memory.copy(slots, ids.slots, (ids.capacity * 4) as usize);
  kfree(ids.slots);
  ids.slots = slots;
  ids.capacity = capacity;
  return true;
}
