// unshare(2), setns(2).
import { EBADF, EINVAL, ENOMEM, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_VM,
} from '../../abi/linux/sched.ts';
import { sem_exit } from '../ipc/sem_exit.ts';
import { MountNamespace } from '../ns/mount.ts';
import { Namespace } from '../ns/namespace.ts';
import { NAMESPACES, NO_NAMESPACES, nsproxy_clone, nsproxy_put, nsproxy_set, nsproxy_unshare } from '../ns/nsproxy.ts';
import { pid_ns, pid_ns_is_below, PidNamespace } from '../ns/pid.ts';
import { UserNamespace } from '../ns/user.ts';
import { user_ns_allowed, user_ns_join, user_ns_unshare } from '../ns/unshare.ts';
import { CAP_SYS_ADMIN, CAP_SYS_CHROOT, capable_here, ns_capable } from '../task/cred.ts';
import { Pid } from '../task/pid.ts';
import { current, Task } from '../task/task.ts';
import { fd_get, fdtable_unshare } from '../vfs/fdtable.ts';
import { FILE_NAMESPACE, FILE_PIDFD, File } from '../vfs/file.ts';
import { FsCtx, fsctx_clone, fsctx_current, fsctx_put, fsctx_set_cwd, fsctx_set_root } from '../vfs/fsctx.ts';

const SHARED: u64 = CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;
const ALL: u64 = NAMESPACES | NO_NAMESPACES | (CLONE_NEWUSER as u64);

export function sys_unshare(flags: u64): i64 {
  if (flags & ~(SHARED | ALL) || flags & NO_NAMESPACES) return -EINVAL;
  if (flags & CLONE_NEWUSER) flags |= CLONE_THREAD | CLONE_FS;
  if (flags & CLONE_NEWNS) flags |= CLONE_FS;
  if (flags & CLONE_VM) flags |= CLONE_SIGHAND;
  if (flags & CLONE_SIGHAND) flags |= CLONE_THREAD;
  const t = current();
  if (flags & CLONE_THREAD && t.group.threadCount > 1) return -EINVAL;
  if (flags & CLONE_SIGHAND && t.sighand.refs > 1) return -EINVAL;
  const refused = flags & CLONE_NEWUSER ? user_ns_allowed() : 0;
  if (refused) return refused;
  if (flags & NAMESPACES && !(flags & CLONE_NEWUSER) && !capable_here(CAP_SYS_ADMIN)) return -EPERM;
  return unshare(t, flags);
}

function unshare(t: Task, flags: u64): i64 {
  if (flags & CLONE_FS && !unshare_fs(t)) return -ENOMEM;
  if (flags & CLONE_FILES && !fdtable_unshare(t)) return -ENOMEM;
  if (flags & (CLONE_SYSVSEM | CLONE_NEWIPC)) sem_exit(changetype<usize>(t.group));
  if (flags & CLONE_NEWUSER && user_ns_unshare(t)) return -ENOMEM;
  if (!(flags & NAMESPACES)) return 0;
  const fresh = nsproxy_unshare(t.ns, flags, t.cred.user, fsctx_current());
  if (!changetype<usize>(fresh)) return -ENOMEM;
  nsproxy_put(t.ns);
  t.ns = fresh;
  return 0;
}

function unshare_fs(t: Task): bool {
  if (fsctx_current().refs == 1) return true;
  const own = fsctx_clone(t.fsctx);
  if (!own) return false;
  fsctx_put(t.fsctx);
  t.fsctx = own;
  return true;
}

/** fd is a file of /proc/PID/ns, or a pidfd whose process has the namespaces of the kinds in `types`. */
export function sys_setns(fd: i32, types: u64): i64 {
  const p = fd_get(fd);
  if (!p) return -EBADF;
  const file = changetype<File>(p);
  if (file.kind == FILE_PIDFD) return join_process(file, types);
  if (file.kind != FILE_NAMESPACE) return -EINVAL;
  const ns = changetype<Namespace>(file.inode.data);
  return types && types != (ns.type as u64) ? -EINVAL : join(ns);
}

function join_process(file: File, types: u64): i64 {
  if (!types || types & ~ALL) return -EINVAL;
  const task = changetype<Pid>(file.data).task;
  if (!changetype<usize>(task) || !changetype<usize>(task.ns)) return -ESRCH;
  const from = task.ns;
  let error: i64 = types & CLONE_NEWUSER ? join(task.cred.user) : 0;
  if (!error && types & CLONE_NEWUTS) error = join(from.uts);
  if (!error && types & CLONE_NEWCGROUP) error = join(from.cgroup);
  if (!error && types & CLONE_NEWIPC) error = join(from.ipc);
  if (!error && types & CLONE_NEWNET) error = join(from.net);
  if (!error && types & CLONE_NEWTIME) error = join(from.time);
  if (!error && types & CLONE_NEWPID) error = join(task.group.pidNs);
  return !error && types & CLONE_NEWNS ? join(from.mnt) : error;
}

/** One namespace of the current task; the kinds that a box has one of are already joined. */
function join(ns: Namespace): i64 {
  const owner = changetype<UserNamespace>(ns.type == CLONE_NEWUSER ? changetype<usize>(ns) : ns.owner);
  if (ns.type == CLONE_NEWUSER && ns == current().cred.user) return -EINVAL;
  if (!ns_capable(owner, CAP_SYS_ADMIN)) return -EPERM;
  if (ns.type == CLONE_NEWUSER) return user_ns_join(owner);
  if (!capable_here(CAP_SYS_ADMIN)) return -EPERM;
  if (ns.type == CLONE_NEWPID && !pid_ns_is_below(changetype<PidNamespace>(changetype<usize>(ns)), pid_ns())) {
    return -EINVAL;
  }
  if (ns.type == CLONE_NEWNS) {
    if (!capable_here(CAP_SYS_CHROOT)) return -EPERM;
    if (fsctx_current().refs > 1) return -EINVAL;
  }
  const fresh = nsproxy_clone(current().ns);
  if (!changetype<usize>(fresh)) return -ENOMEM;
  if (ns.type == CLONE_NEWIPC) sem_exit(changetype<usize>(current().group));
  ns.refs++;
  nsproxy_set(fresh, ns);
  if (ns.type == CLONE_NEWNS) stand_at_root(fsctx_current(), changetype<MountNamespace>(changetype<usize>(ns)));
  nsproxy_put(current().ns);
  current().ns = fresh;
  return 0;
}

function stand_at_root(ctx: FsCtx, ns: MountNamespace): void {
  fsctx_set_root(ctx, ns.root, ns.root.root);
  fsctx_set_cwd(ctx, ns.root, ns.root.root);
}
