// eventfd(2): a counter that reads take and writes add to.
import { EAGAIN, EBLOCKED, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { EFD_SEMAPHORE } from '../../abi/linux/eventpoll.ts';
import { O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { POLLERR, POLLIN, POLLOUT } from '../../abi/linux/poll.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { wait_on, wq_wake } from '../task/wait_queue.ts';
import { File } from '../vfs/file.ts';
import { Iter, iter_read, iter_write, iter_range } from '../vfs/iter.ts';

const MAX_COUNT: u64 = 0xfffffffffffffffe;
const CELL: usize = memory.data(8, 8);

@unmanaged
class EventFd {
  count: u64;
  wq: u64;
  semaphore: u32;
  pad: u32;

  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<EventFd>('wq');
  }
}

/** Makes `file` an eventfd: false = no memory. */
export function eventfd_init(file: File, count: u32, flags: u32): bool {
  const e = changetype<EventFd>(kmalloc(offsetof<EventFd>()));
  if (!changetype<usize>(e)) return false;
  e.count = count;
  e.semaphore = flags & EFD_SEMAPHORE;
  file.data = changetype<usize>(e);
  return true;
}

/** A thread may still wait while another one closes: it finds the descriptor gone. */
export function eventfd_free(file: File): void {
  if (file.data) wq_wake(changetype<EventFd>(file.data).waitQueue(), i32.MAX_VALUE);
  kfree(file.data);
}

export function eventfd_read(file: File, it: Iter): i64 {
  const e = changetype<EventFd>(file.data);
  if (it.left < 8) return -EINVAL;
  if (!e.count) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(e.waitQueue()) ? -EBLOCKED : -ENOMEM;
  }
  const taken = e.semaphore ? 1 : e.count;
  store<u64>(CELL, taken);
  const error = iter_write(it, CELL, 8);
  if (error) return error;
  e.count -= taken;
  wq_wake(e.waitQueue(), i32.MAX_VALUE);
  return 8;
}

export function eventfd_write(file: File, it: Iter): i64 {
  const e = changetype<EventFd>(file.data);
  if (iter_range(it) != 8) return -EINVAL;
  const error = iter_read(it, CELL, 8);
  if (error) return error;
  const added = load<u64>(CELL);
  if (added > MAX_COUNT) return -EINVAL;
  if (added > MAX_COUNT - e.count) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(e.waitQueue()) ? -EBLOCKED : -ENOMEM;
  }
  e.count += added;
  if (added) wq_wake(e.waitQueue(), i32.MAX_VALUE);
  return 8;
}

export function eventfd_poll(file: File, wait: bool): i32 {
  const e = changetype<EventFd>(file.data);
  if (wait) wait_on(e.waitQueue());
  let events = 0;
  if (e.count) events |= POLLIN;
  if (e.count == u64.MAX_VALUE) events |= POLLERR;
  if (e.count < MAX_COUNT) events |= POLLOUT;
  return events;
}
