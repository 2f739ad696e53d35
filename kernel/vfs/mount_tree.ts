// Mounts as a tree: who hangs below whom. All walks are loops, since a guest decides how deep the tree is.
import { Dentry } from './dentry.ts';
import { Mount, mount_remove, mounts_first } from './mount.ts';

/** Does m hang below top, or is it top? */
export function mount_is_below(m: Mount, top: Mount): bool {
  while (!m.isNull() && m != top) m = m.parent;
  return !m.isNull();
}

/** Is d the dentry top, or below it? */
export function dentry_is_below(d: Dentry, top: Dentry): bool {
  while (!d.isNull() && d != top) d = d.parent;
  return !d.isNull();
}

/** Does m hang somewhere below the directory d of mount `at`? */
export function mount_is_within(m: Mount, at: Mount, d: Dentry): bool {
  while (!m.isNull() && m.parent != at) m = m.parent;
  return !m.isNull() && dentry_is_below(m.mountpoint, d);
}

function child_of(m: Mount): Mount {
  let child = mounts_first();
  while (!child.isNull() && child.parent != m) child = child.next;
  return child;
}

/** Takes m and all that hangs below it out of the tree, the lowest first. */
export function mount_remove_tree(top: Mount): void {
  let m = top;
  for (;;) {
    const child = child_of(m);
    if (!child.isNull()) {
      m = child;
      continue;
    }
    const parent = m.parent;
    const last = m == top;
    mount_remove(m);
    if (last) return;
    m = parent;
  }
}

/** Does something that is locked in its place hang within the directory d of m? A copy of it alone would uncover what it hides. */
export function mount_covers_locked(m: Mount, d: Dentry): bool {
  for (let o = mounts_first(); !o.isNull(); o = o.next) {
    if (o.locked && o.parent == m && dentry_is_below(o.mountpoint, d)) return true;
  }
  return false;
}
