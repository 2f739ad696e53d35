// Mounts: where file systems hang in the tree. One table holds those of all namespaces (ns/mount.ts).
// Invariant: a dentry with DENTRY_MOUNTED has a mount in the table whose mountpoint it is; that pair is referenced.
//
// 0 next ptr | 4 sb ptr | 8 root ptr | 12 parent ptr | 16 mountpoint ptr | 20 flags u32 | 24 id u32 | 28 source ptr
// 32 refs u32: open files, working directories and mounts below | 36 ns ptr, null = not in the table | 40 locked u32 | 44 copy ptr
import { ENOMEM } from '../../abi/linux/errno.ts';
import { ERR_PTR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { MountNamespace, mount_ns_first } from '../ns/mount.ts';
import { DENTRY_MOUNTED, Dentry, dentry_get, dentry_put } from './dentry.ts';
import { SuperBlock, super_unused } from './super_block.ts';

@unmanaged
export class Mount {
  next: Mount;
  sb: SuperBlock;
  root: Dentry;
  parent: Mount;
  mountpoint: Dentry;
  flags: u32;
  id: u32;
  /** What /proc/mounts shows as the device; kmalloc'ed or static, never freed. */
  source: usize;
  refs: u32;
  ns: MountNamespace;
  /** Came with the namespace of a less privileged user: it neither leaves its place nor loses its restrictions. */
  locked: u32;
  /** umount2 with MNT_EXPIRE has marked it, and nothing has been opened in it since. */
  expiring: u32;
  /** Its copy, while a tree is being copied. */
  copy: Mount;

  @inline isNull(): bool {
    return changetype<usize>(this) == 0;
  }
}

@unmanaged
class MountTable {
  first: Mount;
  last: Mount;
  lastId: u32;
}
const TABLE: usize = memory.data(16, 8);

function table(): MountTable {
  return changetype<MountTable>(TABLE);
}

/** The first mount is the root file system's of the box; the others follow through `next` in the order of mounting. */
export function mounts_first(): Mount {
  return table().first;
}

export function mounts_last(): Mount {
  return table().last;
}

/** Mounts sb's directory `root` on mountpoint (null for the root file system): Mount ptr or ERR_PTR(-ENOMEM). */
export function mount_add(
  sb: SuperBlock,
  root: Dentry,
  parent: Mount,
  mountpoint: Dentry,
  flags: u32,
  source: usize,
): usize {
  const m = mount_new(sb, root, flags, source);
  if (m.isNull()) return ERR_PTR(-ENOMEM);
  const ns = parent.isNull() ? mount_ns_first() : parent.ns;
  mount_enter(m, ns);
  if (parent.isNull()) ns.root = m;
  else mount_hang(m, parent, mountpoint);
  return changetype<usize>(m);
}

/** A mount that hangs nowhere yet; null = no memory. */
export function mount_new(sb: SuperBlock, root: Dentry, flags: u32, source: usize): Mount {
  const m = changetype<Mount>(kmalloc(offsetof<Mount>()));
  if (m.isNull()) return m;
  m.sb = sb;
  m.root = dentry_get(root);
  m.flags = flags;
  m.id = 20 + ++table().lastId;
  m.source = source;
  sb.mounts++;
  return m;
}

/** Puts m into the table. */
export function mount_enter(m: Mount, ns: MountNamespace): void {
  const t = table();
  m.ns = ns;
  if (t.last.isNull()) t.first = m;
  else t.last.next = m;
  t.last = m;
}

/** Hangs m, which hangs nowhere, on a place. */
export function mount_hang(m: Mount, parent: Mount, mountpoint: Dentry): void {
  m.parent = parent;
  m.mountpoint = dentry_get(mountpoint);
  mountpoint.flags |= DENTRY_MOUNTED;
  parent.refs++;
}

/** The opposite. */
export function mount_unhang(m: Mount): void {
  const place = m.mountpoint;
  const parent = m.parent;
  m.mountpoint = changetype<Dentry>(0);
  m.parent = changetype<Mount>(0);
  let others = false;
  for (let o = table().first; !o.isNull(); o = o.next) if (o.mountpoint == place) others = true;
  if (!others) place.flags &= ~DENTRY_MOUNTED;
  dentry_put(place);
  mount_put(parent);
}

/** What is mounted last on (mount, dentry), or null. */
export function mount_on(parent: Mount, d: Dentry): Mount {
  let found = changetype<Mount>(0);
  for (let m = table().first; !m.isNull(); m = m.next) if (m.mountpoint == d && m.parent == parent) found = m;
  return found;
}

/** Takes a mount out of the tree. One that is still in use (MNT_DETACH) stays for its users, without a place. */
export function mount_remove(m: Mount): void {
  const t = table();
  let before = changetype<Mount>(0);
  for (let o = t.first; o != m; o = o.next) before = o;
  if (before.isNull()) t.first = m.next;
  else before.next = m.next;
  if (t.last == m) t.last = before;
  m.next = changetype<Mount>(0);
  m.ns = changetype<MountNamespace>(0);
  if (!m.mountpoint.isNull()) mount_unhang(m);
  m.refs++;
  mount_put(m);
}

/** Gives up a use of the mount; the last one of a mount that is out of the tree frees it. */
export function mount_put(m: Mount): void {
  if (--m.refs || changetype<usize>(m.ns) || m.root.isNull()) return;
  dentry_put(m.root);
  if (--m.sb.mounts == 0) super_unused(m.sb);
  kfree(changetype<usize>(m));
}

/** A mount that hangs nowhere, for what has no path; null = no memory. It has no root and is never freed. */
export function mount_detached(sb: SuperBlock): Mount {
  const m = changetype<Mount>(kmalloc(offsetof<Mount>()));
  if (m.isNull()) return m;
  m.sb = sb;
  m.id = 1;
  return m;
}

/** Does somebody stand in it, have a file open, or hang another mount in it? */
export function mount_is_busy(m: Mount): bool {
  return m.refs != 0;
}
