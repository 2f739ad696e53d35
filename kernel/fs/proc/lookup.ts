import { ENOENT } from '../../../abi/linux/errno.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { Dentry } from '../../vfs/dentry.ts';
export function proc_lookup(parent: Dentry, name: usize, len: i32): usize {
  return ERR_PTR(-ENOENT);
}
