// Descriptors 0..2 of a process that the host starts: its streams as pipes, or one terminal.
import { BOOT_HOST_FLAGS } from '../../../abi/boot.ts';
import { HOST_STDIN_OPEN, HOST_TTY } from '../../../abi/host.ts';
import { ENOMEM } from '../../../abi/linux/errno.ts';
import { O_RDWR, O_WRONLY } from '../../../abi/linux/fcntl.ts';
import { S_IFIFO } from '../../../abi/linux/stat.ts';
import { boot_u32 } from '../../boot/block.ts';
import { cstr, put_dec } from '../../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { anon_inode, anon_open } from '../../vfs/anon.ts';
import { fd_install } from '../../vfs/fdtable.ts';
import { FILE_STREAM, File, file_get } from '../../vfs/file.ts';
import { INODE_STREAM, inode_put } from '../../vfs/inode.ts';
import { stream_new, stream_opened } from '../hoststream.ts';
import { console_open } from '../tty/console.ts';

const NAME: usize = memory.data(32, 8);

/** Opens 0..2 of the current task, whose table is empty: 0 or -errno. */
export function boot_stdio(): i32 {
  return open_stdio(0);
}

/** Opens 0..2 of the current task, whose table is empty, on the streams handle .. handle + 2, or on a terminal: 0 or -errno. */
export function open_stdio(handle: u32): i32 {
  if (boot_u32(BOOT_HOST_FLAGS) & HOST_TTY) return open_terminal(handle);
  for (let fd = 0; fd < 3; fd++) {
    const file = open_stream(handle + fd);
    if (IS_ERR(file)) return PTR_ERR(file);
    const error = fd_install(file, 0, false);
    if (error < 0) return error;
  }
  return 0;
}

function open_terminal(handle: u32): i32 {
  const file = console_open(O_RDWR, handle);
  if (IS_ERR(file)) return PTR_ERR(file);
  fd_install(file, 0, false);
  fd_install(file_get(file), 0, false);
  const error = fd_install(file_get(file), 0, false);
  return error < 0 ? error : 0;
}

function open_stream(handle: u32): usize {
  const stream = stream_new(handle, boot_u32(BOOT_HOST_FLAGS) & HOST_STDIN_OPEN);
  if (!changetype<usize>(stream)) return -ENOMEM as usize;
  const inode = anon_inode(S_IFIFO | 0o600);
  if (!changetype<usize>(inode)) return -ENOMEM as usize;
  inode.flags |= INODE_STREAM;
  inode.key = changetype<usize>(stream) as u64;
  memory.copy(NAME, cstr('pipe:['), 6);
  const len = 6 + put_dec(NAME + 6, inode.ino);
  store<u8>(NAME + (len as usize), 0x5d);
  const file = anon_open(inode, NAME, len + 1, FILE_STREAM, handle & 3 ? O_WRONLY : 0);
  inode_put(inode);
  if (!IS_ERR(file)) stream_opened(changetype<File>(file), changetype<usize>(stream));
  return file;
}
