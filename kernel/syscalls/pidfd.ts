// pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2).
import { EBADF, EINVAL, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { pidfd_bind, pidfd_file, pidfd_new } from '../fs/pidfd.ts';
import { may_look } from '../fs/proc/link.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { getuser } from '../mm/usercopy.ts';
import { pid_named, pid_told } from '../ns/pid.ts';
import { Pid } from '../task/pid.ts';
import { GROUP_ZOMBIE } from '../task/thread_group.ts';
import { fd_install, fdtable_file } from '../vfs/fdtable.ts';
import { File, file_get, file_put } from '../vfs/file.ts';
import { import_info, queue_group, signal_group } from './kill.ts';

export function sys_pidfd_open(nr: i32, flags: u64): i64 {
  if (nr <= 0 || flags & ~O_NONBLOCK) return -EINVAL;
  const pid = changetype<Pid>(pid_named(nr));
  if (!changetype<usize>(pid)) return -ESRCH;
  if (!changetype<usize>(pid.group)) return changetype<usize>(pid.task) ? -EINVAL : -ESRCH;
  const fd = pidfd_new(flags as u32);
  if (fd >= 0) pidfd_bind(fd, pid);
  return fd;
}

export function sys_pidfd_send_signal(fd: i32, sig: i32, info: u64, flags: u64): i64 {
  if (flags) return -EINVAL;
  const file = pidfd_file(fd);
  if (IS_ERR(file)) return PTR_ERR(file);
  const group = changetype<Pid>(changetype<File>(file).data).group;
  if (!info) return changetype<usize>(group) ? signal_group(group, sig) : -ESRCH;
  const signo = getuser<i32>(info);
  if (signo < 0) return signo;
  if (signo != sig) return -EINVAL;
  const error = import_info(info, sig, changetype<usize>(group) ? pid_told(group.tgid) : -1);
  return error < 0 ? error : queue_group(group, sig);
}

/** A copy of the process's descriptor for who could trace it. */
export function sys_pidfd_getfd(fd: i32, target: i32, flags: u64): i64 {
  if (flags) return -EINVAL;
  const file = pidfd_file(fd);
  if (IS_ERR(file)) return PTR_ERR(file);
  const group = changetype<Pid>(changetype<File>(file).data).group;
  if (!changetype<usize>(group) || group.state == GROUP_ZOMBIE) return -ESRCH;
  if (!may_look(group.threads)) return -EPERM;
  const wanted = fdtable_file(group.threads.fdtable, target);
  if (!wanted) return -EBADF;
  const copy = fd_install(file_get(wanted), 0, true);
  if (copy < 0) file_put(wanted);
  return copy;
}
