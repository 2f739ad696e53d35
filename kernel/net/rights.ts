// Open files on their way from one process to another: SCM_RIGHTS. unix(7).
// Invariant: each file in a set is referenced by it; IN_FLIGHT counts the files of all sets. A socket that lies in its
// own queue and has no descriptor left stays until the box ends: there is no collection of such cycles.
//
// A set: 0 count u32 | 4 file ptrs
import { EBADF, EINVAL, ENOMEM, ETOOMANYREFS } from '../../abi/linux/errno.ts';
import { RLIMIT_NOFILE } from '../../abi/linux/resource.ts';
import { SCM_MAX_FD } from '../../abi/linux/socket.ts';
import { ERR_PTR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { CAP_SYS_ADMIN, CAP_SYS_RESOURCE, capable } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { FILE_PATH, File, file_get, file_put } from '../vfs/file.ts';

const IN_FLIGHT: usize = memory.data(4, 4);

/** The set of the descriptors i32[count] at kernel address fds: ptr or ERR_PTR. */
export function rights_take(fds: usize, count: u32): usize {
  if (count > (SCM_MAX_FD as u32)) return ERR_PTR(-EINVAL);
  const limit = current().group.rlimit(RLIMIT_NOFILE);
  const free = capable(CAP_SYS_RESOURCE) || capable(CAP_SYS_ADMIN);
  if ((load<u32>(IN_FLIGHT) as u64) > limit && !free) return ERR_PTR(-ETOOMANYREFS);
  const set = kmalloc(4 + count * 4);
  if (!set) return ERR_PTR(-ENOMEM);
  for (let i: u32 = 0; i < count; i++) {
    const file = fd_get(load<i32>(fds + i * 4));
    if (!file || changetype<File>(file).kind == FILE_PATH) {
      rights_free(set);
      return ERR_PTR(-EBADF);
    }
    rights_add(set, file);
  }
  return set;
}

function rights_add(set: usize, file: usize): void {
  const count = load<u32>(set);
  store<u32>(set + 4 + count * 4, file_get(file) as u32);
  store<u32>(set, count + 1);
  store<u32>(IN_FLIGHT, load<u32>(IN_FLIGHT) + 1);
}

/** Another set of the same files, for MSG_PEEK; 0 = no memory. */
export function rights_copy(set: usize): usize {
  const count = load<u32>(set);
  const copy = kmalloc(4 + count * 4);
  if (copy) for (let i: u32 = 0; i < count; i++) rights_add(copy, load<u32>(set + 4 + i * 4) as usize);
  return copy;
}

export function rights_free(set: usize): void {
  const count = load<u32>(set);
  store<u32>(IN_FLIGHT, load<u32>(IN_FLIGHT) - count);
  for (let i: u32 = 0; i < count; i++) file_put(load<u32>(set + 4 + i * 4) as usize);
  kfree(set);
}

/** Gives the first `most` files of the set descriptors, written to i32 `out`: how many got one. The set stays. */
export function rights_install(set: usize, out: usize, most: u32, closeOnExec: bool): u32 {
  const count = load<u32>(set);
  let n: u32 = 0;
  while (n < count && n < most) {
    const file = file_get(load<u32>(set + 4 + n * 4) as usize);
    const fd = fd_install(file, 0, closeOnExec);
    if (fd < 0) {
      file_put(file);
      break;
    }
    store<i32>(out + n * 4, fd);
    n++;
  }
  return n;
}
