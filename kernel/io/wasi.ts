// The in-box server of the ring pair under plain WASI: the same requests, answered with WASI calls.
// Invariant: writes are done at once; a read is tried only when poll_oneoff says that it will not block, so that tasks run on
// while stdin is silent. poll_oneoff gets relative timeouts only: absolute ones hang in some runtimes.
import { CONTROL_BASE, RING_BASE } from '../../abi/box.ts';
import {
  CONTROL_DEADLINE,
  CQE_ID,
  CQE_RESULT,
  CQE_SIZE,
  CQE_VALUE0,
  RING_CANCEL,
  RING_CQ,
  RING_CQ_HEAD,
  RING_CQ_TAIL,
  RING_IMAGE,
  RING_READ,
  RING_SAVE,
  RING_SLOTS,
  RING_SQ,
  RING_SQ_HEAD,
  RING_SQ_TAIL,
  RING_STREAM_TRACE,
  RING_WINSIZE,
  RING_WRITE,
  SQE_ARG0,
  SQE_HANDLE,
  SQE_ID,
  SQE_LEN,
  SQE_OP,
  SQE_PTR,
  SQE_SIZE,
} from '../../abi/host.ts';
import { FILE_FSTAT, FILE_STAT } from '../../abi/hostfs.ts';
import { ECANCELED, EIO, EOPNOTSUPP, EPIPE } from '../../abi/linux/errno.ts';
import { clock_for_host, clock_monotonic } from '../lib/clock.ts';
import { read_segment } from './segment.ts';
import { fd_read, fd_write, poll_oneoff } from '../wasi_snapshot_preview1.ts';
import { wasi_file } from './wasi_files.ts';
import { wasi_save } from './wasi_save.ts';

// WASI errno and poll_oneoff layouts.
const WASI_EPIPE = 64;
const WASI_EAGAIN = 6;
const EVENT_CLOCK: u8 = 0;
const EVENT_FD_READ: u8 = 1;
const SUBSCRIPTION_SIZE: usize = 48;
/** Longest single sleep: an hour, so that no runtime sees a timeout it cannot hold. */
const LONGEST_NS: u64 = 3600000000000;

/** The read that waits for stdin: id (0 = none), ptr, len. Stdin has one reader at a time (fs/hoststream). */
const READING: usize = memory.data(16, 4);
const IOVEC: usize = memory.data(8, 4);
const OUT: usize = memory.data(8, 4);
const SUBSCRIPTIONS: usize = memory.data(96, 8);
const EVENTS: usize = memory.data(64, 8);

/** Another host had the stdin that was waited for. */
export function wasi_forget(): void {
  store<u32>(READING, 0);
}

/** Takes every submission. */
export function wasi_serve(): void {
  let head = load<u32>(RING_BASE, RING_SQ_HEAD);
  while (head != load<u32>(RING_BASE, RING_SQ_TAIL)) {
    submission((RING_BASE as usize) + RING_SQ + ((head & (RING_SLOTS - 1)) as usize) * SQE_SIZE);
    head++;
  }
  store<u32>(RING_BASE, head, RING_SQ_HEAD);
}

/** Waits for stdin or the next deadline; only looks when tasks are runnable. */
export function wasi_wait(runnable: bool): void {
  if (runnable && !load<u32>(READING)) return;
  if (load<u32>(RING_BASE, RING_CQ_TAIL) != load<u32>(RING_BASE, RING_CQ_HEAD)) return;
  const now = clock_for_host(clock_monotonic());
  const deadline = load<u64>(CONTROL_BASE, CONTROL_DEADLINE);
  const timeout: u64 = runnable || deadline <= now ? 0 : min(deadline - now, LONGEST_NS);
  if (poll(timeout)) finish_read();
}

function submission(sqe: usize): void {
  const id = load<u32>(sqe, SQE_ID);
  switch (load<u32>(sqe, SQE_OP)) {
    case RING_WRITE:
      complete(id, write(load<u32>(sqe, SQE_HANDLE), load<u32>(sqe, SQE_PTR), load<u32>(sqe, SQE_LEN)));
      break;
    case RING_READ:
      store<u32>(READING, id);
      store<u32>(READING, load<u32>(sqe, SQE_PTR), 4);
      store<u32>(READING, load<u32>(sqe, SQE_LEN), 8);
      break;
    case RING_IMAGE: // asked for when a JavaScript host ran the box
      read_segment(
        load<u32>(sqe, SQE_HANDLE),
        load<u32>(sqe, SQE_ARG0),
        load<u32>(sqe, SQE_PTR),
        load<u32>(sqe, SQE_LEN),
      );
      complete(id, load<i32>(sqe, SQE_LEN));
      break;
    case RING_SAVE:
      complete(id, wasi_save(load<i32>(sqe, SQE_HANDLE)));
      break;
    case RING_CANCEL:
      cancel(load<u32>(sqe, SQE_ARG0));
      complete(id, 0);
      break;
    case RING_WINSIZE:
      break; // the size never changes
    default:
      complete(id, is_file(load<u32>(sqe, SQE_OP)) ? wasi_file(sqe) : -EOPNOTSUPP);
  }
}

function is_file(op: u32): bool {
  return op >= (FILE_STAT as u32) && op <= (FILE_FSTAT as u32);
}

function write(stream: u32, ptr: usize, len: u32): i32 {
  const fd = stream == RING_STREAM_TRACE ? 2 : (stream as i32);
  let done: u32 = 0;
  while (done < len) {
    store<u32>(IOVEC, (ptr + done) as u32);
    store<u32>(IOVEC, len - done, 4);
    const error = fd_write(fd, IOVEC, 1, OUT);
    if (error == WASI_EAGAIN) continue;
    if (error) return done ? (done as i32) : error == WASI_EPIPE ? -EPIPE : -EIO;
    done += load<u32>(OUT);
  }
  return len as i32;
}

function cancel(id: u32): void {
  if (!id || load<u32>(READING) != id) return;
  store<u32>(READING, 0);
  complete(id, -ECANCELED);
}

/** True = stdin has something to say, or the runtime cannot tell. */
function poll(timeout: u64): bool {
  const reading = load<u32>(READING) != 0;
  memory.fill(SUBSCRIPTIONS, 0, SUBSCRIPTION_SIZE * 2);
  store<u8>(SUBSCRIPTIONS, EVENT_CLOCK, 8);
  store<u32>(SUBSCRIPTIONS, 1, 16);
  store<u64>(SUBSCRIPTIONS, timeout, 24);
  store<u64>(SUBSCRIPTIONS + SUBSCRIPTION_SIZE, 1);
  store<u8>(SUBSCRIPTIONS + SUBSCRIPTION_SIZE, EVENT_FD_READ, 8);
  if (poll_oneoff(SUBSCRIPTIONS, EVENTS, reading ? 2 : 1, OUT)) return reading;
  for (let i: u32 = 0; i < load<u32>(OUT); i++) if (load<u64>(EVENTS + i * 32) == 1) return true;
  return false;
}

function finish_read(): void {
  const id = load<u32>(READING);
  store<u32>(READING, 0);
  store<u32>(IOVEC, load<u32>(READING, 4));
  store<u32>(IOVEC, load<u32>(READING, 8), 4);
  const error = fd_read(0, IOVEC, 1, OUT);
  complete(id, error ? -EIO : load<i32>(OUT));
}

function complete(id: u32, result: i32): void {
  const tail = load<u32>(RING_BASE, RING_CQ_TAIL);
  const cqe = (RING_BASE as usize) + RING_CQ + ((tail & (RING_SLOTS - 1)) as usize) * CQE_SIZE;
  store<u32>(cqe, id, CQE_ID);
  store<i32>(cqe, result, CQE_RESULT);
  store<u64>(cqe, 0, CQE_VALUE0);
  store<u32>(RING_BASE, tail + 1, RING_CQ_TAIL);
}
