// The ring pair: requests to the host and their completions (abi/host.ts). The host may be the embedder or io/wasi.ts.
// Invariant: at most RING_SLOTS requests are in flight, so the completion ring cannot overflow; more wait in a backlog.
// The id of a request is its address. A buffer belongs to the host until the request is done. A box that goes on under
// another host asks again for what is the same there; what was between it and the old host alone is reset.
import { RING_BASE } from '../../abi/box.ts';
import {
  CQE_ID,
  CQE_RESULT,
  CQE_SIZE,
  CQE_VALUE0,
  RING_CANCEL,
  RING_CLOSE,
  RING_EXITED,
  RING_IMAGE,
  RING_LAYER,
  RING_READ,
  RING_WINSIZE,
  RING_WRITE,
  RING_CQ,
  RING_CQ_HEAD,
  RING_CQ_TAIL,
  RING_SLOTS,
  RING_SQ,
  RING_SQ_TAIL,
  SQE_ARG0,
  SQE_ARG1,
  SQE_FLAGS,
  SQE_HANDLE,
  SQE_ID,
  SQE_LEN,
  SQE_OP,
  SQE_PTR,
  SQE_SIZE,
} from '../../abi/host.ts';
import { RING_MESSAGE_RECEIVE, RING_MESSAGE_SEND } from '../../abi/message.ts';
import { ECONNRESET } from '../../abi/linux/errno.ts';
import { list_append, list_prepend, list_remove } from '../lib/list.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { wq_wake } from '../task/wait_queue.ts';

@unmanaged
export class RingRequest {
  // List node: of the backlog, then of the requests in flight.
  next: usize;
  prev: usize;
  op: u32;
  handle: u32;
  ptr: usize;
  len: u32;
  flags: u32;
  arg0: u64;
  arg1: u64;
  submitted: u32;
  done: u32;
  /** Nobody waits any more: free at completion, and the buffer with it. */
  orphan: u32;
  result: i32;
  value0: u64;
  // A WaitQueue, 8 bytes.
  wq: u64;

  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<RingRequest>('wq');
  }
}

@unmanaged
class RingState {
  backlogFirst: usize;
  backlogLast: usize;
  flightFirst: usize;
  flightLast: usize;
  inFlight: u32;
  /** Of those in flight, how many wait for a change of the terminal's size, which need not come. */
  resizes: u32;
}

const STATE: usize = memory.data(24, 8);
const FLIGHT: usize = STATE + 8;

/** Asks the host for an operation: the RingRequest, or 0 = no memory. */
export function ring_submit(op: i32, handle: u32, ptr: usize, len: u32, arg0: u64, arg1: u64): usize {
  const req = changetype<RingRequest>(kmalloc(offsetof<RingRequest>()));
  if (!changetype<usize>(req)) return 0;
  req.op = op;
  req.handle = handle;
  req.ptr = ptr;
  req.len = len;
  req.arg0 = arg0;
  req.arg1 = arg1;
  list_append(STATE, changetype<usize>(req));
  push_backlog();
  return changetype<usize>(req);
}

/** A request whose outcome nobody waits for; its kmalloc'ed buffer is freed at completion. */
export function ring_post(op: i32, handle: u32, ptr: usize, len: u32): void {
  const req = ring_submit(op, handle, ptr, len, 0, 0);
  if (req) req_orphan(req);
  else kfree(ptr);
}

/** Nobody will wait for the request, which was just submitted. */
export function req_orphan(req: usize): void {
  changetype<RingRequest>(req).orphan = 1;
}

/** What the request will ask for when it is repeated; true = that is something else than before. */
export function req_retarget(p: usize, handle: u32, len: u32, arg0: u64): bool {
  const req = changetype<RingRequest>(p);
  if (req.handle == handle && req.len == len && req.arg0 == arg0) return false;
  req.handle = handle;
  req.len = len;
  req.arg0 = arg0;
  return true;
}

/** Has the host answered? */
export function req_done(req: usize): bool {
  return changetype<RingRequest>(req).done != 0;
}

/** >= 0, or -errno. Only when done. */
export function req_result(req: usize): i32 {
  return changetype<RingRequest>(req).result;
}

export function req_value(req: usize): u64 {
  return changetype<RingRequest>(req).value0;
}

/** Wait queue that is woken when the request is done. */
export function req_wait_queue(req: usize): usize {
  return changetype<RingRequest>(req).waitQueue();
}

/** Ends a request that is done. One in flight is cancelled and its kmalloc'ed buffer freed once the host lets go of it. */
export function req_free(p: usize): void {
  const req = changetype<RingRequest>(p);
  if (req.done) return kfree(p);
  req.orphan = 1;
  if (!req.submitted) {
    list_remove(STATE, p);
    return finish(req);
  }
  const cancel = ring_submit(RING_CANCEL, 0, 0, 0, p as u64, 0);
  if (cancel) changetype<RingRequest>(cancel).orphan = 1;
}

/** Takes the completions that have arrived; wakes who waits for them. True = there were some. */
export function ring_take_completions(): bool {
  let head = load<u32>(RING_BASE, RING_CQ_HEAD);
  const tail = load<u32>(RING_BASE, RING_CQ_TAIL);
  if (head == tail) return false;
  while (head != tail) {
    const cqe = ring_slot(RING_CQ, head, CQE_SIZE);
    const req = changetype<RingRequest>(load<u32>(cqe, CQE_ID) as usize);
    req.value0 = load<u64>(cqe, CQE_VALUE0);
    complete(req, load<i32>(cqe, CQE_RESULT));
    head++;
  }
  store<u32>(RING_BASE, head, RING_CQ_HEAD);
  push_backlog();
  return true;
}

/** Requests that will be answered without anybody doing something at a terminal. */
export function ring_in_flight(): u32 {
  const state = changetype<RingState>(STATE);
  return state.inFlight - state.resizes;
}

/** Another host serves the rings from now on: it knows of no request. The completions have been taken. */
export function ring_thaw(): void {
  memory.fill(RING_BASE, 0, RING_SQ as usize);
  const state = changetype<RingState>(STATE);
  while (state.flightLast) {
    const req = changetype<RingRequest>(state.flightLast);
    if (!can_be_repeated(req.op)) complete(req, -ECONNRESET);
    else {
      leave_flight(req);
      req.submitted = 0;
      list_prepend(STATE, changetype<usize>(req));
    }
  }
  push_backlog();
}

/** Not what a connection or a handle of the old host is part of. */
function can_be_repeated(op: u32): bool {
  switch (op) {
    case RING_READ:
    case RING_WRITE:
    case RING_IMAGE:
    case RING_LAYER:
    case RING_WINSIZE:
    case RING_CANCEL:
    case RING_CLOSE:
    case RING_EXITED:
    case RING_MESSAGE_SEND:
    case RING_MESSAGE_RECEIVE:
      return true;
  }
  return false;
}

function complete(req: RingRequest, result: i32): void {
  leave_flight(req);
  req.result = result;
  req.done = 1;
  if (req.orphan) finish(req);
  else wq_wake(req.waitQueue(), i32.MAX_VALUE);
}

function leave_flight(req: RingRequest): void {
  const state = changetype<RingState>(STATE);
  list_remove(FLIGHT, changetype<usize>(req));
  state.inFlight--;
  if (req.op == RING_WINSIZE) state.resizes--;
}

/** Are there requests that the ring had no room for yet? */
export function ring_waiting(): bool {
  return changetype<RingState>(STATE).backlogFirst != 0;
}

/** Moves waiting requests to the submission ring while it has room. */
function push_backlog(): void {
  const state = changetype<RingState>(STATE);
  while (state.backlogFirst && state.inFlight < (RING_SLOTS as u32)) {
    const req = changetype<RingRequest>(state.backlogFirst);
    list_remove(STATE, state.backlogFirst);
    const tail = load<u32>(RING_BASE, RING_SQ_TAIL);
    write_sqe(ring_slot(RING_SQ, tail, SQE_SIZE), req);
    store<u32>(RING_BASE, tail + 1, RING_SQ_TAIL);
    req.submitted = 1;
    list_append(FLIGHT, changetype<usize>(req));
    state.inFlight++;
    if (req.op == RING_WINSIZE) state.resizes++;
  }
}

function ring_slot(ring: usize, index: u32, size: usize): usize {
  return (RING_BASE as usize) + ring + ((index & (RING_SLOTS - 1)) as usize) * size;
}

function write_sqe(sqe: usize, req: RingRequest): void {
  store<u32>(sqe, req.op, SQE_OP);
  store<u32>(sqe, changetype<usize>(req) as u32, SQE_ID);
  store<u32>(sqe, req.handle, SQE_HANDLE);
  store<u32>(sqe, req.len, SQE_LEN);
  store<u32>(sqe, req.ptr as u32, SQE_PTR);
  store<u32>(sqe, req.flags, SQE_FLAGS);
  store<u64>(sqe, req.arg0, SQE_ARG0);
  store<u64>(sqe, req.arg1, SQE_ARG1);
}

/** An orphaned request and its buffer. */
function finish(req: RingRequest): void {
  kfree(req.ptr);
  kfree(changetype<usize>(req));
}
