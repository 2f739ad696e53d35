// Batches of frames (abi/hostnet.ts) on their way to the host and from it.
// Invariant: one batch each way is in flight; a frame is written only when there is room for all of it.
import { FRAME_BODY, FRAME_ID, FRAME_KIND, FRAME_VALUE, RING_NET_RECEIVE, RING_NET_SEND } from '../../abi/hostnet.ts';
import { ECANCELED } from '../../abi/linux/errno.ts';
import { req_done, req_free, req_result, ring_submit } from '../io/ring.ts';
import { kmalloc } from '../lib/slab.ts';

const BATCH: u32 = 262144;

@unmanaged
class Batches {
  out: usize;
  used: u32;
  sending: usize;
  in: usize;
  receiving: usize;
}
const BATCHES: usize = memory.data(20, 4);

function batches(): Batches {
  return changetype<Batches>(BATCHES);
}

/** Bytes that the body of the next frame may have: 0 while a batch is on its way. */
export function batch_room(): u32 {
  const b = batches();
  if (b.sending) return 0;
  if (!b.out) b.out = kmalloc(BATCH as usize);
  return b.out && b.used + FRAME_BODY < BATCH ? BATCH - b.used - FRAME_BODY : 0;
}

/** Adds a frame with a body of that many bytes, for which there is room: where the body goes. */
export function batch_put(kind: u32, id: u32, value: u32, body: u32): usize {
  const b = batches();
  const frame = b.out + (b.used as usize);
  const length = (FRAME_BODY + body + 7) & ~7;
  store<u32>(frame, length);
  store<u32>(frame, kind, FRAME_KIND);
  store<u32>(frame, id, FRAME_ID);
  store<u32>(frame, value, FRAME_VALUE);
  b.used += length;
  return frame + FRAME_BODY;
}

/** Looks whether the host has taken the last batch: 0, or -errno when it never will. */
export function batch_settle(): i32 {
  const b = batches();
  if (!b.sending || !req_done(b.sending)) return 0;
  const result = req_result(b.sending);
  req_free(b.sending);
  b.sending = 0;
  b.used = 0;
  return min(result, 0);
}

/** Hands over what has been put together, and lends the host a buffer to fill. */
export function batch_submit(): void {
  const b = batches();
  if (b.used && !b.sending) b.sending = ring_submit(RING_NET_SEND, 0, b.out, b.used, 0, 0);
  if (b.receiving) return;
  if (!b.in) b.in = kmalloc(BATCH as usize);
  if (b.in) b.receiving = ring_submit(RING_NET_RECEIVE, 0, b.in, BATCH, 0, 0);
}

/** Length of the batch that has come from the host; 0 = none; < 0 = the connections of the host are gone. */
export function batch_received(): i32 {
  const b = batches();
  if (!b.receiving || !req_done(b.receiving)) return 0;
  const length = req_result(b.receiving);
  req_free(b.receiving);
  b.receiving = 0;
  return length ? length : -ECANCELED;
}

export function batch_frames(): usize {
  return batches().in;
}
