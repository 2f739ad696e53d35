// A directory (or a single file) of the host as a file system: what a host mount hangs into the tree.
import { FILE_STAT } from '../../../abi/hostfs.ts';
import { ENOMEM } from '../../../abi/linux/errno.ts';
import { FUSE_SUPER_MAGIC } from '../../../abi/linux/statfs.ts';
import { cstr } from '../../lib/bytes.ts';
import { ERR_PTR, IS_ERR } from '../../lib/err.ts';
import { Dentry, dentry_get, dentry_new } from '../../vfs/dentry.ts';
import { inode_put } from '../../vfs/inode.ts';
import { super_new } from '../../vfs/super_block.ts';
import { HostCall, call_host, call_result, draft_begin, draft_text } from './call.ts';
import { node_inode, node_of } from './node.ts';

/** The file system of the host's root number `root`: SuperBlock ptr or ERR_PTR (-EBLOCKED*: nothing was made, call again). */
export function hostfs_new(root: u32): usize {
  draft_begin();
  draft_text(0, 0);
  const p = call_host(FILE_STAT, root, 0, 0, 0);
  if (IS_ERR(p)) return p;
  const result = call_result(p);
  if (result < 0) return ERR_PTR(result);
  const sb = super_new(cstr('fuse.wbx'), FUSE_SUPER_MAGIC);
  if (!changetype<usize>(sb)) return ERR_PTR(-ENOMEM);
  sb.hostRoot = root;
  const call = changetype<HostCall>(p);
  const inode = node_inode(sb, call.buffer(), call.seq);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  const d = dentry_new(changetype<Dentry>(0), 0, 0, inode);
  inode_put(inode);
  if (d.isNull()) return ERR_PTR(-ENOMEM);
  node_of(inode).dentry = d;
  sb.root = changetype<usize>(dentry_get(d));
  return changetype<usize>(sb);
}
