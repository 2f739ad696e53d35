// The super block of /proc: it shows the processes of the mounter's pid namespace.
import { ENOMEM } from '../../../abi/linux/errno.ts';
import { S_IFDIR } from '../../../abi/linux/stat.ts';
import { PROC_SUPER_MAGIC } from '../../../abi/linux/statfs.ts';
import { cstr } from '../../lib/bytes.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { pid_ns } from '../../ns/pid.ts';
import { Dentry, dentry_get, dentry_new } from '../../vfs/dentry.ts';
import { INODE_PROC, inode_new, inode_put } from '../../vfs/inode.ts';
import { super_new } from '../../vfs/super_block.ts';

/** SuperBlock ptr or ERR_PTR(-ENOMEM). */
export function proc_super(): usize {
  const sb = super_new(cstr('proc'), PROC_SUPER_MAGIC);
  if (!changetype<usize>(sb)) return ERR_PTR(-ENOMEM);
  const ns = pid_ns();
  ns.refs++;
  sb.pidNs = changetype<usize>(ns);
  const inode = inode_new(sb, INODE_PROC, S_IFDIR | 0o555, 0, 0);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  const root = dentry_new(changetype<Dentry>(0), 0, 0, inode);
  inode_put(inode);
  if (root.isNull()) return ERR_PTR(-ENOMEM);
  sb.root = changetype<usize>(dentry_get(root));
  return changetype<usize>(sb);
}
