// Where a transfer's bytes come from or go to: guest iovecs, one guest range, or kernel memory.
// Invariant: `left` bytes remain; a copy that fails has advanced past what it copied.
//
// 0 base u64 | 8 len u64 (of the current range) | 16 left u64 | 24 iov ptr | 28 index u32 | 32 kernel u32
// 36 error i32: why a transfer of a regular file ended early
import { Iov } from '../mm/iov.ts';
import { copyin, copyout, getuser } from '../mm/usercopy.ts';

@unmanaged
export class Iter {
  base: u64;
  len: u64;
  left: u64;
  iov: usize;
  index: u32;
  kernel: u32;
  error: i32;
}

const USER: usize = memory.data(40, 8);
const KERNEL: usize = memory.data(40, 8);

/** n bytes of guest memory at va. */
export function iter_user(va: u64, n: u64): Iter {
  const it = changetype<Iter>(USER);
  it.base = va;
  it.len = it.left = n;
  it.iov = 0;
  it.error = 0;
  it.kernel = 0;
  return it;
}

/** n bytes of kernel memory at p. */
export function iter_kernel(p: usize, n: u64): Iter {
  const it = changetype<Iter>(KERNEL);
  it.base = p as u64;
  it.len = it.left = n;
  it.iov = 0;
  it.error = 0;
  it.kernel = 1;
  return it;
}

/** The ranges of an imported iovec, which stays the caller's. */
export function iter_iov(p: usize): Iter {
  const iov = changetype<Iov>(p);
  const it = iter_user(0, iov.total);
  it.iov = p;
  it.index = 0;
  it.len = 0;
  return it;
}

/** Passes over n (<= left) bytes. */
export function iter_skip(it: Iter, n: u64): void {
  while (n) {
    const part = n < range(it) ? n : it.len;
    consume(it, part);
    n -= part;
  }
}

/** Length of the current range, moving to the next one that is not empty; 0 = nothing is left. */
export function iter_range(it: Iter): u64 {
  return it.left ? range(it) : 0;
}

function range(it: Iter): u64 {
  while (!it.len) {
    const iov = changetype<Iov>(it.iov);
    it.base = iov.base(it.index);
    it.len = iov.len(it.index);
    it.index++;
    if (it.len > it.left) it.len = it.left;
  }
  return it.len;
}

/** Are the next n bytes, of at most a page, in one range and there? */
export function iter_touch(it: Iter, n: usize): bool {
  if (it.kernel) return true;
  return range(it) >= (n as u64) && getuser<u8>(it.base) >= 0 && getuser<u8>(it.base + n - 1) >= 0;
}

/** How much of n bytes to copy at once: not across a guest page, so that a fault is met exactly where it is. */
function piece(it: Iter, n: usize): usize {
  let now = range(it);
  if (!it.kernel && now > 4096 - (it.base & 4095)) now = 4096 - (it.base & 4095);
  return now < (n as u64) ? (now as usize) : n;
}

function consume(it: Iter, n: u64): void {
  it.base += n;
  it.len -= n;
  it.left -= n;
}

/** Copies n (<= left) bytes from the iterator to kernel memory: 0, -EFAULT, -EBLOCKED*; `left` tells how far it got. */
export function iter_read(it: Iter, dst: usize, n: usize): i32 {
  while (n) {
    const part = piece(it, n);
    if (it.kernel) memory.copy(dst, it.base as usize, part);
    else {
      const error = copyin(dst, it.base, part);
      if (error) return error;
    }
    consume(it, part as u64);
    dst += part;
    n -= part;
  }
  return 0;
}

/** Copies n (<= left) bytes of kernel memory into the iterator's ranges. */
export function iter_write(it: Iter, src: usize, n: usize): i32 {
  while (n) {
    const part = piece(it, n);
    if (it.kernel) memory.copy(it.base as usize, src, part);
    else {
      const error = copyout(it.base, src, part);
      if (error) return error;
    }
    consume(it, part as u64);
    src += part;
    n -= part;
  }
  return 0;
}
