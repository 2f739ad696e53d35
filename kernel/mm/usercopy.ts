// The only door between kernel and guest memory: 0 or a length, -EFAULT, or -EBLOCKED while a file page is being read.

export function copyin(dst: usize, va: u64, n: usize): i32 {
  unreachable();
  return 0;
}
export function copyout(va: u64, src: usize, n: usize): i32 {
  unreachable();
  return 0;
}
/** NUL-terminated string of fewer than max bytes: its length, -EFAULT, -ENAMETOOLONG. */
export function copyinstr(dst: usize, va: u64, max: i32): i32 {
  unreachable();
  return 0;
}
export function clearuser(va: u64, n: usize): i32 {
  unreachable();
  return 0;
}
/** The value at va (zero-extended, T of at most 32 bits), or -EFAULT / -EBLOCKED. */
export function getuser<T>(va: u64): i64 {
  unreachable();
  return 0;
}
export function putuser<T>(va: u64, value: T): i32 {
  unreachable();
  return 0;
}

/** An imported iovec array: count entries of { base u64, len u64 } follow; kfree it. */
@unmanaged
export class Iov {
  count: u32;
  pad: u32;
  total: u64; // cut to MAX_RW_COUNT

  @inline base(i: u32): u64 {
    return load<u64>(changetype<usize>(this) + 16 + i * 16);
  }
  @inline len(i: u32): u64 {
    return load<u64>(changetype<usize>(this) + 24 + i * 16);
  }
}

/** Iov ptr, or ERR_PTR: EINVAL (count, negative or overflowing length), EFAULT, ENOMEM, EBLOCKED. */
export function iov_import(va: u64, count: i64): usize {
  unreachable();
  return 0;
}
