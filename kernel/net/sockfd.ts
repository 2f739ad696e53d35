// Sockets as descriptors, shown as socket:[ino] by /proc/self/fd.
import { EBADF, ENOMEM, ENOTSOCK } from '../../abi/linux/errno.ts';
import { O_NONBLOCK, O_RDWR } from '../../abi/linux/fcntl.ts';
import { SOCK_CLOEXEC, SOCK_NONBLOCK } from '../../abi/linux/socket.ts';
import { S_IFSOCK } from '../../abi/linux/stat.ts';
import { cstr, put_dec } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { anon_inode, anon_open } from '../vfs/anon.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { FILE_PATH, FILE_SOCKET, File, file_put } from '../vfs/file.ts';
import { inode_put } from '../vfs/inode.ts';
import { socket_closed } from './close.ts';
import { Socket } from './socket.ts';

const NAME: usize = memory.data(32, 8);

/** The open socket fd: File ptr, or ERR_PTR(-EBADF, -ENOTSOCK). */
export function sockfd_get(fd: i32): usize {
  const file = fd_get(fd);
  if (!file || changetype<File>(file).kind == FILE_PATH) return ERR_PTR(-EBADF);
  return changetype<File>(file).kind == FILE_SOCKET ? file : ERR_PTR(-ENOTSOCK);
}

/** Opens s, whose reference passes to the descriptor; flags: SOCK_*. fd or -errno, then s is closed. */
export function sockfd_install(s: Socket, flags: u32): i32 {
  const file = open(flags);
  if (IS_ERR(file)) {
    socket_closed(s);
    return PTR_ERR(file);
  }
  changetype<File>(file).data = changetype<usize>(s);
  s.ino = changetype<File>(file).inode.ino as u32;
  s.file = file;
  const fd = fd_install(file, 0, (flags & SOCK_CLOEXEC) != 0);
  if (fd < 0) file_put(file);
  return fd;
}

function open(flags: u32): usize {
  const inode = anon_inode(S_IFSOCK | 0o777);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  memory.copy(NAME, cstr('socket:['), 8);
  let len = 8 + put_dec(NAME + 8, inode.ino);
  store<u8>(NAME + (len++ as usize), 0x5d);
  const file = anon_open(inode, NAME, len, FILE_SOCKET, O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0));
  inode_put(inode);
  return file;
}
