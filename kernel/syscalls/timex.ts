// adjtimex(2), clock_adjtime(2): the clock is the host's, so it is told and never changed.
import { EINVAL, EOPNOTSUPP, EPERM } from '../../abi/linux/errno.ts';
import { CLOCK_REALTIME } from '../../abi/linux/time.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { clock_realtime } from '../lib/clock.ts';
import { clock_valid } from '../task/time.ts';
import { timeval_put } from './timespec.ts';

// struct timex: modes u32 0, status i32 40, precision i64 56, tolerance i64 64, time (timeval) 72, tick i64 88
const TIMEX: usize = memory.data(208, 8);
const TIMEX_SIZE: usize = 208;
const STA_UNSYNC = 0x40;
/** What the call answers for a clock that nothing is known about. */
const TIME_ERROR = 5;
const TICK_US: u64 = 10000;
/** 500 parts per million, scaled by 2^16. */
const TOLERANCE: u64 = 32768000;

export function sys_adjtimex(va: u64): i64 {
  const error = copyin(TIMEX, va, TIMEX_SIZE);
  if (error < 0) return error;
  if (load<u32>(TIMEX)) return -EPERM;
  memory.fill(TIMEX, 0, TIMEX_SIZE);
  store<i32>(TIMEX, STA_UNSYNC, 40);
  store<u64>(TIMEX, 1, 56);
  store<u64>(TIMEX, TOLERANCE, 64);
  timeval_put(TIMEX + 72, clock_realtime());
  store<u64>(TIMEX, TICK_US, 88);
  const failed = copyout(va, TIMEX, TIMEX_SIZE);
  return failed < 0 ? failed : TIME_ERROR;
}

export function sys_clock_adjtime(id: i32, va: u64): i64 {
  if (id == CLOCK_REALTIME) return sys_adjtimex(va);
  return clock_valid(id) || id < 0 ? -EOPNOTSUPP : -EINVAL;
}
