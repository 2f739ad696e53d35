// signalfd(2): reading takes pending signals of the reading task and of its process.
// Invariant: who waits is on the queue of its own Sighand, which every signal that is sent wakes. A signal leaves its queue only
// when its record has been copied out.
import { EAGAIN, EBLOCKED, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { POLLIN } from '../../abi/linux/poll.ts';
import {
  SI_ADDR,
  SI_CODE,
  SI_ERRNO,
  SI_KERNEL,
  SI_PID,
  SI_SIGNO,
  SI_STATUS,
  SI_STIME,
  SI_TIMER,
  SI_UID,
  SI_UTIME,
  SI_VALUE,
  SIGBUS,
  SIGCHLD,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
} from '../../abi/linux/signal.ts';
import {
  SIGNALFD_SIGINFO_SIZE,
  SSI_ADDR,
  SSI_CODE,
  SSI_ERRNO,
  SSI_INT,
  SSI_OVERRUN,
  SSI_PID,
  SSI_PTR,
  SSI_SIGNO,
  SSI_STATUS,
  SSI_STIME,
  SSI_TID,
  SSI_UID,
  SSI_UTIME,
} from '../../abi/linux/signalfd.ts';
import { cstr } from '../lib/bytes.ts';
import { Text } from '../lib/fmt.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { signal_recalc } from '../task/signal.ts';
import { sig_bit, sigqueue_peek, sigqueue_take } from '../task/sigqueue.ts';
import { current } from '../task/task.ts';
import { wait_on, wq_wake } from '../task/wait_queue.ts';
import { File } from '../vfs/file.ts';
import { Iter, iter_write } from '../vfs/iter.ts';

const RECORD: usize = memory.data(128, 8);
/** Signals of faults, whose siginfo has an address. */
const FAULTS: u64 =
  (1 << (SIGILL - 1)) | (1 << (SIGFPE - 1)) | (1 << (SIGSEGV - 1)) | (1 << (SIGBUS - 1)) | (1 << (SIGTRAP - 1));

@unmanaged
class SignalFd {
  mask: u64;
}

/** Makes `file` a signalfd: false = no memory. */
export function signalfd_init(file: File, mask: u64): bool {
  const s = changetype<SignalFd>(kmalloc(offsetof<SignalFd>()));
  if (!changetype<usize>(s)) return false;
  s.mask = mask;
  file.data = changetype<usize>(s);
  return true;
}

export function signalfd_free(file: File): void {
  kfree(file.data);
}

export function signalfd_set_mask(file: File, mask: u64): void {
  changetype<SignalFd>(file.data).mask = mask;
  wq_wake(current().sighand.waitQueue(), i32.MAX_VALUE);
}

export function signalfd_read(file: File, it: Iter): i64 {
  const mask = changetype<SignalFd>(file.data).mask;
  if (it.left < (SIGNALFD_SIGINFO_SIZE as u64)) return -EINVAL;
  let done: i64 = 0;
  while (it.left >= (SIGNALFD_SIGINFO_SIZE as u64)) {
    const error = read_signal(mask, it);
    if (error == -EAGAIN) break;
    if (error) return done ? done : error;
    done += SIGNALFD_SIGINFO_SIZE;
  }
  if (done) return done;
  if (file.flags & O_NONBLOCK) return -EAGAIN;
  return wait_on(current().sighand.waitQueue()) ? -EBLOCKED : -ENOMEM;
}

/** The next signal of the mask, the thread's own first: 0, -EAGAIN = none is pending, or why it could not be copied. */
function read_signal(mask: u64, it: Iter): i32 {
  const t = current();
  const mine = (t.pending & mask) != 0;
  const hit = mine ? t.pending & mask : t.group.pending & mask;
  if (!hit) return -EAGAIN;
  const queue = mine ? t.sigPending() : t.group.sigPending();
  const sig = (ctz(hit) as i32) + 1;
  fill_record(sig, sigqueue_peek(queue, sig));
  const error = iter_write(it, RECORD, SIGNALFD_SIGINFO_SIZE);
  if (error) return error;
  sigqueue_take(queue, sig, 0);
  signal_recalc(t);
  return 0;
}

function fill_record(sig: i32, info: usize): void {
  const code = load<i32>(info, SI_CODE);
  memory.fill(RECORD, 0, SIGNALFD_SIGINFO_SIZE);
  store<i32>(RECORD, load<i32>(info, SI_SIGNO), SSI_SIGNO);
  store<i32>(RECORD, load<i32>(info, SI_ERRNO), SSI_ERRNO);
  store<i32>(RECORD, code, SSI_CODE);
  const faulted = code > 0 && code < SI_KERNEL && (FAULTS & sig_bit(sig)) != 0;
  if (faulted) return store<u64>(RECORD, load<u64>(info, SI_ADDR), SSI_ADDR);
  const timer = code == SI_TIMER;
  store<i32>(RECORD + (timer ? SSI_TID : SSI_PID), load<i32>(info, SI_PID));
  store<i32>(RECORD + (timer ? SSI_OVERRUN : SSI_UID), load<i32>(info, SI_UID));
  if (code < 0) {
    store<i32>(RECORD, load<i32>(info, SI_VALUE), SSI_INT);
    store<u64>(RECORD, load<u64>(info, SI_VALUE), SSI_PTR);
  } else if (sig == SIGCHLD && code) {
    store<i32>(RECORD, load<i32>(info, SI_STATUS), SSI_STATUS);
    store<u64>(RECORD, load<u64>(info, SI_UTIME), SSI_UTIME);
    store<u64>(RECORD, load<u64>(info, SI_STIME), SSI_STIME);
  }
}

/** What /proc/PID/fdinfo says of it. */
export function signalfd_info(file: File, text: Text): void {
  text.puts(cstr('sigmask:\t')).hex(changetype<SignalFd>(file.data).mask, 16).char(0x0a);
}

export function signalfd_poll(file: File, wait: bool): i32 {
  const t = current();
  if (wait) wait_on(t.sighand.waitQueue());
  return (t.pending | t.group.pending) & changetype<SignalFd>(file.data).mask ? POLLIN : 0;
}
