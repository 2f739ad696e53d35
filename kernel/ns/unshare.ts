// Leaving a user namespace for a new one, and entering others. unshare(2), setns(2), user_namespaces(7).
import { EINVAL, ENOMEM, ENOSPC, EPERM } from '../../abi/linux/errno.ts';
import { CAP_ALL, cred_own } from '../task/cred.ts';
import { current, Task } from '../task/task.ts';
import { FsCtx, fsctx_current } from '../vfs/fsctx.ts';
import { gid_in, NO_ID, uid_in, user_ns_get, user_ns_new, user_ns_put, UserNamespace } from './user.ts';

/** Nesting that Linux allows. */
const MAX_LEVEL: u32 = 32;

/** May the current task make a user namespace? 0 or -errno. */
export function user_ns_allowed(): i32 {
  const cred = current().cred;
  if (cred.user.level > MAX_LEVEL) return -ENOSPC;
  if (is_chrooted(fsctx_current())) return -EPERM;
  return uid_in(cred.user, cred.euid) == NO_ID || gid_in(cred.user, cred.egid) == NO_ID ? -EPERM : 0;
}

function is_chrooted(ctx: FsCtx): bool {
  const top = current().ns.mnt.root;
  return ctx.rootMount != top || ctx.root != top.root;
}

/** Puts t into a user namespace of its own, where it has all capabilities: 0 or -ENOMEM. */
export function user_ns_unshare(t: Task): i32 {
  const ns = user_ns_new(t.cred.user, t.cred.euid, t.cred.egid);
  if (!changetype<usize>(ns)) return -ENOMEM;
  const error = user_ns_enter(t, ns);
  user_ns_put(ns);
  return error;
}

export function user_ns_enter(t: Task, ns: UserNamespace): i32 {
  const cred = cred_own(t);
  if (!changetype<usize>(cred)) return -ENOMEM;
  user_ns_get(ns);
  user_ns_put(cred.user);
  cred.user = ns;
  cred.securebits = 0;
  cred.effective = cred.permitted = cred.bounding = CAP_ALL;
  cred.inheritable = cred.ambient = 0;
  return 0;
}

/** setns(2) to a user namespace, by a task alone in its process and its FsCtx. */
export function user_ns_join(ns: UserNamespace): i32 {
  const t = current();
  if (ns == t.cred.user) return -EINVAL;
  if (t.group.threadCount > 1 || fsctx_current().refs > 1) return -EINVAL;
  return user_ns_enter(t, ns);
}
