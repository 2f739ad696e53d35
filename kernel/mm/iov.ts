// struct iovec arrays of readv, writev, sendmsg ...: lib/iov_iter.c, readv(2).
import { EFAULT, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { ERR_PTR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { VA_END } from './page_table.ts';
import { copyin } from './usercopy.ts';

const UIO_MAXIOV = 1024;
const IOVEC_SIZE = 16;
const HEADER: usize = 16;
/** Most bytes one call transfers: INT_MAX rounded down to a page. */
export const MAX_RW_COUNT: u64 = 0x7ffff000;

/** An imported iovec array: count entries of { base u64, len u64 } follow; kfree it. */
@unmanaged
export class Iov {
  count: u32;
  pad: u32;
  total: u64; // cut to MAX_RW_COUNT

  @inline base(i: u32): u64 {
    return load<u64>(changetype<usize>(this) + HEADER + i * IOVEC_SIZE);
  }
  @inline len(i: u32): u64 {
    return load<u64>(changetype<usize>(this) + HEADER + 8 + i * IOVEC_SIZE);
  }
}

/** Iov ptr, or ERR_PTR: EINVAL (count, negative or overflowing length), EFAULT, ENOMEM, EBLOCKED. */
export function iov_import(va: u64, count: i64): usize {
  count &= 0xffffffff;
  if (count > UIO_MAXIOV) return ERR_PTR(-EINVAL);
  const bytes = (count as usize) * IOVEC_SIZE;
  const p = kmalloc(HEADER + bytes);
  if (!p) return ERR_PTR(-ENOMEM);
  changetype<Iov>(p).count = count as u32;
  let e = copyin(p + HEADER, va, bytes);
  if (!e) e = check(changetype<Iov>(p));
  if (!e) return p;
  kfree(p);
  return ERR_PTR(e);
}

/** Validates the entries and cuts the total to MAX_RW_COUNT by shortening them. */
function check(iov: Iov): i32 {
  for (let i: u32 = 0; i < iov.count; i++) {
    const len = iov.len(i);
    if ((len as i64) < 0) return -EINVAL;
    if (iov.base(i) > VA_END || len > VA_END - iov.base(i)) return -EFAULT;
    const part = min<u64>(len, MAX_RW_COUNT - iov.total);
    store<u64>(changetype<usize>(iov) + HEADER + 8 + i * IOVEC_SIZE, part);
    iov.total += part;
  }
  return 0;
}
