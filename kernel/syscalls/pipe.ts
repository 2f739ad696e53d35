// pipe(2), eventfd(2), memfd_create(2).
import { EINVAL, ENAMETOOLONG, ENOMEM } from '../../abi/linux/errno.ts';
import { EFD_SEMAPHORE } from '../../abi/linux/eventpoll.ts';
import {
  F_SEAL_SEAL,
  MFD_ALLOW_SEALING,
  MFD_CLOEXEC,
  MFD_EXEC,
  MFD_NOEXEC_SEAL,
  O_CLOEXEC,
  O_DIRECT,
  O_NONBLOCK,
  O_RDWR,
  O_WRONLY,
} from '../../abi/linux/fcntl.ts';
import { S_IFIFO, S_IFREG } from '../../abi/linux/stat.ts';
import { eventfd_init } from '../fs/eventfd.ts';
import { pipe_of, pipe_opened } from '../fs/pipe.ts';
import { cstr, put_dec } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { copyinstr, copyout } from '../mm/usercopy.ts';
import { anon_file, anon_inode, anon_open } from '../vfs/anon.ts';
import { DENTRY_DELETED } from '../vfs/dentry.ts';
import { fd_close, fd_install } from '../vfs/fdtable.ts';
import { FILE_EVENTFD, FILE_PIPE, FILE_REGULAR, File, file_put } from '../vfs/file.ts';
import { INODE_SEALABLE, Inode, inode_put } from '../vfs/inode.ts';

const FDS: usize = memory.data(8, 8);
const NAME: usize = memory.data(272, 8);
/** "/memfd:" comes before the name, which may have 249 bytes. */
const MFD_NAME_MAX = 249;

export function sys_pipe(fds: u64): i64 {
  return sys_pipe2(fds, 0);
}

export function sys_pipe2(fds: u64, flags: u64): i64 {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) return -EINVAL;
  const inode = anon_inode(S_IFIFO | 0o600);
  if (!changetype<usize>(inode)) return -ENOMEM;
  const result = open_ends(inode, flags as u32);
  inode_put(inode);
  if (result) return result;
  const error = copyout(fds, FDS, 8);
  if (!error) return 0;
  fd_close(load<i32>(FDS));
  fd_close(load<i32>(FDS, 4));
  return error;
}

/** Opens both ends into FDS: 0 or -errno with nothing left behind. */
function open_ends(inode: Inode, flags: u32): i32 {
  if (!changetype<usize>(pipe_of(inode))) return -ENOMEM;
  memory.copy(NAME, cstr('pipe:['), 6);
  let len = 6 + put_dec(NAME + 6, inode.ino);
  store<u8>(NAME + (len++ as usize), 0x5d);
  const closeOnExec = (flags & O_CLOEXEC) != 0;
  const mode = flags & (O_NONBLOCK | O_DIRECT);
  const reader = open_end(inode, len, mode, closeOnExec);
  if (reader < 0) return reader;
  const writer = open_end(inode, len, mode | O_WRONLY, closeOnExec);
  if (writer < 0) fd_close(reader);
  store<i32>(FDS, reader);
  store<i32>(FDS, writer, 4);
  return writer < 0 ? writer : 0;
}

function open_end(inode: Inode, nameLen: i32, flags: u32, closeOnExec: bool): i32 {
  const file = anon_open(inode, NAME, nameLen, FILE_PIPE, flags);
  if (IS_ERR(file)) return PTR_ERR(file);
  pipe_opened(changetype<File>(file));
  const fd = fd_install(file, 0, closeOnExec);
  if (fd < 0) file_put(file);
  return fd;
}

export function sys_eventfd(count: u64): i64 {
  return sys_eventfd2(count, 0);
}

export function sys_eventfd2(count: u64, flags: u64): i64 {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | EFD_SEMAPHORE)) return -EINVAL;
  const file = anon_file(cstr('anon_inode:[eventfd]'), 20, FILE_EVENTFD, 0o600, O_RDWR | ((flags as u32) & O_NONBLOCK));
  if (IS_ERR(file)) return PTR_ERR(file);
  let fd = -ENOMEM;
  if (eventfd_init(changetype<File>(file), count as u32, flags as u32))
    fd = fd_install(file, 0, (flags & O_CLOEXEC) != 0);
  if (fd < 0) file_put(file);
  return fd;
}

export function sys_memfd_create(name: u64, flags: u64): i64 {
  if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL | MFD_EXEC)) return -EINVAL;
  memory.copy(NAME, cstr('/memfd:'), 7);
  const len = copyinstr(NAME + 7, name, MFD_NAME_MAX + 1);
  if (len < 0) return len == -ENAMETOOLONG ? -EINVAL : len;
  const file = anon_file(NAME, len + 7, FILE_REGULAR, S_IFREG | 0o777, O_RDWR);
  if (IS_ERR(file)) return PTR_ERR(file);
  const inode = changetype<File>(file).inode;
  inode.nlink = 0;
  inode.writers = 1;
  inode.flags |= INODE_SEALABLE;
  if (!(flags & (MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL))) inode.seals = F_SEAL_SEAL as u8;
  changetype<File>(file).dentry.flags |= DENTRY_DELETED;
  const fd = fd_install(file, 0, (flags & MFD_CLOEXEC) != 0);
  if (fd < 0) file_put(file);
  return fd;
}
