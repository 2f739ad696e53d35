// pidfd_open(2): a process as a descriptor, readable when it has ended.
// Invariant: data is a Pid with a handle on it: the record outlives its number, so a number given out again is not mistaken.
import { EBADF } from '../../abi/linux/errno.ts';
import { O_NONBLOCK, O_RDWR } from '../../abi/linux/fcntl.ts';
import { POLLIN } from '../../abi/linux/poll.ts';
import { cstr } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { Text } from '../lib/fmt.ts';
import { pid_told } from '../ns/pid.ts';
import { Pid, pid_unhandle } from '../task/pid.ts';
import { GROUP_ZOMBIE } from '../task/thread_group.ts';
import { wait_on } from '../task/wait_queue.ts';
import { anon_file } from '../vfs/anon.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { FILE_PIDFD, File, file_put } from '../vfs/file.ts';

/** A new descriptor, closed by exec, that is bound to no process yet; flags: O_NONBLOCK. fd or -errno. */
export function pidfd_new(flags: u32): i32 {
  const file = anon_file(cstr('anon_inode:[pidfd]'), 18, FILE_PIDFD, 0o600, O_RDWR | (flags & O_NONBLOCK));
  if (IS_ERR(file)) return PTR_ERR(file);
  const fd = fd_install(file, 0, true);
  if (fd < 0) file_put(file);
  return fd;
}

/** Makes the unbound pidfd fd stand for that process. */
export function pidfd_bind(fd: i32, pid: Pid): void {
  changetype<File>(fd_get(fd)).data = changetype<usize>(pid);
  pid.handles++;
}

/** The pidfd fd as a File ptr, or ERR_PTR(-EBADF). */
export function pidfd_file(fd: i32): usize {
  const file = fd_get(fd);
  return file && changetype<File>(file).kind == FILE_PIDFD ? file : ERR_PTR(-EBADF);
}

export function pidfd_closed(file: File): void {
  if (file.data) pid_unhandle(changetype<Pid>(file.data));
}

/** What /proc/PID/fdinfo says of it: the process's number, -1 when somebody has waited for its end. */
export function pidfd_info(file: File, text: Text): void {
  const pid = changetype<Pid>(file.data);
  const nr = changetype<usize>(pid.group) ? pid_told(pid.nr) : -1;
  text.puts(cstr('Pid:\t')).dec(nr).puts(cstr('\nNSpid:\t')).dec(nr).char(0x0a);
}

export function pidfd_poll(file: File, wait: bool): i32 {
  const pid = changetype<Pid>(file.data);
  if (wait) wait_on(pid.endQueue());
  const group = pid.group;
  return !changetype<usize>(group) || group.state == GROUP_ZOMBIE ? POLLIN : 0;
}
