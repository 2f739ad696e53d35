// Open files on their way from one process to another: SCM_RIGHTS. unix(7).
// Invariant: each file in a set is referenced by it; IN_FLIGHT counts the files of all sets. Sets that hold each other's sockets are found by
// rights_gc.ts. Freeing a set may close a socket whose queue holds further sets: these wait for the outermost call, so depth is bounded.
//
// A set: 0 count u32 | 4 next ptr (of those to be freed) | 8 file ptrs
import { EBADF, EINVAL, ENOMEM, ETOOMANYREFS } from '../../abi/linux/errno.ts';
import { RLIMIT_NOFILE } from '../../abi/linux/resource.ts';
import { SCM_MAX_FD } from '../../abi/linux/socket.ts';
import { ERR_PTR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { CAP_SYS_ADMIN, CAP_SYS_RESOURCE, capable } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { rights_collect } from './rights_gc.ts';
import { FILE_PATH, File, file_get, file_put } from '../vfs/file.ts';

const IN_FLIGHT: usize = memory.data(4, 4);
/** 0 a set is being freed u32 | 4 the next to be freed */
const FREEING: usize = memory.data(8, 4);
const FILES: usize = 8;

/** Are files on their way? */
export function rights_in_flight(): bool {
  return load<u32>(IN_FLIGHT) != 0;
}

/** Files of a set, which may be 0. */
export function rights_count(set: usize): u32 {
  return set ? load<u32>(set) : 0;
}

export function rights_file(set: usize, i: u32): usize {
  return load<u32>(set + FILES + i * 4) as usize;
}

/** The set of the descriptors i32[count] at kernel address fds: ptr or ERR_PTR. */
export function rights_take(fds: usize, count: u32): usize {
  if (count > (SCM_MAX_FD as u32)) return ERR_PTR(-EINVAL);
  const limit = current().group.rlimit(RLIMIT_NOFILE);
  const free = capable(CAP_SYS_RESOURCE) || capable(CAP_SYS_ADMIN);
  if ((load<u32>(IN_FLIGHT) as u64) > limit && !free) {
    rights_collect();
    if ((load<u32>(IN_FLIGHT) as u64) > limit) return ERR_PTR(-ETOOMANYREFS);
  }
  const set = kmalloc(FILES + count * 4);
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
  store<u32>(set + FILES + count * 4, file_get(file) as u32);
  store<u32>(set, count + 1);
  store<u32>(IN_FLIGHT, load<u32>(IN_FLIGHT) + 1);
}

/** Another set of the same files, for MSG_PEEK; 0 = no memory. */
export function rights_copy(set: usize): usize {
  const count = load<u32>(set);
  const copy = kmalloc(FILES + count * 4);
  if (copy) for (let i: u32 = 0; i < count; i++) rights_add(copy, rights_file(set, i));
  return copy;
}

export function rights_free(set: usize): void {
  store<usize>(set, load<usize>(FREEING, 4), 4);
  store<usize>(FREEING, set, 4);
  if (load<u32>(FREEING)) return;
  store<u32>(FREEING, 1);
  for (let s = load<usize>(FREEING, 4); s; s = load<usize>(FREEING, 4)) {
    store<usize>(FREEING, load<usize>(s, 4), 4);
    const count = load<u32>(s);
    store<u32>(IN_FLIGHT, load<u32>(IN_FLIGHT) - count);
    for (let i: u32 = 0; i < count; i++) file_put(rights_file(s, i));
    kfree(s);
  }
  store<u32>(FREEING, 0);
}

/** Gives the first `most` files of the set descriptors, written to i32 `out`: how many got one. The set stays. */
export function rights_install(set: usize, out: usize, most: u32, closeOnExec: bool): u32 {
  const count = load<u32>(set);
  let n: u32 = 0;
  while (n < count && n < most) {
    const file = file_get(rights_file(set, n));
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
