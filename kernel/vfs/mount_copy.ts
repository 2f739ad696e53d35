// Copies of mount trees: for a new namespace, and for a recursive bind.
import { MountNamespace } from '../ns/mount.ts';
import { Dentry } from './dentry.ts';
import { FsCtx, fsctx_set_cwd, fsctx_set_root } from './fsctx.ts';
import { Mount, mount_enter, mount_hang, mount_new, mounts_first, mounts_last } from './mount.ts';
import { mount_is_within } from './mount_tree.ts';

/** All mounts of `from` for `to`; ctx, if it stands in `from`, moves. False = no memory: what was made belongs to `to`. */
export function mounts_copy(from: MountNamespace, to: MountNamespace, ctx: FsCtx, lock: bool): bool {
  const last = mounts_last();
  for (let m = mounts_first(); ; m = m.next) {
    if (m.ns == from) {
      const copy = mount_new(m.sb, m.root, m.flags, m.source);
      if (copy.isNull()) return false;
      m.copy = copy;
      copy.locked = lock && m != from.root ? 1 : m.locked;
      mount_enter(copy, to);
      if (m == from.root) to.root = copy;
    }
    if (m == last) break;
  }
  hang_copies(from, last);
  if (ctx.rootMount.ns == from) fsctx_set_root(ctx, ctx.rootMount.copy, ctx.root);
  if (ctx.cwdMount.ns == from) fsctx_set_cwd(ctx, ctx.cwdMount.copy, ctx.cwd);
  return true;
}

/** Each copy goes to the place that its original has, in the copy of its parent. */
function hang_copies(from: MountNamespace, last: Mount): void {
  for (let m = mounts_first(); ; m = m.next) {
    if (m.ns == from && !m.parent.isNull()) mount_hang(m.copy, m.parent.copy, m.mountpoint);
    if (m == last) break;
  }
}

/** MS_REC: what hangs within the directory d of `from` hangs at the same places of `copy`, a bind of that directory, too. False = no memory. */
export function mounts_copy_within(from: Mount, d: Dentry, copy: Mount): bool {
  const last = copy;
  let complete = true;
  for (let m = mounts_first(); m != last; m = m.next) {
    m.copy = changetype<Mount>(0);
    if (m.ns != from.ns || !mount_is_within(m, from, d)) continue;
    m.copy = mount_new(m.sb, m.root, m.flags, m.source);
    if (m.copy.isNull()) complete = false;
    else m.copy.locked = m.locked;
  }
  from.copy = copy;
  for (let m = mounts_first(); m != last; m = m.next) {
    if (m == from || m.copy.isNull() || m.parent.isNull() || m.parent.copy.isNull()) continue;
    mount_enter(m.copy, copy.ns);
    mount_hang(m.copy, m.parent.copy, m.mountpoint);
  }
  return complete;
}
