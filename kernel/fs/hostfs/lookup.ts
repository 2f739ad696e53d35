// Finding names of the host. Invariant: a directory's inode has one dentry, so that paths and ".." are unambiguous; what the
// host has moved is moved here when it is met again.
import { FILE_ATTR_DEV, FILE_ATTR_INO, FILE_ATTR_MODE, FILE_FSTAT, FILE_STAT } from '../../../abi/hostfs.ts';
import { ENOENT, ENOMEM, ENOTDIR, ESTALE } from '../../../abi/linux/errno.ts';
import { S_IFMT } from '../../../abi/linux/stat.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { current } from '../../task/task.ts';
import { DENTRY_DELETED, DENTRY_HASHED, DENTRY_MOUNTED, Dentry, dentry_move, dentry_new } from '../../vfs/dentry.ts';
import { Inode, inode_put } from '../../vfs/inode.ts';
import { Directory, directory_add, directory_find, directory_of, directory_remove } from '../boxfs/directory.ts';
import { HostCall, call_host, call_known, call_result, draft_begin, draft_path } from './call.ts';
import { HostNode, node_inode, node_is_fresh, node_of, node_update } from './node.ts';

/** Dentry of name in the directory `parent`; ERR_PTR: what lstat gives, -EBLOCKED*, -ENOMEM. */
export function host_lookup(parent: Dentry, name: usize, len: i32): usize {
  const contents = directory_of(parent.inode);
  if (IS_ERR(contents)) return contents;
  const dir = changetype<Directory>(contents);
  const d = directory_find(dir, name, len);
  const fresh = !d.isNull() && node_is_fresh(node_of(d.inode));
  if (fresh && !current().hostCalls) return changetype<usize>(d);
  draft_begin();
  draft_path(parent, name, len);
  const root = parent.inode.sb.hostRoot;
  if (fresh && !changetype<usize>(call_known(FILE_STAT, root, 0, 0))) return changetype<usize>(d);
  const p = call_host(FILE_STAT, root, 0, 0, 0);
  if (IS_ERR(p)) return p;
  const error = call_result(p);
  const call = changetype<HostCall>(p);
  if (error >= 0) return host_enter(parent, name, len, call.buffer(), call.seq);
  const gone = error == -ENOENT || error == -ENOTDIR;
  if (gone && !d.isNull() && call.seq > node_of(d.inode).seq) drop(dir, d);
  return ERR_PTR(error);
}

/** The dentry for a name whose object has these attributes, as the question `seq` brought them: Dentry ptr or ERR_PTR. */
export function host_enter(parent: Dentry, name: usize, len: i32, attr: usize, seq: u64): usize {
  const dir = changetype<Directory>(parent.inode.data);
  const old = directory_find(dir, name, len);
  if (!old.isNull()) {
    const node = node_of(old.inode);
    if (is_same(old.inode, attr) || seq <= node.seq) {
      node_update(old.inode, attr, seq);
      node.dentry = old;
      return changetype<usize>(old);
    }
    if (old.flags & DENTRY_MOUNTED) return changetype<usize>(old);
    drop(dir, old);
  }
  const inode = node_inode(parent.inode.sb, attr, seq);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  const d = name_inode(parent, dir, name, len, inode);
  inode_put(inode);
  if (!IS_ERR(d)) node_of(inode).dentry = changetype<Dentry>(d);
  return d;
}

function is_same(inode: Inode, attr: usize): bool {
  const type = load<u32>(attr, FILE_ATTR_MODE) & S_IFMT;
  const node = node_of(inode);
  return (
    inode.ino == load<u64>(attr, FILE_ATTR_INO) && node.dev == load<u64>(attr, FILE_ATTR_DEV) && inode.type() == type
  );
}

/** A name that the host does not have any more. */
function drop(dir: Directory, d: Dentry): void {
  if (d.flags & DENTRY_MOUNTED) return;
  directory_remove(dir, d);
  dir.live--;
  d.flags |= DENTRY_DELETED;
}

/** Gives the inode a name here; a directory that has one elsewhere is moved. */
function name_inode(parent: Dentry, dir: Directory, name: usize, len: i32, inode: Inode): usize {
  const known = node_of(inode).dentry;
  let d = known;
  if (inode.isDir() && !known.isNull()) {
    const text = kmalloc((len as usize) + 1);
    if (!text) return ERR_PTR(-ENOMEM);
    // By what we know it would lie below itself: the host is moving things about.
    if (is_below(parent, known) || known.isRoot()) return ERR_PTR(-ESTALE);
    memory.copy(text, name, len as usize);
    if (known.flags & DENTRY_HASHED) {
      const from = changetype<Directory>(known.parent.inode.data);
      directory_remove(from, known);
      from.live--;
    }
    dentry_move(known, parent, text, len);
    known.flags &= ~DENTRY_DELETED;
  } else d = dentry_new(parent, name, len, inode);
  if (d.isNull()) return ERR_PTR(-ENOMEM);
  directory_add(dir, d);
  dir.live++;
  return changetype<usize>(d);
}

function is_below(d: Dentry, top: Dentry): bool {
  while (d != top) {
    if (d.isRoot()) return false;
    d = d.parent;
  }
  return true;
}

/** Brings an inode's attributes up to date: 0 or -errno (-EBLOCKED*). One that is gone keeps those it had. */
export function host_refresh(inode: Inode): i32 {
  const node: HostNode = node_of(inode);
  const root = inode.sb.hostRoot;
  if (node_is_fresh(node)) return 0;
  draft_begin();
  if (!node.handle) {
    if (node.dentry.isNull()) return 0;
    draft_path(node.dentry, 0, 0);
  }
  const p = node.handle ? call_host(FILE_FSTAT, node.handle, 0, 0, 0) : call_host(FILE_STAT, root, 0, 0, 0);
  if (IS_ERR(p)) return PTR_ERR(p) == -ENOENT ? 0 : PTR_ERR(p);
  const result = call_result(p);
  if (result < 0) return result == -ENOENT && !node.dentry.isRoot() ? 0 : result;
  const call = changetype<HostCall>(p);
  if (is_same(inode, call.buffer())) node_update(inode, call.buffer(), call.seq);
  return 0;
}
