// signalfd(2).
import { EBADF, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { O_CLOEXEC, O_NONBLOCK, O_RDWR } from '../../abi/linux/fcntl.ts';
import { signalfd_init, signalfd_set_mask } from '../fs/signalfd.ts';
import { cstr } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { copyin } from '../mm/usercopy.ts';
import { KERNEL_ONLY } from '../task/signal.ts';
import { anon_file } from '../vfs/anon.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { FILE_PATH, FILE_SIGNALFD, File, file_put } from '../vfs/file.ts';

const MASK: usize = memory.data(8, 8);

export function sys_signalfd(fd: i32, set: u64, size: u64): i64 {
  return sys_signalfd4(fd, set, size, 0);
}

export function sys_signalfd4(fd: i32, set: u64, size: u64, flags: u64): i64 {
  if (size != 8 || flags & ~(O_CLOEXEC | O_NONBLOCK)) return -EINVAL;
  const error = copyin(MASK, set, 8);
  if (error < 0) return error;
  const mask = load<u64>(MASK) & ~KERNEL_ONLY;
  if (fd == -1) return signalfd_new(mask, flags as u32);
  const file = changetype<File>(fd_get(fd));
  if (!changetype<usize>(file) || file.kind == FILE_PATH) return -EBADF;
  if (file.kind != FILE_SIGNALFD) return -EINVAL;
  signalfd_set_mask(file, mask);
  return fd;
}

function signalfd_new(mask: u64, flags: u32): i64 {
  const file = anon_file(cstr('anon_inode:[signalfd]'), 21, FILE_SIGNALFD, 0o600, O_RDWR | (flags & O_NONBLOCK));
  if (IS_ERR(file)) return PTR_ERR(file);
  let fd = -ENOMEM;
  if (signalfd_init(changetype<File>(file), mask)) fd = fd_install(file, 0, (flags & O_CLOEXEC) != 0);
  if (fd < 0) file_put(file);
  return fd;
}
