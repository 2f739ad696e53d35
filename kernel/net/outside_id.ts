// The numbers by which box and host call connections and datagram sockets that reach outside (abi/hostnet.ts).
// Invariant: an id is a slot and how often it was used, so that a frame for a socket that is gone finds nothing.
// A slot, 8 bytes: 0 Socket ptr, or the next free slot | 4 uses u32
import { kfree, kmalloc } from '../lib/slab.ts';
import { Socket } from './socket.ts';

const FIRST_COUNT: u32 = 256;
const MOST: u32 = 65536;
const SLOT: usize = 8;

@unmanaged
class IdTable {
  slots: usize;
  count: u32;
  /** Slot 0 is never used: no id is 0. */
  free: u32;
}
const TABLE: usize = memory.data(12, 4);

/** An id for s; 0 = no memory, or too many. */
export function outside_id_new(s: Socket): u32 {
  const t = changetype<IdTable>(TABLE);
  if (!t.free && !grow(t)) return 0;
  const index = t.free;
  const slot = t.slots + (index as usize) * SLOT;
  t.free = load<u32>(slot);
  store<u32>(slot, changetype<usize>(s) as u32);
  const uses = load<u32>(slot, 4) + 1;
  store<u32>(slot, uses, 4);
  return ((uses & 0x7fff) << 16) | index;
}

/** The socket with that id, or null. */
export function outside_find(id: u32): Socket {
  const t = changetype<IdTable>(TABLE);
  const index = id & 0xffff;
  if (!index || index >= t.count) return changetype<Socket>(0);
  const s = changetype<Socket>(load<u32>(t.slots + (index as usize) * SLOT) as usize);
  // A free slot holds a small number, where no socket is.
  return changetype<usize>(s) >= (MOST as usize) && s.outside == id ? s : changetype<Socket>(0);
}

export function outside_id_free(id: u32): void {
  const t = changetype<IdTable>(TABLE);
  store<u32>(t.slots + ((id & 0xffff) as usize) * SLOT, t.free);
  t.free = id & 0xffff;
}

/** How many slots there are: ids have indices below that. */
export function outside_slots(): u32 {
  return changetype<IdTable>(TABLE).count;
}

/** The socket in a slot, or null. */
export function outside_at(index: u32): Socket {
  const p = load<u32>(changetype<IdTable>(TABLE).slots + (index as usize) * SLOT) as usize;
  return changetype<Socket>(p >= (MOST as usize) ? p : 0);
}

function grow(t: IdTable): bool {
  const count = t.count ? t.count * 2 : FIRST_COUNT;
  if (count > MOST) return false;
  const slots = kmalloc((count as usize) * SLOT);
  if (!slots) return false;
  memory.copy(slots, t.slots, (t.count as usize) * SLOT);
  kfree(t.slots);
  for (let i = count - 1; i >= t.count && i; i--) {
    store<u32>(slots + (i as usize) * SLOT, t.free);
    t.free = i;
  }
  t.slots = slots;
  t.count = count;
  return true;
}
