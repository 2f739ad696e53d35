// Path arguments of system calls: copied in once, into one of two buffers that live until the next call.
import { PATH_MAX } from '../../abi/linux/fcntl.ts';
import { copyinstr } from '../mm/usercopy.ts';

/** The first path of a call, NUL-terminated. */
export const PATH: usize = memory.data(PATH_MAX, 16);
/** The second one. */
export const PATH2: usize = memory.data(PATH_MAX, 16);
/** Room for paths and link targets on their way out. */
export const PATH_OUT: usize = memory.data(2 * PATH_MAX, 16);

/** Copies the string at va to buf (PATH or PATH2): 0 or -errno. */
export function path_arg(buf: usize, va: u64): i32 {
  const n = copyinstr(buf, va, PATH_MAX);
  return n < 0 ? n : 0;
}
