// Mounts: where file systems hang in the tree. mount_namespaces(7) has only one here.
// Invariant: a dentry with DENTRY_MOUNTED has a mount in the list whose mountpoint it is; that pair is referenced.
//
// 0 next ptr | 4 sb ptr | 8 root ptr | 12 parent ptr | 16 mountpoint ptr | 20 flags u32 | 24 id u32 | 28 source ptr
// 32 refs u32: open files and working directories below
import { ENOMEM } from '../../abi/linux/errno.ts';
import { ERR_PTR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { DENTRY_MOUNTED, Dentry, dentry_get, dentry_put } from './dentry.ts';
import { SuperBlock } from './super_block.ts';

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

/** The first mount is the root file system's; the others follow through `next` in the order of mounting. */
export function mounts_first(): Mount {
  return table().first;
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
  const m = changetype<Mount>(kmalloc(offsetof<Mount>()));
  if (m.isNull()) return ERR_PTR(-ENOMEM);
  const t = table();
  m.sb = sb;
  m.root = dentry_get(root);
  m.parent = parent;
  m.flags = flags;
  m.id = 20 + ++t.lastId;
  m.source = source;
  sb.mounts++;
  if (!mountpoint.isNull()) {
    m.mountpoint = dentry_get(mountpoint);
    mountpoint.flags |= DENTRY_MOUNTED;
    parent.refs++;
  }
  if (t.last.isNull()) t.first = m;
  else t.last.next = m;
  t.last = m;
  return changetype<usize>(m);
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
  let before = t.first;
  while (before.next != m) before = before.next;
  before.next = m.next;
  if (t.last == m) t.last = before;
  m.parent.refs--;
  let others = false;
  for (let o = t.first; !o.isNull(); o = o.next) if (o.mountpoint == m.mountpoint) others = true;
  if (!others) m.mountpoint.flags &= ~DENTRY_MOUNTED;
  dentry_put(m.mountpoint);
  m.mountpoint = changetype<Dentry>(0);
  if (m.refs) return;
  dentry_put(m.root);
  if (--m.sb.mounts == 0) dentry_put(changetype<Dentry>(m.sb.root));
  kfree(changetype<usize>(m));
}

/** A mount that hangs nowhere, for what has no path; null = no memory. */
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
