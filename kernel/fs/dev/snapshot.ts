// /dev/snapshot: a box under plain WASI saves itself. Who writes the number of a descriptor there, that of a file of the host which is
// open for writing, gets the memory of the box into that file. The call returns twice, as it were: once here, and once in each
// box that goes on from the file. Other hosts save a box from outside.
import { CONTROL_BASE } from '../../../abi/box.ts';
import { CONTROL_FLAGS, HOST_ATTACHED, RING_SAVE } from '../../../abi/host.ts';
import { EBADF, ECONNRESET, EINVAL, EOPNOTSUPP } from '../../../abi/linux/errno.ts';
import { parse_dec } from '../../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { fd_get } from '../../vfs/fdtable.ts';
import { FILE_REGULAR, File } from '../../vfs/file.ts';
import { INODE_HOST } from '../../vfs/inode.ts';
import { Iter, iter_read, iter_skip } from '../../vfs/iter.ts';
import { call_host, call_known, call_result, draft_begin } from '../hostfs/call.ts';
import { node_of } from '../hostfs/node.ts';

const LINE_SIZE: u64 = 12;
const LINE: usize = memory.data(12, 4);

/** A decimal number and a newline, or without one. */
export function snapshot_write(it: Iter): i64 {
  const n = it.left;
  if (n > LINE_SIZE) return -EINVAL;
  const error = iter_read(it, LINE, n as usize);
  if (error) return error;
  let len = n as i32;
  if (len && load<u8>(LINE + (len as usize) - 1) == 0x0a) len--;
  const result = save_to(parse_dec(LINE, len));
  if (!result) return n as i64;
  iter_skip(it, it.left);
  return result;
}

function save_to(fd: i32): i32 {
  const file = changetype<File>(fd_get(fd));
  if (!changetype<usize>(file) || file.kind != FILE_REGULAR || !file.writable()) return -EBADF;
  if (file.inode.kind != INODE_HOST) return -EINVAL;
  draft_begin();
  const handle = node_of(file.inode).handle;
  const attached = (load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_ATTACHED) != 0;
  if (attached && !changetype<usize>(call_known(RING_SAVE, handle, 0, 0))) return -EOPNOTSUPP;
  const call = call_host(RING_SAVE, handle, 0, 0, 0);
  if (IS_ERR(call)) return PTR_ERR(call);
  const result = call_result(call);
  // This is a box that goes on: the old host, which was asked, is gone.
  return result == -ECONNRESET ? 0 : result;
}
