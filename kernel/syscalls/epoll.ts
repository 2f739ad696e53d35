// epoll_create(2), epoll_ctl(2), epoll_wait(2).
import { EBADF, EBLOCKED_INTR, EINVAL, ENOMEM, EFAULT } from '../../abi/linux/errno.ts';
import { EPOLL_CTL_DEL, EPOLL_EVENT_DATA, EPOLL_EVENT_SIZE } from '../../abi/linux/eventpoll.ts';
import { O_CLOEXEC, O_RDWR } from '../../abi/linux/fcntl.ts';
import { cstr } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { copyin, copyout, user_range } from '../mm/usercopy.ts';
import { current } from '../task/task.ts';
import { wait_cancel } from '../task/wait_queue.ts';
import { anon_file } from '../vfs/anon.ts';
import { epoll_collect, epoll_control, epoll_init } from '../vfs/epoll.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { FILE_EPOLL, FILE_PATH, File, file_put } from '../vfs/file.ts';
import { temporary_mask } from './poll.ts';
import { FOREVER, timeout_arg, timeout_arm, timeout_over } from './timeout.ts';

const EVENT: usize = memory.data(16, 8);
/** Events that one call reports at most, whatever the program asks. */
const MOST_EVENTS = 1024;
/** EP_MAX_EVENTS: INT_MAX bytes of them. */
const EVENTS_LIMIT = 178956970;
const MILLISECOND: u64 = 1000000;

export function sys_epoll_create(size: i32): i64 {
  return size <= 0 ? -EINVAL : sys_epoll_create1(0);
}

export function sys_epoll_create1(flags: u64): i64 {
  if (flags & ~O_CLOEXEC) return -EINVAL;
  const file = anon_file(cstr('anon_inode:[eventpoll]'), 22, FILE_EPOLL, 0o600, O_RDWR);
  if (IS_ERR(file)) return PTR_ERR(file);
  let fd = -ENOMEM;
  if (epoll_init(changetype<File>(file))) fd = fd_install(file, 0, (flags & O_CLOEXEC) != 0);
  if (fd < 0) file_put(file);
  return fd;
}

export function sys_epoll_ctl(epfd: i32, op: i32, fd: i32, event: u64): i64 {
  if (op != EPOLL_CTL_DEL) {
    const error = copyin(EVENT, event, EPOLL_EVENT_SIZE);
    if (error) return error;
  }
  const ep = fd_get(epfd);
  const file = fd_get(fd);
  if (!ep || !file || changetype<File>(file).kind == FILE_PATH) return -EBADF;
  if (changetype<File>(ep).kind != FILE_EPOLL) return -EINVAL;
  const data = load<u64>(EVENT, EPOLL_EVENT_DATA);
  return epoll_control(changetype<File>(ep), op, fd, changetype<File>(file), load<u32>(EVENT), data);
}

export function sys_epoll_wait(epfd: i32, events: u64, most: i32, timeout: i32): i64 {
  return wait(epfd, events, most, timeout < 0 ? FOREVER : (timeout as u64) * MILLISECOND);
}

export function sys_epoll_pwait(epfd: i32, events: u64, most: i32, timeout: i32, mask: u64, size: u64): i64 {
  const error = temporary_mask(mask, size);
  return error ? error : sys_epoll_wait(epfd, events, most, timeout);
}

export function sys_epoll_pwait2(epfd: i32, events: u64, most: i32, timeout: u64, mask: u64, size: u64): i64 {
  const ns = timeout_arg(timeout, 1);
  if (ns < -1) return ns;
  const error = temporary_mask(mask, size);
  return error ? error : wait(epfd, events, most, ns as u64);
}

function wait(epfd: i32, events: u64, most: i32, ns: u64): i64 {
  if (most <= 0 || most > EVENTS_LIMIT) return -EINVAL;
  if (!user_range(events, (most as u64) * EPOLL_EVENT_SIZE)) return -EFAULT;
  const ep = fd_get(epfd);
  if (!ep) return -EBADF;
  if (changetype<File>(ep).kind != FILE_EPOLL) return -EINVAL;
  if (most > MOST_EVENTS) most = MOST_EVENTS;
  const list = kmalloc((most as usize) * EPOLL_EVENT_SIZE);
  if (!list) return -ENOMEM;
  let n = epoll_collect(changetype<File>(ep), list, most, false);
  if (!n && !timeout_over(ns)) {
    n = epoll_collect(changetype<File>(ep), list, most, true);
    if (!n) {
      kfree(list);
      timeout_arm();
      return -EBLOCKED_INTR;
    }
    wait_cancel(current());
  }
  const error = n ? copyout(events, list, (n as usize) * EPOLL_EVENT_SIZE) : 0;
  kfree(list);
  return error ? error : n;
}
