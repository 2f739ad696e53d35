// timerfd_create(2), timerfd_settime(2), timerfd_gettime(2).
import { EBADF, EINVAL, ENOMEM, EPERM } from '../../abi/linux/errno.ts';
import { O_CLOEXEC, O_NONBLOCK, O_RDWR } from '../../abi/linux/fcntl.ts';
import {
  CLOCK_BOOTTIME,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  CLOCK_REALTIME_ALARM,
  TFD_TIMER_CANCEL_ON_SET,
  TIMER_ABSTIME,
} from '../../abi/linux/time.ts';
import { TimerFd, timerfd_arm, timerfd_init, timerfd_left } from '../fs/timerfd.ts';
import { cstr } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { CAP_WAKE_ALARM, capable } from '../task/cred.ts';
import { clock_deadline } from '../task/time.ts';
import { TIMER_NEVER } from '../task/timer.ts';
import { anon_file } from '../vfs/anon.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { FILE_PATH, FILE_TIMERFD, File, file_put } from '../vfs/file.ts';
import { timespec_ns, timespec_put } from './timespec.ts';

// struct itimerspec: interval, value
const SPEC: usize = memory.data(32, 8);
const OLD: usize = memory.data(32, 8);

export function sys_timerfd_create(clock: i32, flags: u64): i64 {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK)) return -EINVAL;
  const alarm = clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM;
  if (!alarm && clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME) return -EINVAL;
  if (alarm && !capable(CAP_WAKE_ALARM)) return -EPERM;
  const file = anon_file(cstr('anon_inode:[timerfd]'), 20, FILE_TIMERFD, 0o600, O_RDWR | ((flags as u32) & O_NONBLOCK));
  if (IS_ERR(file)) return PTR_ERR(file);
  let fd = -ENOMEM;
  if (timerfd_init(changetype<File>(file), clock)) fd = fd_install(file, 0, (flags & O_CLOEXEC) != 0);
  if (fd < 0) file_put(file);
  return fd;
}

export function sys_timerfd_settime(fd: i32, flags: i32, set: u64, old: u64): i64 {
  const error = copyin(SPEC, set, 32);
  if (error < 0) return error;
  const interval = timespec_ns(SPEC);
  const value = timespec_ns(SPEC + 16);
  if (flags & ~(TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET) || interval < 0 || value < 0) return -EINVAL;
  const found = timerfd_get(fd);
  if (IS_ERR(found)) return PTR_ERR(found);
  const t = changetype<TimerFd>(found);
  const failed = old ? put_spec(t, old) : 0;
  if (failed) return failed;
  const absolute = (flags & TIMER_ABSTIME) != 0;
  timerfd_arm(t, value ? clock_deadline(t.clock, value as u64, absolute) : TIMER_NEVER, interval as u64);
  return 0;
}

export function sys_timerfd_gettime(fd: i32, va: u64): i64 {
  const t = timerfd_get(fd);
  return IS_ERR(t) ? PTR_ERR(t) : put_spec(changetype<TimerFd>(t), va);
}

function timerfd_get(fd: i32): usize {
  const file = changetype<File>(fd_get(fd));
  if (!changetype<usize>(file) || file.kind == FILE_PATH) return ERR_PTR(-EBADF);
  return file.kind == FILE_TIMERFD ? file.data : ERR_PTR(-EINVAL);
}

function put_spec(t: TimerFd, va: u64): i32 {
  timespec_put(OLD, t.interval);
  timespec_put(OLD + 16, timerfd_left(t));
  return copyout(va, OLD, 32);
}
