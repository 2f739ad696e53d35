// struct timespec, struct timeval and nanoseconds. timespec(3), timeval(3).
import { EINVAL } from '../../abi/linux/errno.ts';
import { copyin, copyout } from '../mm/usercopy.ts';

const NS_PER_S: u64 = 1000000000;
const BUFFER: usize = memory.data(16, 8);
/** About 292 years: what a signed 64-bit count of ns holds. */
const MAX_NS: u64 = 0x7fffffffffffffff;

/** Nanoseconds of the timespec at va, saturated; -errno (EFAULT, EINVAL, EBLOCKED) is returned as a negative number. */
export function timespec_in(va: u64): i64 {
  const error = copyin(BUFFER, va, 16);
  return error < 0 ? error : timespec_ns(BUFFER);
}

/** The same from kernel memory. */
export function timespec_ns(p: usize): i64 {
  const seconds = load<i64>(p);
  const nanos = load<i64>(p, 8);
  if (seconds < 0 || nanos < 0 || nanos >= (NS_PER_S as i64)) return -EINVAL;
  return to_ns(seconds as u64, nanos as u64) as i64;
}

/** Nanoseconds of a timeval in kernel memory, or -EINVAL. */
export function timeval_ns(p: usize): i64 {
  const seconds = load<i64>(p);
  const micros = load<i64>(p, 8);
  if (seconds < 0 || micros < 0 || micros >= 1000000) return -EINVAL;
  return to_ns(seconds as u64, (micros as u64) * 1000) as i64;
}

export function timespec_put(p: usize, ns: u64): void {
  store<u64>(p, ns / NS_PER_S);
  store<u64>(p, ns % NS_PER_S, 8);
}

export function timeval_put(p: usize, ns: u64): void {
  store<u64>(p, ns / NS_PER_S);
  store<u64>(p, (ns % NS_PER_S) / 1000, 8);
}

/** 0 or -errno. */
export function timespec_out(va: u64, ns: u64): i32 {
  timespec_put(BUFFER, ns);
  return copyout(va, BUFFER, 16);
}

function to_ns(seconds: u64, nanos: u64): u64 {
  return seconds > MAX_NS / NS_PER_S - 1 ? MAX_NS : seconds * NS_PER_S + nanos;
}
