// What lies in a socket's receive queue: a datagram, or a piece of a byte stream. unix(7).
// Invariant: bytes [start, len) are still to be read; `rights` is owned until somebody receives it.
//
// 0 list node | 8 len u32 | 12 start u32 | 16 capacity u32 | 20 rights ptr | 24 pid i32 | 28 uid u32 | 32 gid u32
// 36 nameLen u32 (of the sender's address) | name (in 8s) | data
import { kfree, kmalloc } from '../lib/slab.ts';
import { rights_free } from './rights.ts';

/** Bytes of a stream in one packet: with the header a block of 8 frames. */
export const PACKET_MAX: u32 = 32768 - 64;
/** Pieces of a stream get at least so much room, for small writes that follow. */
const STREAM_ROOM: u32 = 984;

@unmanaged
export class Packet {
  next: Packet;
  prev: Packet;
  len: u32;
  start: u32;
  capacity: u32;
  rights: usize;
  pid: i32;
  uid: u32;
  gid: u32;
  nameLen: u32;

  @inline name(): usize {
    return changetype<usize>(this) + offsetof<Packet>();
  }
  @inline data(): usize {
    return changetype<usize>(this) + offsetof<Packet>() + (((this.nameLen + 7) & ~7) as usize);
  }
  @inline left(): u32 {
    return this.len - this.start;
  }
  @inline isNull(): bool {
    return changetype<usize>(this) == 0;
  }
}

/** A datagram of len bytes with room for a sender's address; null = no memory. */
export function packet_new(len: u32, nameLen: u32): Packet {
  const size = offsetof<Packet>() + (((nameLen + 7) & ~7) as usize) + (len as usize);
  const p = changetype<Packet>(kmalloc(size));
  if (p.isNull()) return p;
  p.len = p.capacity = len;
  p.nameLen = nameLen;
  return p;
}

/** An empty piece of a stream for up to `wanted` bytes. */
export function packet_stream(wanted: u32): Packet {
  const capacity = wanted < STREAM_ROOM ? STREAM_ROOM : wanted < PACKET_MAX ? wanted : PACKET_MAX;
  const p = packet_new(capacity, 0);
  if (!p.isNull()) p.len = 0;
  return p;
}

export function packet_free(p: Packet): void {
  if (p.rights) rights_free(p.rights);
  kfree(changetype<usize>(p));
}
