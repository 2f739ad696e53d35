// fsync(2), sync(2), posix_fadvise(2). The box's own files live in memory; the host's go to its disk.
import { EBADF, EINVAL, ESPIPE } from '../../abi/linux/errno.ts';
import { host_fsync, host_writeback_all } from '../fs/hostfs/writeback.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { FILE_DIRECTORY, FILE_PATH, FILE_PIPE, FILE_REGULAR, File } from '../vfs/file.ts';
import { INODE_HOST } from '../vfs/inode.ts';

const LAST_ADVICE = 5;
const SYNC_FILE_RANGE_FLAGS: u64 = 7;

export function sys_sync(): i64 {
  host_writeback_all();
  return 0;
}

export function sys_fsync(fd: i32): i64 {
  const file = fd_get(fd);
  if (!file || changetype<File>(file).kind == FILE_PATH) return -EBADF;
  const kind = changetype<File>(file).kind;
  const inode = changetype<File>(file).inode;
  if (kind == FILE_REGULAR && inode.kind == INODE_HOST) return host_fsync(inode);
  return kind == FILE_REGULAR || kind == FILE_DIRECTORY ? 0 : -EINVAL;
}

export function sys_fdatasync(fd: i32): i64 {
  return sys_fsync(fd);
}

export function sys_syncfs(fd: i32): i64 {
  if (!fd_get(fd)) return -EBADF;
  host_writeback_all();
  return 0;
}

export function sys_sync_file_range(fd: i32, offset: u64, size: u64, flags: u64): i64 {
  const file = fd_get(fd);
  if (!file) return -EBADF;
  if (flags & ~SYNC_FILE_RANGE_FLAGS || ((offset | size | (offset + size)) as i64) < 0) return -EINVAL;
  if (changetype<File>(file).inode.kind == INODE_HOST) return host_fsync(changetype<File>(file).inode);
  const kind = changetype<File>(file).kind;
  return kind == FILE_REGULAR || kind == FILE_DIRECTORY ? 0 : -ESPIPE;
}

export function sys_fadvise64(fd: i32, offset: u64, size: u64, advice: i32): i64 {
  const file = fd_get(fd);
  if (!file) return -EBADF;
  if (changetype<File>(file).kind == FILE_PIPE) return -ESPIPE;
  return advice < 0 || advice > LAST_ADVICE || (size as i64) < 0 ? -EINVAL : 0;
}

export function sys_readahead(fd: i32, offset: u64, size: u64): i64 {
  const file = fd_get(fd);
  if (!file || !changetype<File>(file).readable()) return -EBADF;
  return changetype<File>(file).kind == FILE_REGULAR && (size as i64) >= 0 ? 0 : -EINVAL;
}
