// pivot_root(2): another mount becomes the root of the mount namespace, the old root hangs below it.
import { EBUSY, EINVAL, ENOTDIR, EPERM } from '../../abi/linux/errno.ts';
import { AT_FDCWD } from '../../abi/linux/fcntl.ts';
import { mount_ns } from '../ns/mount.ts';
import { PID_MAX, task_find } from '../task/pid.ts';
import { Task } from '../task/task.ts';
import { Dentry } from '../vfs/dentry.ts';
import { FsCtx, fsctx_current, fsctx_set_cwd, fsctx_set_root } from '../vfs/fsctx.ts';
import { Mount, mount_hang, mount_unhang } from '../vfs/mount.ts';
import { dentry_is_below, mount_is_below } from '../vfs/mount_tree.ts';
import { WALK_FOLLOW, path_walk, walk_primary, walk_secondary, WALK_DIRECTORY } from '../vfs/walk.ts';
import { may_mount } from './mount.ts';
import { PATH, PATH2, path_arg } from './path_arg.ts';

export function sys_pivot_root(newRoot: u64, putOld: u64): i64 {
  if (!may_mount()) return -EPERM;
  let error = path_arg(PATH, newRoot);
  if (!error) error = path_walk(walk_primary(), AT_FDCWD, PATH, WALK_FOLLOW | WALK_DIRECTORY);
  if (!error) error = path_arg(PATH2, putOld);
  if (!error) error = path_walk(walk_secondary(), AT_FDCWD, PATH2, WALK_FOLLOW | WALK_DIRECTORY);
  if (error) return error;
  const old: Mount = fsctx_current().rootMount;
  const m: Mount = walk_primary().mount;
  const at: Mount = walk_secondary().mount;
  const place: Dentry = walk_secondary().dentry;
  const ns = mount_ns();
  if (m.ns != ns || old.ns != ns || at.ns != ns || m.locked) return -EINVAL;
  if (m == old || at == old) return -EBUSY;
  if (walk_primary().dentry != m.root || fsctx_current().root != old.root || m.parent.isNull()) return -EINVAL;
  if (!lies_below(at, place, m) || !mount_is_below(m, old)) return -EINVAL;
  pivot(m, old, at, place);
  replace_root(old, m);
  return 0;
}

/** Is the place within what mount m shows? */
function lies_below(at: Mount, place: Dentry, m: Mount): bool {
  return at == m ? dentry_is_below(place, m.root) : mount_is_below(at, m);
}

function pivot(m: Mount, old: Mount, at: Mount, place: Dentry): void {
  const parent = old.parent;
  const mountpoint = old.mountpoint;
  mount_unhang(m);
  if (parent.isNull()) mount_ns().root = m;
  else {
    mount_hang(m, parent, mountpoint);
    mount_unhang(old);
  }
  mount_hang(old, at, place);
  m.locked = old.locked;
  old.locked = 0;
}

/** Whoever stands at the old root stands at the new one. */
function replace_root(old: Mount, m: Mount): void {
  for (let nr = 1; nr < PID_MAX; nr++) {
    const t = changetype<Task>(task_find(nr));
    if (!changetype<usize>(t) || !t.fsctx) continue;
    const ctx = changetype<FsCtx>(t.fsctx);
    if (ctx.rootMount == old && ctx.root == old.root) fsctx_set_root(ctx, m, m.root);
    if (ctx.cwdMount == old && ctx.cwd == old.root) fsctx_set_cwd(ctx, m, m.root);
  }
}
